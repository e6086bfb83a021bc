"""What becomes of one submission that Central shows, inside the transaction of a page.

A new version goes to the inbox as the one that replaces the version before. Two current
versions are a race of edits: both are kept there for a person, and neither is read. What
is deleted at Central is withdrawn here with all its versions, and comes back with them.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select

from server import clock
from server.db import db
from server.domain.actor import Actor
from server.domain.problems import Problem
from server.inbox import actions as inbox
from server.mirror import queries
from server.mirror.first_sight import begin_all
from server.mirror.seen import (
    Json,
    SeenSubmission,
    SeenVersion,
    UnreadableRow,
    canonical_row,
    mark_of,
    read,
)
from server.mirror.sighting import (
    PAYLOAD_KIND,
    SOURCE,
    Context,
    arrival_of,
    facts_of,
)
from server.mirror.tables import MirroredForm, MirroredSubmission, MirroredVersion


def apply_all(context: Context, groups: Mapping[str, Sequence[Json]]) -> Counter[str]:
    """Take over rows by their `__id`; counts nothing of what is known already.

    Most of a page is usually either known or seen for the first time, and both are
    dealt with together; what is left comes one by one.
    """
    known = queries.by_central_id(context.form.id, groups)
    counts: Counter[str] = Counter()
    first: list[SeenSubmission] = []
    others: list[SeenSubmission] = []
    for central_id, rows in groups.items():
        here = known.get(central_id)
        if here and here.purged_at is None and here.mark == mark_of(rows):
            continue
        try:
            seen = read(rows, context.form.file_paths)
        except UnreadableRow:
            for row in rows:
                counts += keep_stray(context.by, context.form, canonical_row(row))
            continue
        is_plain = len(seen.versions) == 1 and seen.deleted_at is None
        (first if here is None and is_plain else others).append(seen)
    left = begin_all(context, first)
    counts["new"] += len(first) - len(left)
    for seen in [*left, *others]:
        counts += _apply(context, known.get(seen.central_id), seen)
    return +counts


def _apply(
    context: Context, known: MirroredSubmission | None, seen: SeenSubmission
) -> Counter[str]:
    if known is not None:
        # Somebody may have asked for its files since the page was begun.
        db.session.refresh(known, with_for_update=True)
    counts = Counter({"new" if known is None else "changed": 1})
    mirrored = known or _begin(context.form, seen)
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
        payload_kind=PAYLOAD_KIND,
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
    arrival = arrival_of(context, version)
    receipt = inbox.receive(
        by=arrival.by,
        source=SOURCE,
        form_id=context.form.form_id,
        form_version=arrival.form_version,
        instance_id=version.instance_id,
        deprecated_id=before if before != version.instance_id else None,
        payload=version.payload,
        payload_kind=PAYLOAD_KIND,
        expected_files=version.file_names,
        files=(),
        area_id=arrival.area_id,
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
    facts = facts_of(
        seen,
        clock.now(),
        wants_files=bool(mirrored.files_wanted) or context.wants_files,
        has_new_comments=bool(mirrored.has_new_comments),
    )
    for name, fact in facts.items():
        setattr(mirrored, name, fact)


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
