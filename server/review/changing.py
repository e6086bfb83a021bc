"""Changes of several parts: made as one, taken back as one.

A household has no content of its own, so whatever staff change about it is judgements
on its surveys and corrections of its answers. Splitting, moving somebody and naming a
new head are such changes, and so is a batch of decisions.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import or_, select

from server import clock, versions
from server.audit import actions as audit
from server.db import db, serialise, transaction
from server.domain.actor import Actor
from server.domain.matching.judgement import Verdict
from server.domain.plain import to_plain
from server.domain.problems import Problem, Refused
from server.domain.survey.record import Member
from server.registry import actions as registry
from server.registry import queries as households
from server.registry.tables import Correction, HouseholdRow
from server.review import judging, queries
from server.review.objections import said_at
from server.review.tables import JudgementRow, StaffChange, StaffChangePart

Part = JudgementRow | Correction


def split(
    *, by: Actor, household_id: str, record_ids: Collection[str], reason: str
) -> StaffChange:
    """Some surveys of a household are those of another one: every judgement that joins
    them to the rest is replaced by its contrary."""
    with transaction():
        serialise("registry")
        own = set(households.record_ids_of(household_id))
        leaving = own & set(record_ids)
        if not leaving or leaving == own:
            raise Refused(Problem("split_needs_both_halves", "record_ids"))
        change = _begin(by, "split", reason, household_id)
        parts = []
        for row in queries.live_judgements(own):
            ends = {row.left_record_id, row.right_record_id}
            if row.verdict != Verdict.SAME or len(ends & leaving) != 1 or ends - own:
                continue
            judging.supersede(by=by, row=row)
            parts.append(
                judging.judge(
                    by=by,
                    sides=(row.left_record_id, row.right_record_id),
                    verdict=Verdict.DIFFERENT,
                    reason=change.reason,
                    reason_code="split_off",
                    over=row,
                )
            )
        return _finished(by, change, parts)


def transfer(
    *, by: Actor, household_id: str, member_key: str, to_id: str, reason: str
) -> StaffChange:
    """Somebody of one household is of another one."""
    with transaction():
        serialise("registry")
        person = _member(household_id, member_key)
        target = db.session.get(HouseholdRow, to_id)
        if target is None or target.state != "live" or to_id == household_id:
            raise Refused(Problem("transfer_target_unsuitable", "to"))
        change = _begin(by, "transfer", reason, household_id, to_id)
        path = f"members[{member_key}]"
        moved = {**to_plain(person), "relation_to_head": None}
        parts = [
            _correct(by, household_id, path, None, change.reason),
            _correct(by, to_id, path, moved, change.reason),
        ]
        return _finished(by, change, parts)


def name_head(
    *,
    by: Actor,
    household_id: str,
    member_key: str,
    former_relation: str,
    reason: str,
) -> StaffChange:
    """Another person is the head now; `former_relation` is what the one before is to
    them."""
    with transaction():
        serialise("registry")
        person = _member(household_id, member_key)
        if person.relation_to_head == "head":
            raise Refused(Problem("head_already", "member", {"name": person.full_name}))
        golden = households.golden_of(db.session.get_one(HouseholdRow, household_id))
        former = [m for m in golden.household.members if m.relation_to_head == "head"]
        change = _begin(by, "new_head", reason, household_id)
        wanted = [(each.key, former_relation) for each in former]
        wanted.append((member_key, "head"))
        parts = [
            _correct(
                by,
                household_id,
                f"members[{key}].relation_to_head",
                relation,
                change.reason,
            )
            for key, relation in wanted
        ]
        return _finished(by, change, parts)


def move_value(
    *, by: Actor, household_id: str, correction_id: int, to_id: str, reason: str
) -> StaffChange:
    """A correction was meant for the other half of a household that was parted."""
    with transaction():
        serialise("registry")
        made = db.session.get(Correction, correction_id)
        if made is None or made.superseded_at is not None:
            raise Refused(Problem("correction_not_found"), status=404)
        change = _begin(by, "moved_value", reason, household_id, to_id)
        registry.take_back_correction(by=by, correction_id=correction_id)
        part = _correct(by, to_id, made.path, made.value, made.reason)
        return _finished(by, change, [made, part])


def keep_batch(
    *, by: Actor, judgements: Sequence[JudgementRow], reason: str
) -> StaffChange:
    """Remember that these judgements were made as one."""
    with transaction():
        change = _begin(by, "batch", reason, None)
        return _finished(by, change, judgements)


def take_back_change(*, by: Actor, change_id: int, reason: str = "") -> set[str]:
    """Undo every part that still holds, the last one first; returns the records whose
    households have to be computed again."""
    with transaction() as session:
        serialise("registry")
        change = session.get(StaffChange, change_id)
        if change is None:
            raise Refused(Problem("change_not_found"), status=404)
        if change.superseded_at is not None:
            values = {
                "name": change.superseded_by,
                "at": said_at(change.superseded_at),
            }
            raise Refused(Problem("judgement_already_undone", "", values), status=409)
        versions.end(change, by)
        change.superseded_reason = reason.strip() or None
        touched: set[str] = set()
        for part in reversed(parts_of(change_id)):
            if part.superseded_at is not None:
                touched |= _put_back(by, change, part)
                continue
            if isinstance(part, JudgementRow):
                judging.supersede(by=by, row=part, reason=reason.strip())
                judging.restore(by=by, row=part)
                touched |= {part.left_record_id, part.right_record_id}
            else:
                registry.take_back_correction(by=by, correction_id=part.id)
                touched.add(part.record_id)
        _tell(by, change, "change.undone")
        return touched


def _put_back(by: Actor, change: StaffChange, part: Part) -> set[str]:
    """A correction that the change had taken away holds again."""
    if change.kind != "moved_value" or isinstance(part, JudgementRow):
        return set()
    if part.at > change.at:
        return set()  # the one the change had made; somebody took it back before
    registry.restore_correction(by=by, correction_id=part.id)
    return {part.record_id}


def parts_of(change_id: int) -> list[Part]:
    """The judgements and corrections of a change, in the order they were made."""
    rows = db.session.execute(
        select(JudgementRow, Correction)
        .select_from(StaffChangePart)
        .outerjoin(JudgementRow, JudgementRow.id == StaffChangePart.judgement_id)
        .outerjoin(Correction, Correction.id == StaffChangePart.correction_id)
        .where(StaffChangePart.change_id == change_id)
        .order_by(StaffChangePart.position)
    )
    return [judgement or correction for judgement, correction in rows]


def changes_of(household_ids: Collection[str]) -> list[StaffChange]:
    """What was changed about any of the households as one, newest first."""
    ids = sorted(household_ids)
    return list(
        db.session.scalars(
            select(StaffChange)
            .where(
                or_(
                    StaffChange.household_id.in_(ids),
                    StaffChange.other_household_id.in_(ids),
                )
            )
            .order_by(StaffChange.id.desc())
        )
    )


def _begin(
    by: Actor,
    kind: str,
    reason: str,
    household_id: str | None,
    other_household_id: str | None = None,
) -> StaffChange:
    if not reason.strip():
        raise Refused(Problem("reason_missing", "reason"))
    change = StaffChange(
        kind=kind,
        household_id=household_id,
        other_household_id=other_household_id,
        reason=reason.strip(),
        at=clock.now(),
        **by.signature(),
    )
    db.session.add(change)
    db.session.flush()
    return change


def _finished(by: Actor, change: StaffChange, parts: Sequence[Part]) -> StaffChange:
    for position, part in enumerate(parts, start=1):
        is_judgement = isinstance(part, JudgementRow)
        db.session.add(
            StaffChangePart(
                change_id=change.id,
                position=position,
                judgement_id=part.id if is_judgement else None,
                correction_id=None if is_judgement else part.id,
            )
        )
    db.session.flush()
    _tell(by, change, "change.made")
    return change


def _correct(
    by: Actor, household_id: str, path: str, value: Any, reason: str
) -> Correction:
    return registry.correct(
        by=by, household_id=household_id, path=path, value=value, reason=reason
    )


def _member(household_id: str, member_key: str) -> Member:
    row = db.session.get(HouseholdRow, household_id)
    if row is None or row.state != "live":
        raise Refused(Problem("household_not_found"), status=404)
    members = households.golden_of(row).household.members
    found = next((each for each in members if each.key == member_key), None)
    if found is None:
        raise Refused(Problem("member_not_found", "member"), status=404)
    return found


def _tell(by: Actor, change: StaffChange, action: str) -> None:
    audit.record(
        by=by,
        action=action,
        subject_kind="change",
        subject_id=change.id,
        details={
            "kind": change.kind,
            "household": change.household_id,
            "other": change.other_household_id,
        },
    )
