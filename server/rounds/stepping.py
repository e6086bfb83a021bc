"""What is done for one household, or for a group without a paper of its own: Phiếu A,
survey, scoring, complaint, re-check, refusal, leaving, and leaving a step out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from server import clock
from server.db import db, serialise, transaction
from server.domain.actor import SYSTEM, Actor
from server.domain.poverty.screening import ScreeningOutcome
from server.domain.problems import Problem, Refused
from server.domain.procedure.steps import REDO, Done, Step
from server.registry.counting import withdrawn_among
from server.registry.queries import in_chunks
from server.registry.tables import HouseholdRecord, HouseholdRow, SurveyRecordRow
from server.rounds import queries
from server.rounds.evidence import freeze, freeze_all
from server.rounds.tables import CaseStep, ReviewCase, ReviewRound
from server.rounds.taking import Taking, take, take_back
from server.status import queries as status


def notice_surveys(*, household_ids: Collection[str]) -> int:
    """Let open cases see surveys of their households; returns how many moved on."""
    with transaction():
        serialise("rounds")
        moved = 0
        for chunk in in_chunks(household_ids):
            rows = db.session.execute(
                select(ReviewCase, ReviewRound)
                .join(ReviewRound, ReviewRound.id == ReviewCase.round_id)
                .where(
                    ReviewCase.household_id.in_(chunk),
                    ReviewCase.next_step == Step.SURVEYED.value,
                    ReviewRound.given_up_at.is_(None),
                )
            )
            for case, review in rows.all():
                moved += notice(review=review, cases=[case])
        return moved


def notice(*, review: ReviewRound, cases: Sequence[ReviewCase]) -> int:
    """The survey of each case that waits for one, if it has come: the newest since the
    round began, or since the meeting that asked for another."""
    waiting = [each for each in cases if each.next_step == Step.SURVEYED.value]
    surveys = _surveys({each.household_id for each in waiting}, review.begins_on)
    steps = queries.live_steps([each.id for each in waiting])
    takings = []
    for case in waiting:
        found = surveys.get(case.household_id)
        redone = [row.on for row in steps.get(case.id, []) if row.outcome == REDO]
        if found and (not redone or found[0] >= max(redone)):
            done = Done(Step.SURVEYED, found[0])
            takings.append(Taking(case, done, record_id=found[1]))
    take(by=SYSTEM, review=review, takings=takings)
    return len(takings)


def screen(*, by: Actor, round_id: int, outcomes: Mapping[int, str], on: date) -> None:
    """What Phiếu A said of each case."""
    known = set(ScreeningOutcome)
    if unknown := set(outcomes.values()) - known:
        raise Refused(Problem("case_screening_unknown", "", {"value": min(unknown)}))
    with transaction():
        review, cases = chosen(round_id, outcomes)
        takings = [
            Taking(case, Done(Step.SCREENED, on, outcomes[case.id])) for case in cases
        ]
        take(by=by, review=review, takings=takings)
        notice(review=review, cases=cases)


@dataclass(frozen=True, slots=True)
class Scored:
    """How many cases were scored, and which households cannot be: code, and what to ask
    first (None: nothing was assessed under the standard of the round)."""

    count: int
    left: tuple[tuple[str, Mapping[str, Any] | None], ...]


def score(*, by: Actor, round_id: int, case_ids: Collection[int], on: date) -> Scored:
    """Freeze the household and its assessment with each case. Who cannot be classified
    yet stays where they are, and is told with the question to ask."""
    with transaction():
        review, cases = chosen(round_id, case_ids)
        rows = {case.id: _household(case) for case in cases}
        frozen = freeze_all(rows, review.standard)
        takings, left = [], []
        for case in cases:
            found = frozen[case.id].assessment
            if found is None or found.category is None:
                ask = found.trace["ask"] if found else None
                left.append((rows[case.id].code, ask))
                continue
            done = Done(Step.SCORED, on, found.category)
            takings.append(
                Taking(
                    case, done, pack_hash=found.pack_hash,
                    details=frozen[case.id].details,
                )
            )  # fmt: skip
        take(by=by, review=review, takings=takings)
        return Scored(len(takings), tuple(left))


def skip(
    *,
    by: Actor,
    round_id: int,
    case_ids: Collection[int],
    step: str,
    on: date,
    reason: str,
) -> None:
    """Leave a step out, saying why; the case shows it for good."""
    _refuse_without(reason)
    with transaction():
        review, cases = chosen(round_id, case_ids)
        done = Done(Step(step), on, is_skip=True)
        takings = [Taking(case, done, reason.strip()) for case in cases]
        take(by=by, review=review, takings=takings)
        notice(review=review, cases=cases)


def end(
    *,
    by: Actor,
    round_id: int,
    case_ids: Collection[int],
    step: str,
    on: date,
    reason: str,
) -> None:
    """Refuse a request (`refused`), or let a household leave the review (`left`), each
    with its reason. Who is on a list now leaves it by a decision and not by a refusal."""
    _refuse_without(reason)
    with transaction():
        review, cases = chosen(round_id, case_ids)
        carried = [each for each in cases if each.origin == "carried_over"]
        if step == Step.REFUSED.value and carried:
            raise Refused(Problem("case_listed_not_refused", "step"))
        done = Done(Step(step), on)
        takings = [Taking(case, done, reason.strip()) for case in cases]
        take(by=by, review=review, takings=takings)


def complain(
    *, by: Actor, round_id: int, case_id: int, on: date, who: str, text: str
) -> None:
    """Somebody does not agree with what was posted. What the case rests on is frozen
    once more, as it is now, so that the re-check can be held against it."""
    if not who.strip() or not text.strip():
        raise Refused(Problem("complaint_without_text", "text"))
    with transaction():
        review, (case,) = chosen(round_id, [case_id])
        row = _household(case)
        assessed = status.assessments_of([row.id]).get(row.id, [])
        details = freeze(row, review.standard, assessed).details
        details |= {"who": who.strip(), "text": text.strip()}
        done = Done(Step.COMPLAINT, on)
        take(by=by, review=review, takings=[Taking(case, done, details=details)])


def recheck(
    *,
    by: Actor,
    round_id: int,
    case_id: int,
    on: date,
    category: str,
    reason: str,
) -> None:
    """The result of the re-check, with the household as it was then."""
    _refuse_without(reason)
    if category not in status.CATEGORIES:
        raise Refused(Problem("case_category_unknown", "category", {"value": category}))
    with transaction():
        review, (case,) = chosen(round_id, [case_id])
        row = _household(case)
        assessed = status.assessments_of([row.id]).get(row.id, [])
        found = freeze(row, review.standard, assessed)
        taking = Taking(
            case,
            Done(Step.RECHECKED, on, category),
            reason.strip(),
            pack_hash=found.assessment.pack_hash if found.assessment else None,
            details=found.details,
        )
        take(by=by, review=review, takings=[taking])


def undo_step(*, by: Actor, round_id: int, step_id: int, reason: str) -> CaseStep:
    """Take back the last step of a case. A decision is withdrawn as a whole."""
    with transaction() as session:
        serialise("rounds")
        review = session.get_one(ReviewRound, round_id)
        row = session.get(CaseStep, step_id)
        case = session.get(ReviewCase, row.case_id) if row else None
        if row is None or case is None or case.round_id != round_id:
            raise Refused(Problem("case_step_not_found"), status=404)
        if row.superseded_at is not None:
            raise Refused(Problem("case_step_undone_already"), status=409)
        if row.step == Step.DECIDED.value:
            raise Refused(Problem("case_decision_withdrawn_whole"), status=409)
        take_back(by=by, review=review, rows=[row], reason=reason.strip())
        return row


def _surveys(
    household_ids: Collection[str], since: date
) -> dict[str, tuple[date, str]]:
    """The newest survey of each household that counts: its day and its record."""
    found: list[tuple[str, date, str]] = []
    for chunk in in_chunks(household_ids):
        rows = db.session.execute(
            select(
                HouseholdRecord.household_id,
                SurveyRecordRow.review_date,
                SurveyRecordRow.id,
            )
            .join(SurveyRecordRow, SurveyRecordRow.id == HouseholdRecord.record_id)
            .where(
                HouseholdRecord.household_id.in_(chunk),
                SurveyRecordRow.review_date >= since,
                # A phone whose clock is wrong must not hold up the others.
                SurveyRecordRow.review_date <= clock.today(),
            )
        )
        found += [(household_id, on, record) for household_id, on, record in rows]
    gone = withdrawn_among({record for _, _, record in found})
    return {
        household_id: (on, record)
        for household_id, on, record in sorted(found)
        if record not in gone
    }


def chosen(
    round_id: int, case_ids: Collection[int]
) -> tuple[ReviewRound, list[ReviewCase]]:
    """The round, and the named cases of it."""
    serialise("rounds")
    review = db.session.get_one(ReviewRound, round_id)
    cases = [db.session.get(ReviewCase, each) for each in sorted(set(case_ids))]
    found = [each for each in cases if each is not None and each.round_id == round_id]
    if not found:
        raise Refused(Problem("cases_none_chosen", "cases"))
    if len(found) != len(cases):
        raise Refused(Problem("case_not_found"), status=404)
    return review, found


def _household(case: ReviewCase) -> HouseholdRow:
    return db.session.get_one(HouseholdRow, case.household_id)


def _refuse_without(reason: str) -> None:
    if not reason.strip():
        raise Refused(Problem("step_needs_reason", "reason"))
