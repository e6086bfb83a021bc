"""Saying whether two records are one household, and taking it back."""

from collections.abc import Collection, Sequence
from typing import Any

from server.audit import actions as audit
from server.db import db, serialise, transaction
from server.domain.actor import Actor, Scope
from server.domain.matching.judgement import Verdict
from server.domain.problems import Problem, Refused
from server.jobs.actions import enqueue
from server.registry import actions as registry
from server.review import (
    batches,
    changing,
    choosing,
    door_answers,
    field_checks,
    judging,
    linking,
    opinions,
    proposals,
    queries,
    reserving,
    seen,
    weighing,
)
from server.review.choosing import Choice
from server.review.objections import refuse_decision, said_at
from server.review.tables import JudgementRow, MergeProposal, Opinion, StaffChange


def match_record(*, by: Actor, record_id: str) -> None:
    """Compare a record with those it may be one household with.

    What is certain is judged by the system, unless somebody took that back before:
    nobody has to take the same verdict back twice.
    """
    with transaction():
        serialise("registry")
        outcome = proposals.propose(record_id)
        answers = field_checks.note_answer(record_id=record_id)
        audit.record(
            by=by,
            action="record.matched",
            subject_kind="record",
            subject_id=record_id,
            details={"compared": outcome.compared, "proposed": outcome.proposed},
        )
        relink(record_ids={record_id, *outcome.touched, *answers})


def rematch(*, record_ids: Collection[str]) -> set[str]:
    """Compare many records once more and recompute their households, as a rebuild
    does; on a healthy register nothing changes."""
    with transaction():
        serialise("registry")
        touched = set(record_ids)
        for outcome in proposals.propose_each(record_ids, among=record_ids):
            touched |= outcome.touched
        return relink(record_ids=touched)


def relink(*, record_ids: Collection[str]) -> set[str]:
    """Recompute every household that may depend on these records, and the proposals
    about them; returns the households that changed."""
    with transaction():
        serialise("registry")
        changed_records = linking.settle(record_ids)
        closed, judgements = queries.closure({*record_ids, *changed_records})
        changed = registry.rebuild(record_ids=closed, judgements=judgements)
        asked = field_checks.follow(closed)
        reached = closed | asked
        proposals.follow(reached, are_asked=bool(asked))
        weighing.weigh(set(queries.households_of(reached).values()))
        if changed:
            enqueue("households_changed", {"household_ids": sorted(changed)})
        return changed


def recount(*, record_ids: Collection[str]) -> set[str]:
    """Recompute what follows from records that count no more, or again; what they
    answered about other households goes or comes with them."""
    with transaction():
        serialise("registry")
        return relink(record_ids={*record_ids, *door_answers.asked_in(record_ids)})


def decide(
    *,
    by: Actor,
    proposal_id: int,
    verdict: Verdict,
    reason: str = "",
    reason_code: str = "",
    replaces: int | None = None,
    shown: str = "",
    choices: Sequence[Choice] = (),
    ask: str = "",
) -> JudgementRow | Opinion:
    """Say what a proposed pair is; of what needs two people, the first gives an opinion.

    `replaces` names the live judgement on this pair that is knowingly replaced; without
    it a pair that somebody else decided in the meantime is refused (409). So is one that
    is not as `shown`, the hash of what the reviewer saw. `choices` hold as long as the
    judgement. Who is unsure may have the household on side `ask` (A or B) asked.
    """
    with transaction():
        serialise("registry")
        proposal = _get_proposal(proposal_id)
        sides = (proposal.left_record_id, proposal.right_record_id)
        live = queries.find_live_judgement(*sides)
        is_reasoned, reason = bool(reason_code or reason.strip()), reason.strip()
        refuse_decision(proposal, live, verdict, replaces, is_reasoned=is_reasoned)
        _refuse_unseen(by, proposal, shown)
        opinion = opinions.keep_first(
            by=by, proposal=proposal, verdict=verdict, reason=reason
        )
        if opinion is not None:
            reserving.release(proposal_id=proposal_id)
            return opinion
        if live is not None:
            judging.supersede(by=by, row=live)
        row = judging.judge(
            by=by,
            sides=sides,
            verdict=verdict,
            reason=reason,
            reason_code=reason_code,
            over=live,
        )
        if ask and verdict is Verdict.UNSURE:
            field_checks.ask(by=by, judgement=row, side=ask)
        relink(record_ids=set(sides))
        if choices:
            relink(record_ids=choosing.lay(by=by, judgement=row, choices=choices))
        reserving.release(proposal_id=proposal_id)
        return row


def undo(*, by: Actor, judgement_id: int, reason: str = "") -> JudgementRow | None:
    """Take a judgement back. The one it had replaced holds again, and is returned."""
    with transaction() as session:
        serialise("registry")
        row = session.get(JudgementRow, judgement_id)
        if row is None:
            raise Refused(Problem("judgement_not_found"), status=404)
        if row.superseded_at is not None:
            values = {"name": row.superseded_by, "at": said_at(row.superseded_at)}
            raise Refused(Problem("judgement_already_undone", "", values), status=409)
        judging.supersede(by=by, row=row, reason=reason.strip())
        restored = judging.restore(by=by, row=row)
        audit.record(
            by=by,
            action="judgement.undone",
            subject_kind="judgement",
            subject_id=row.id,
            details={"restored": restored.id if restored else None},
        )
        relink(record_ids={row.left_record_id, row.right_record_id})
        return restored


def change_household(*, by: Actor, kind: str, **given: Any) -> StaffChange:
    """Split a household, move somebody to another one, or name another head: one thing,
    with one undo."""
    make = {
        "split": changing.split,
        "transfer": changing.transfer,
        "new_head": changing.name_head,
        "moved_value": changing.move_value,
    }[kind]
    with transaction():
        change: StaffChange = make(by=by, **given)  # type: ignore[operator]
        relink(record_ids=queries.records_of_change(change.id))
        return change


def decide_batch(
    *,
    by: Actor,
    scope: Scope,
    key: str,
    proposal_ids: Sequence[int],
    verdict: Verdict,
    reason: str,
) -> StaffChange:
    """Decide pairs of one class of evidence alike; one undo takes all of it back."""
    with transaction():
        change, touched = batches.decide_batch(
            by=by,
            scope=scope,
            key=key,
            proposal_ids=proposal_ids,
            verdict=verdict,
            reason=reason,
        )
        relink(record_ids=touched)
        if verdict is Verdict.SAME and not _are_together(change):
            raise Refused(Problem("batch_blocked"), status=409)
        return change


def _are_together(change: StaffChange) -> bool:
    """Whether each pair of a batch became one household: a judgement between others may
    stand in the way."""
    rows = changing.parts_of(change.id)
    pairs = [
        (row.left_record_id, row.right_record_id)
        for row in rows
        if isinstance(row, JudgementRow)
    ]
    placed = queries.households_of({each for sides in pairs for each in sides})
    return all(placed[left] == placed[right] for left, right in pairs)


def undo_change(*, by: Actor, change_id: int, reason: str = "") -> None:
    """Take every part of a change back that still holds."""
    with transaction():
        relink(
            record_ids=changing.take_back_change(
                by=by, change_id=change_id, reason=reason
            )
        )


def _get_proposal(proposal_id: int) -> MergeProposal:
    proposal = db.session.get(MergeProposal, proposal_id)
    if proposal is None:
        raise Refused(Problem("proposal_not_found"), status=404)
    return proposal


def _refuse_unseen(by: Actor, proposal: MergeProposal, shown: str) -> None:
    """Raise Refused when somebody else has the pair open, or when it is another one
    than was shown."""
    reserving.refuse_reserved(by=by, proposal_id=proposal.id)
    if shown and shown != seen.hash_of(proposal):
        raise Refused(Problem("pair_changed_meanwhile"), status=409)
