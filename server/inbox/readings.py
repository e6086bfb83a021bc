"""Moving a submission from one state to another, inside the transaction of an action."""

from collections.abc import Iterable
from typing import Any

from server import clock
from server.audit import actions as audit
from server.db import db
from server.domain.actor import SYSTEM, Actor
from server.domain.people.names import fold
from server.domain.problems import Problem, Refused
from server.inbox import queries
from server.inbox.tables import Reading


def locked(submission_id: int, *states: str) -> Reading:
    """The reading, ours until commit. Refuses when it is in none of `states`."""
    reading = db.session.get(Reading, submission_id, with_for_update=True)
    if reading is None:
        raise Refused(Problem("submission_not_found"), status=404)
    if states and reading.state not in states:
        code = (
            "submission_already_understood"
            if reading.state == "understood"
            else "submission_moved_on"
        )
        raise Refused(Problem(code), status=409)
    return reading


def park(
    reading: Reading, state: str, problems: Iterable[Problem], head_name: str
) -> None:
    """Put a reading into a state, with the reasons, under the name people know."""
    told = [problem.as_dict() for problem in problems]
    reading.state, reading.changed_at = state, clock.now()
    reading.problems = told
    reading.problem_codes = " ".join(sorted({each["code"] for each in told}))
    reading.head_name, reading.head_folded = head_name, fold(head_name)


def retire_replaced(submission_id: int) -> None:
    """An edit of it was understood, whichever of the two came first. A version that
    contradicts another one is still for a person to look at."""
    reading = locked(submission_id)
    is_conflict = "instance_conflict" in reading.problem_codes.split()
    if reading.state in queries.FOR_A_PERSON and not is_conflict:
        reading.state, reading.changed_at = "set_aside", clock.now()
        tell(SYSTEM, "submission.replaced", submission_id)


def tell(by: Actor, action: str, submission_id: int, **details: Any) -> None:
    """Put it into the audit trail; `details` are ids, codes and numbers."""
    audit.record(
        by=by,
        action=action,
        subject_kind="submission",
        subject_id=submission_id,
        details=details,
    )
