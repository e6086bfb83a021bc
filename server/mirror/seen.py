"""Reading what ODK Central tells about submissions.

A row of OData is split in two. The *content* is what somebody answered; it stays the
same as long as the version does, so what moves by itself is left out: empty answers (a
new form version adds columns), links, review states, counters. The *mark* is a hash of
all the rest, and of the rest alone, so that Central's index of submissions shows as
much as whole rows do.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Json = dict[str, Any]

# What both the rows and the index of a form tell, in this order.
MARKED = (
    "submissionDate", "updatedAt", "deletedAt", "reviewState", "edits",
    "attachmentsPresent", "attachmentsExpected",
)  # fmt: skip
# What of `__system` never changes while a version is current.
_LASTING = (
    "submissionDate", "submitterId", "submitterName", "deviceId", "formVersion",
    "status",
)  # fmt: skip
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False)


class UnreadableRow(ValueError):
    """A row that says not even which submission it is."""


@dataclass(frozen=True, slots=True)
class SeenVersion:
    """One current version of a submission: `payload` is its content, canonical."""

    instance_id: str
    form_version: str
    device_id: str | None
    submitter_id: int
    submitter_name: str
    payload: bytes
    content_sha256: str
    file_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeenSubmission:
    """A submission as Central tells it: one current version, or those of a race."""

    central_id: str
    mark: str
    submitted_at: datetime
    updated_at: datetime | None
    deleted_at: datetime | None
    review_state: str | None
    edits: int
    files_present: int
    files_expected: int
    versions: tuple[SeenVersion, ...]

    @property
    def newest_at(self) -> datetime:
        """The newest stamp of Central's clock on it."""
        stamps = (self.submitted_at, self.updated_at, self.deleted_at)
        return max(stamp for stamp in stamps if stamp is not None)


def read(rows: Sequence[Json], file_paths: Iterable[str]) -> SeenSubmission:
    """The rows of one `__id`. Raises UnreadableRow."""
    system = rows[0].get("__system")
    if not isinstance(system, dict):
        raise UnreadableRow("__system")
    submitted_at = instant(system.get("submissionDate"))
    if submitted_at is None:
        raise UnreadableRow("submissionDate")
    versions = {each.instance_id: each for each in _versions(rows, tuple(file_paths))}
    return SeenSubmission(
        central_id=id_of(rows[0]),
        mark=mark_of(rows),
        submitted_at=submitted_at,
        updated_at=instant(system.get("updatedAt")),
        deleted_at=instant(system.get("deletedAt")),
        review_state=_text(system.get("reviewState")),
        edits=_number(system.get("edits")),
        files_present=_number(system.get("attachmentsPresent")),
        files_expected=_number(system.get("attachmentsExpected")),
        versions=tuple(versions[key] for key in sorted(versions)),
    )


def by_id(rows: Iterable[Json]) -> tuple[dict[str, list[Json]], list[Json]]:
    """Rows by their `__id`, and those that have none."""
    groups: dict[str, list[Json]] = {}
    strays = []
    for row in rows:
        try:
            groups.setdefault(id_of(row), []).append(row)
        except UnreadableRow:
            strays.append(row)
    return groups, strays


def id_of(row: Any) -> str:
    """The `__id` of a row. Raises UnreadableRow."""
    found = row.get("__id") if isinstance(row, dict) else None
    if not isinstance(found, str) or not found or not _is_storable(found):
        raise UnreadableRow("__id")
    return found


def instance_of(row: Json) -> str:
    """The version a row shows; that of an encrypted row is not told."""
    meta = row.get("meta")
    found = meta.get("instanceID") if isinstance(meta, dict) else None
    told = isinstance(found, str) and found and _is_storable(found)
    return str(found) if told else id_of(row)


def mark_of(rows: Sequence[Json]) -> str:
    """A hash of what Central's index shows of a submission: its current versions, its
    stamps, its review and how many of its files are there."""
    system = rows[0].get("__system") or {}
    told = [system.get(name) for name in MARKED]
    instances = sorted({instance_of(row) for row in rows})
    return _hash(_canonical([instances, told]))


def canonical_row(row: Any) -> bytes:
    """A row that cannot be read, as it came, to be kept for a person."""
    return json.dumps(row, sort_keys=True, separators=(",", ":")).encode()


def instant(value: Any) -> datetime | None:
    """An instant as Central writes it; None for none. Raises UnreadableRow."""
    if value is None:
        return None
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError) as wrong:
        raise UnreadableRow("instant") from wrong
    if found.tzinfo is None:
        raise UnreadableRow("instant")
    return found


def _versions(
    rows: Sequence[Json], file_paths: tuple[str, ...]
) -> Iterable[SeenVersion]:
    for row in rows:
        system = row.get("__system") or {}
        content = _answered({k: v for k, v in row.items() if k != "__system"})
        lasting = {k: system[k] for k in _LASTING if system.get(k) is not None}
        submitter = _text(system.get("submitterId")) or ""
        try:
            told = _canonical(content)
            # One way to write the same is as good as another, and this one is quick.
            payload = b'{"__system":%b,%b' % (_canonical(lasting), told[1:])
        except ValueError as wrong:
            raise UnreadableRow("number") from wrong
        yield SeenVersion(
            instance_id=instance_of(row),
            form_version=_text(system.get("formVersion")) or "",
            device_id=_text(system.get("deviceId")),
            submitter_id=int(submitter) if submitter.isdecimal() else 0,
            submitter_name=_text(system.get("submitterName")) or "ODK Central",
            payload=payload,
            content_sha256=_hash(told),
            file_names=tuple(
                sorted({n for p in file_paths for n in _texts_at(row, p.split("/"))})
            ),
        )


def _answered(value: Any) -> Any:
    """Without what was not answered, and without links."""
    if isinstance(value, list):
        return [_answered(each) for each in value]
    if not isinstance(value, dict):
        return value
    kept = {}
    for name, answer in value.items():
        if answer is None or "@odata." in name:
            continue
        inner = _answered(answer)
        if inner != {}:
            kept[name] = inner
    return kept


def _texts_at(value: Any, steps: Sequence[str]) -> Iterable[str]:
    if isinstance(value, list):
        for each in value:
            yield from _texts_at(each, steps)
    elif not steps:
        if isinstance(value, str) and value:
            yield value
    elif isinstance(value, dict):
        yield from _texts_at(value.get(steps[0]), steps[1:])


def _text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    text = str(value)
    return text if _is_storable(text) else text.encode("ascii", "replace").decode()


def _is_storable(text: str) -> bool:
    """Whether a database takes it: no zero characters, no halves of characters."""
    return _UNSTORABLE.search(text) is None


def _number(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _canonical(value: Any) -> bytes:
    return _ENCODER.encode(value).encode()


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
