"""Asking Central for submissions: what is filtered, which rows belong together."""

import codecs
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from server.mirror import queries
from server.mirror.seen import MARKED, Json, UnreadableRow, id_of, instance_of
from sync.central import Central, part
from sync.problems import CentralError, broken_answer

# Without a word about `deletedAt` Central leaves out what is deleted.
DELETED_TOO = "__system/deletedAt eq null or __system/deletedAt ne null"
# More clauses make an address longer than proxies accept.
IDS_AT_ONCE = 50
INDEX = ",".join(["__id", *(f"__system/{name}" for name in MARKED), "meta/instanceID"])
_BEGINNING = re.compile(r'"value"\s*:\s*\[')
_QUOTED_BADLY = "400.18"


@dataclass(frozen=True, slots=True)
class Place:
    """One form at Central, and its number here."""

    project: int
    form: str
    form_id: int

    @property
    def path(self) -> str:
        return f"projects/{self.project}/forms/{part(self.form)}"

    @property
    def feed(self) -> str:
        """The table of its submissions."""
        return f"{self.path}.svc/Submissions"

    def submission(self, central_id: str) -> str:
        """One of them."""
        return f"{self.path}/submissions/{part(central_id)}"


def since(stamp: datetime | None) -> str:
    """A filter for what was created, changed or deleted from an instant of Central's
    clock on, deleted or not."""
    if stamp is None:
        return DELETED_TOO
    at = stamp.astimezone(UTC)
    text = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"
    names = ("submissionDate", "updatedAt", "deletedAt")
    return " or ".join(f"__system/{name} ge {text}" for name in names)


def by_ids(central: Central, place: Place, central_ids: Collection[str]) -> list[Json]:
    """Whole rows of some submissions, deleted or not: none of one that was purged.

    Raises CentralError.
    """
    ordered = sorted(central_ids)
    found: list[Json] = []
    for start in range(0, len(ordered), IDS_AT_ONCE):
        found += _some(central, place, ordered[start : start + IDS_AT_ONCE])
    return found


def _some(central: Central, place: Place, ids: Sequence[str]) -> list[Json]:
    quoted = (each.replace("'", "''") for each in ids)
    wanted = " or ".join(f"__id eq '{each}'" for each in quoted)
    params = {"$filter": f"({wanted}) and ({DELETED_TOO})", "$expand": "*"}
    try:
        return central.page(place.feed, params, None).rows
    except CentralError as error:
        if error.code != _QUOTED_BADLY:
            raise
    if len(ids) == 1:
        return []  # Central cannot be asked about such an id
    return [row for each in ids for row in _some(central, place, [each])]


def form_versions(
    central: Central, place: Place, rows: Sequence[Json]
) -> dict[str, str]:
    """The versions of the form with which edits that we do not know were made.

    A row tells that of its first version for ever. Raises CentralError when passing.
    """
    edits = Counter(central_id for central_id, _ in _edits_in(rows))
    # Of a race Central tells no versions, and fails.
    edited = {pair for pair in _edits_in(rows) if edits[pair[0]] == 1}
    if not edited:
        return {}
    found: dict[str, str] = {}
    unknown = queries.unknown_versions(place.form_id, edited)
    ids = sorted({central_id for central_id, _ in unknown})
    if len(ids) > 1 and len(central.get(f"{place.path}/versions")) == 1:
        return {}  # there is none but that of the first version
    for central_id in ids:
        path = f"{place.submission(central_id)}/versions"
        for told in ask_once(central, path, **{"X-Extended-Metadata": "true"}) or ():
            if told.get("formVersion"):
                found[str(told.get("instanceId"))] = str(told["formVersion"])
    return found


def ask_once(central: Central, path: str, **headers: str) -> Any:
    """What Central says of one submission; None where it cannot: deleted meanwhile,
    or in a race. Raises CentralError when Central could not be asked at all."""
    try:
        return central.get(path, None, **headers)
    except CentralError as error:
        if error.status in {404, 500}:
            return None
        raise


def index(central: Central, place: Place) -> Iterator[Json]:
    """All submissions of a form with what marks them, in one answer that is read as it
    comes. Raises CentralError, also when it ends too early."""
    params = {"$select": INDEX, "$filter": DELETED_TOO}
    with central.stream(place.feed, params) as answer:
        try:
            yield from rows_in(central.pieces(answer))
        except ValueError as broken:
            raise broken_answer(answer.url) from broken


def rows_in(pieces: Iterable[bytes]) -> Iterator[Json]:
    """The rows of an OData answer without holding all of it. Raises ValueError for
    what is none, or is cut off."""
    decoder, scanner = codecs.getincrementaldecoder("utf-8")(), json.JSONDecoder()
    text, has_begun, has_ended = "", False, False
    for piece in pieces:
        text += decoder.decode(piece)
        if not has_begun:
            beginning = _BEGINNING.search(text)
            if beginning is None:
                continue
            text, has_begun = text[beginning.end() :], True
        at = 0
        while not has_ended:
            while at < len(text) and text[at] in ", \r\n\t":
                at += 1
            if text[at : at + 1] == "]":
                has_ended = True
                break
            try:
                row, at = scanner.raw_decode(text, at)
            except ValueError:
                break  # the rest of this row is still to come
            yield row
        text = text[at:]
    if not (has_begun and has_ended and text.rstrip().endswith("}")):
        raise ValueError("cut off")


def _edits_in(rows: Iterable[Json]) -> Iterator[tuple[str, str]]:
    for row in rows:
        try:
            pair = (id_of(row), instance_of(row))
        except UnreadableRow:
            continue
        if pair[0] != pair[1]:
            yield pair
