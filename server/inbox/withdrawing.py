"""Submissions that their source took back: they stay here, and do not count.

ODK Central deletes softly and restores, so a withdrawal may end. The submission and its
reading stay as they were; what the register makes of it follows by a job, in whatever
order that job and the reading of the submission are done.
"""

from collections.abc import Iterable

from sqlalchemy import select

from server import clock
from server.db import db, transaction
from server.domain.actor import Actor
from server.domain.problems import Problem
from server.inbox import readings
from server.inbox.tables import Reading, SubmissionWithdrawal
from server.jobs.actions import enqueue


def withdraw(*, by: Actor, submission_id: int, reason: str) -> None:
    """Let a submission no longer count, for one of `WITHDRAWAL_REASONS`.

    A second reason takes the place of the first.
    """
    with transaction() as session:
        reading = readings.locked(submission_id)
        known = find_withdrawal(submission_id)
        if known is not None and known.reason == reason:
            return
        if known is not None:
            known.superseded_at = clock.now()
            session.flush()
        else:
            reading.state_before, reading.state = reading.state, "withdrawn"
            reading.changed_at = clock.now()
        session.add(
            SubmissionWithdrawal(
                submission_id=submission_id,
                reason=reason,
                at=clock.now(),
                **by.signature(),
            )
        )
        session.flush()
        readings.tell(by, "submission.withdrawn", submission_id, reason=reason)
        _follow_up(submission_id)


def reinstate(*, by: Actor, submission_id: int) -> None:
    """It is back where it came from: it stands where it stood before."""
    with transaction() as session:
        reading = readings.locked(submission_id)
        known = find_withdrawal(submission_id)
        if known is None:
            return
        known.superseded_at = clock.now()
        reading.state = reading.state_before or "waiting"
        reading.state_before, reading.changed_at = None, clock.now()
        session.flush()
        readings.tell(by, "submission.reinstated", submission_id)
        if reading.state == "waiting":
            enqueue("submission_received", {"submission_id": submission_id})
        _follow_up(submission_id)


def find_withdrawal(submission_id: int) -> SubmissionWithdrawal | None:
    """The withdrawal that holds now."""
    return db.session.scalar(
        select(SubmissionWithdrawal).where(
            SubmissionWithdrawal.submission_id == submission_id,
            SubmissionWithdrawal.superseded_at.is_(None),
        )
    )


def park_withdrawn(
    reading: Reading, state: str, problems: Iterable[Problem], head_name: str
) -> None:
    """What was understood of a submission that was withdrawn in the meantime holds
    from the day it is back."""
    readings.park(reading, "withdrawn", problems, head_name)
    reading.state_before = state
    _follow_up(reading.submission_id)


def _follow_up(submission_id: int) -> None:
    enqueue("withdrawal_changed", {"submission_id": submission_id})
