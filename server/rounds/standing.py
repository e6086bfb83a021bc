"""Where a case stands: computed from its steps, by the rules of the procedure."""

from collections.abc import Sequence
from typing import Any

from server.domain.procedure.deadlines import Due, due
from server.domain.procedure.steps import (
    Done,
    Origin,
    Plan,
    Standing,
    Step,
    plan_of,
    standing,
)
from server.rounds.tables import CaseStep, ReviewCase, ReviewRound


def plan_for(case: ReviewCase, review: ReviewRound) -> Plan:
    """The steps a case of a round goes through."""
    return plan_of(Origin(case.origin), asks_upper_level=review.upper_level != "none")


def done_of(steps: Sequence[CaseStep]) -> list[Done]:
    """The rows as the rules see them."""
    return [
        Done(Step(row.step), row.on, row.outcome, row.is_skip, row.until)
        for row in steps
    ]


def standing_of(
    case: ReviewCase, review: ReviewRound, steps: Sequence[CaseStep]
) -> Standing:
    """Where a case stands."""
    return standing(plan_for(case, review), done_of(steps))


def due_of(
    case: ReviewCase, review: ReviewRound, steps: Sequence[CaseStep]
) -> Due | None:
    """When the next step of a case is due."""
    return due(standing_of(case, review, steps), done_of(steps), review.ends_on)


def computed(
    case: ReviewCase, review: ReviewRound, steps: Sequence[CaseStep]
) -> dict[str, Any]:
    """The columns of a case that follow from its steps."""
    if not steps:
        return {
            "next_step": None, "last_step": "", "since": review.begins_on,
            "due_on": None, "scored": None, "category": None,
            "has_complaint": False, "has_skip": False,
        }  # fmt: skip
    now = standing_of(case, review, steps)
    last = due_of(case, review, steps)
    scored = [row.outcome for row in steps if row.step == Step.SCORED]
    return {
        "next_step": now.next_step.value if now.next_step else None,
        "last_step": steps[-1].step,
        "since": steps[-1].on,
        "due_on": last.day if last and review.given_up_at is None else None,
        "scored": scored[-1] if scored else None,
        "category": now.category or None,
        "has_complaint": now.has_complaint,
        "has_skip": bool(now.skipped),
    }
