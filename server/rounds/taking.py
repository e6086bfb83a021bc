"""Taking a step for many cases at once: all of them or none.

Every step of every case is written here, after the rules had their say; what follows for
the case is computed anew from its steps.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from server import clock
from server.audit import actions as audit
from server.db import db
from server.domain.actor import Actor
from server.domain.problems import Problem, Refused
from server.domain.procedure.steps import Done, Step, objections
from server.registry.tables import HouseholdRow
from server.rounds import queries
from server.rounds.standing import computed, done_of, plan_for
from server.rounds.tables import CaseStep, ReviewCase, ReviewRound, RoundAct

NAMED_AT_MOST = 5


@dataclass(frozen=True, slots=True)
class Taking:
    """One step for one case, with what has to be kept of it."""

    case: ReviewCase
    done: Done
    reason: str = ""
    record_id: str | None = None
    pack_hash: str | None = None
    details: dict[str, Any] = field(default_factory=dict)


def take(
    *,
    by: Actor,
    review: ReviewRound,
    takings: Sequence[Taking],
    act: RoundAct | None = None,
) -> None:
    """Write the steps. Raises Refused, naming the households, when one may not be
    taken; a round that was given up takes none."""
    if review.given_up_at is not None:
        raise Refused(Problem("round_given_up"), status=409)
    steps = queries.live_steps([each.case.id for each in takings])
    _refuse(review, takings, steps)
    for each in takings:
        row = _row(by, each, act)
        db.session.add(row)
        steps.setdefault(each.case.id, []).append(row)
    db.session.flush()
    for each in takings:
        compute(each.case, review, steps[each.case.id])
    _tell(by, review, "cases.step_taken", takings, act)


def take_back(
    *, by: Actor, review: ReviewRound, rows: Sequence[CaseStep], reason: str
) -> None:
    """The rows no longer count. Each has to be the last step of its case."""
    steps = queries.live_steps([row.case_id for row in rows])
    followed = [row for row in rows if steps[row.case_id][-1].id != row.id]
    if followed:
        codes = _codes([row.case_id for row in followed])
        raise Refused(Problem("case_step_followed", "", {"codes": codes}), status=409)
    for row in rows:
        row.superseded_at = clock.now()
        row.superseded_by = by.name
        row.superseded_reason = reason
    db.session.flush()
    for row in rows:
        case = db.session.get_one(ReviewCase, row.case_id)
        compute(case, review, steps[case.id][:-1])
    audit.record(
        by=by,
        action="cases.step_taken_back",
        subject_kind="review_round",
        subject_id=review.id,
        details={"cases": [row.case_id for row in rows], "step": rows[0].step},
    )


def compute(case: ReviewCase, review: ReviewRound, steps: Sequence[CaseStep]) -> None:
    """Bring the columns of a case up to date with its steps."""
    for name, value in computed(case, review, steps).items():
        setattr(case, name, value)
    db.session.flush()


def _refuse(
    review: ReviewRound,
    takings: Sequence[Taking],
    steps: dict[int, list[CaseStep]],
) -> None:
    """Each objection once, with the households it is about."""
    found: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    problems: dict[tuple[str, str], Problem] = {}
    for each in takings:
        before = done_of(steps.get(each.case.id, []))
        plan = plan_for(each.case, review)
        for problem in objections(plan, before, each.done, clock.today()):
            key = problem.code, str(sorted(problem.values.items()))
            problems[key] = problem
            found[key].append(each.case.id)
    if problems:
        raise Refused(
            *(
                Problem(
                    problem.code, problem.path,
                    {**problem.values, "codes": _codes(found[key])},
                )
                for key, problem in problems.items()
            )
        )  # fmt: skip


def _codes(case_ids: Sequence[int]) -> str:
    """Some of the households by their code: "HN-1, HN-2 … (+30)"."""
    rows = [
        db.session.get_one(ReviewCase, case_id) for case_id in case_ids[:NAMED_AT_MOST]
    ]
    codes = [db.session.get_one(HouseholdRow, row.household_id).code for row in rows]
    more = len(case_ids) - len(codes)
    return ", ".join(codes) + (f" … (+{more})" if more > 0 else "")


def _row(by: Actor, each: Taking, act: RoundAct | None) -> CaseStep:
    return CaseStep(
        case_id=each.case.id,
        act_id=act.id if act else None,
        step=each.done.step.value,
        on=each.done.on,
        until=each.done.until,
        outcome=each.done.outcome,
        is_skip=each.done.is_skip,
        reason=each.reason,
        record_id=each.record_id,
        pack_hash=each.pack_hash,
        details=each.details,
        at=clock.now(),
        **by.signature(),
    )


def _tell(
    by: Actor,
    review: ReviewRound,
    action: str,
    takings: Sequence[Taking],
    act: RoundAct | None,
) -> None:
    if not takings:
        return
    audit.record(
        by=by,
        action=action,
        subject_kind="review_round",
        subject_id=review.id,
        details={
            "step": takings[0].done.step.value,
            "on": takings[0].done.on.isoformat(),
            "is_skip": takings[0].done.is_skip,
            "cases": [each.case.id for each in takings],
            "act_id": act.id if act else None,
        },
    )


def last_of(steps: Sequence[CaseStep], step: Step) -> CaseStep | None:
    """The newest live row of one step."""
    return next((row for row in reversed(steps) if row.step == step.value), None)
