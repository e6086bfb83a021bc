"""What becomes of one submission that Central shows, inside the transaction of a page.

A new version goes to the inbox as the one that replaces the version before. Two current
versions are a race of edits: both are kept there for a person, and neither is read. What
is deleted at Central is withdrawn here with all its versions, and comes back with them.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select

from server import clock
from server.db import db
from server.domain.actor import Actor
from server.domain.problems import Problem
from server.inbox import actions as inbox
from server.mirror.places import Places
from server.mirror.seen import (
    Json,
    SeenSubmission,
    SeenVersion,
    UnreadableRow,
    canonical_row,
    id_of,
    mark_of,
    read,
)
from server.mirror.tables import MirroredForm, MirroredSubmission, MirroredVersion

SOURCE = "central"
FIRST_LOOK = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Context:
    """What holds for a whole page."""

    by: Actor
    form: MirroredForm
    form_versions: Mapping[str, str]
    wants_files: bool
    places: Places = field(default_factory=Places)


def apply(context: Context, rows: Sequence[Json]) -> Counter[str]:
    """Take over the rows of one `__id`; counts nothing when all of it is known."""
    form = context.form
    known = db.session.scalar(
        select(MirroredSubmission).where(
            MirroredSubmission.form_id == form.id,
            MirroredSubmission.central_id == id_of(rows[0]),
        )
    )
    if known is not None and known.purged_at is None and known.mark == mark_of(rows):
        return Counter()
    try:
        seen = read(rows, form.file_paths)
    except UnreadableRow:
        kept: Counter[str] = Counter()
        for row in rows:
            kept += keep_stray(context.by, form, canonical_row(row))
        return kept
    counts = Counter({"new" if known is None else "changed": 1})
    mirrored = known or _begin(form, seen)
    was_gone = known is not None and _is_gone(known)
    counts += _take_versions(context, mirrored, seen)
    _remember(context, mirrored, seen)
    db.session.flush()
    if seen.deleted_at is not None:
        _withdraw(context.by, mirrored, "deleted_at_source")
        counts["deleted"] += not was_gone
    elif was_gone:
        _reinstate(context.by, mirrored)
        counts["restored"] += 1
    return +counts


def purge(by: Actor, mirrored: MirroredSubmission) -> None:
    """Central has it no more: what we have stays, and does not count."""
    mirrored.purged_at = clock.now()
    mirrored.files_due_at = None
    db.session.flush()
    _withdraw(by, mirrored, "purged_at_source")


def keep_stray(by: Actor, form: MirroredForm, payload: bytes) -> Counter[str]:
    """A row that cannot be read is kept for a person, and stops nothing else."""
    name = f"unreadable:{hashlib.sha256(payload).hexdigest()}"
    receipt = inbox.receive(
        by=by,
        source=SOURCE,
        form_id=form.form_id,
        form_version=form.version,
        instance_id=name,
        deprecated_id=None,
        payload=payload,
        payload_kind="odata",
        expected_files=(),
        files=(),
    )
    if receipt.outcome != "new":
        return Counter()
    _park(by, receipt.submission_id, Problem("central_row_unreadable"))
    return Counter(unreadable=1)


def _begin(form: MirroredForm, seen: SeenSubmission) -> MirroredSubmission:
    mirrored = MirroredSubmission(
        form_id=form.id,
        central_id=seen.central_id,
        mark=seen.mark,
        submitted_at=seen.submitted_at,
        files_wanted=False,
        files_attempts=0,
    )
    db.session.add(mirrored)
    db.session.flush()
    return mirrored


def _take_versions(
    context: Context, mirrored: MirroredSubmission, seen: SeenSubmission
) -> Counter[str]:
    is_race = len(seen.versions) > 1
    was_raced = bool(mirrored.is_raced)
    for version in seen.versions:
        found = _find_version(mirrored, seen, version)
        if found is None:
            _receive(context, mirrored, version, is_raced=is_race)
    mirrored.is_raced = is_race
    if is_race:
        return Counter(raced=not was_raced)
    (current,) = seen.versions
    mirrored.current_instance_id = current.instance_id
    if was_raced:
        _settle_race(context.by, mirrored, current.instance_id)
    return Counter()


def _find_version(
    mirrored: MirroredSubmission, seen: SeenSubmission, version: SeenVersion
) -> MirroredVersion | None:
    """A version never changes at Central, unless its submission was purged and sent
    once more under the same id."""
    for known in _versions_of(mirrored):
        is_same_life = mirrored.submitted_at == seen.submitted_at
        if known.instance_id == version.instance_id and (
            is_same_life or known.content_sha256 == version.content_sha256
        ):
            return known
    return None


def _receive(
    context: Context,
    mirrored: MirroredSubmission,
    version: SeenVersion,
    *,
    is_raced: bool,
) -> None:
    before = mirrored.current_instance_id
    form_id = context.form.form_id
    form_version = context.form_versions.get(version.instance_id, version.form_version)
    sender = Actor(SOURCE, version.submitter_id, version.submitter_name)
    receipt = inbox.receive(
        by=sender,
        source=SOURCE,
        form_id=form_id,
        form_version=form_version,
        instance_id=version.instance_id,
        deprecated_id=before if before != version.instance_id else None,
        payload=version.payload,
        payload_kind="odata",
        expected_files=version.file_names,
        files=(),
        area_id=context.places.area_of(form_id, form_version, version.payload),
        device_id=version.device_id,
    )
    if is_raced and receipt.outcome == "new":
        values = {"value": mirrored.central_id}
        problem = Problem("central_edits_raced", "meta/instanceID", values)
        _park(context.by, receipt.submission_id, problem)
    db.session.add(
        MirroredVersion(
            mirrored_id=mirrored.id,
            instance_id=version.instance_id,
            content_sha256=version.content_sha256,
            submission_id=receipt.submission_id,
            seen_at=clock.now(),
            is_raced=is_raced,
            is_replaced=False,
        )
    )
    db.session.flush()


def _settle_race(by: Actor, mirrored: MirroredSubmission, current: str) -> None:
    """A further edit ended the race: what raced is replaced, also where a person had
    chosen one of them meanwhile."""
    for version in _versions_of(mirrored):
        is_loser = version.is_raced and version.instance_id != current
        if is_loser and not version.is_replaced:
            version.is_replaced = True
            reason = "replaced_at_source"
            inbox.withdraw(by=by, submission_id=version.submission_id, reason=reason)
    db.session.flush()


def _remember(
    context: Context, mirrored: MirroredSubmission, seen: SeenSubmission
) -> None:
    at = clock.now()
    is_reviewed = seen.review_state is not None
    mirrored.has_new_comments = is_reviewed or bool(mirrored.has_new_comments)
    mirrored.mark = seen.mark
    mirrored.submitted_at, mirrored.updated_at = seen.submitted_at, seen.updated_at
    mirrored.deleted_at, mirrored.purged_at = seen.deleted_at, None
    mirrored.review_state = seen.review_state
    mirrored.files_present = seen.files_present
    mirrored.files_expected = seen.files_expected
    mirrored.files_wanted = bool(mirrored.files_wanted) or context.wants_files
    mirrored.files_attempts, mirrored.files_given_up_at = 0, None
    mirrored.files_since = at
    if seen.deleted_at is not None or not seen.files_expected:
        mirrored.files_due_at = None
    elif mirrored.files_wanted and seen.files_present:
        mirrored.files_due_at = at
    elif seen.files_present < seen.files_expected:
        mirrored.files_due_at = at + FIRST_LOOK
    else:
        mirrored.files_due_at = None


def _withdraw(by: Actor, mirrored: MirroredSubmission, reason: str) -> None:
    for version in _countable(mirrored):
        inbox.withdraw(by=by, submission_id=version.submission_id, reason=reason)


def _reinstate(by: Actor, mirrored: MirroredSubmission) -> None:
    for version in _countable(mirrored):
        inbox.reinstate(by=by, submission_id=version.submission_id)


def _countable(mirrored: MirroredSubmission) -> Iterator[MirroredVersion]:
    return (each for each in _versions_of(mirrored) if not each.is_replaced)


def _versions_of(mirrored: MirroredSubmission) -> list[MirroredVersion]:
    return list(
        db.session.scalars(
            select(MirroredVersion)
            .where(MirroredVersion.mirrored_id == mirrored.id)
            .order_by(MirroredVersion.id)
        )
    )


def _is_gone(mirrored: MirroredSubmission) -> bool:
    return mirrored.deleted_at is not None or mirrored.purged_at is not None


def _park(by: Actor, submission_id: int, problem: Problem) -> None:
    inbox.quarantine(by=by, submission_id=submission_id, problems=[problem])
