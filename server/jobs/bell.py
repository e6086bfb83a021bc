"""Waking the workers of this process when a job was committed in it.

Without it an enumerator's survey would wait for the next look into the table. Jobs left
by other processes are found by looking.
"""

import threading
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

_JOB_LEFT = "job_left"
_rung = threading.Condition()
_rings = 0


def ring_on_commit(session: Session) -> None:
    """Ring when the transaction of `session` commits, and not when it rolls back."""
    session.info[_JOB_LEFT] = True


def ring() -> None:
    """Wake every worker of this process."""
    global _rings  # noqa: PLW0603 - one bell per process
    with _rung:
        _rings += 1
        _rung.notify_all()


def rings() -> int:
    """How often it rang: to be taken before looking for work, and given to `wait`."""
    with _rung:
        return _rings


def wait(heard: int, seconds: float) -> None:
    """Return at the next ring after `heard`, which may be past, or after a time."""
    with _rung:
        _rung.wait_for(lambda: _rings != heard, seconds)


@event.listens_for(Session, "after_commit")
def _committed(session: Session) -> None:
    if session.info.pop(_JOB_LEFT, False):
        ring()


@event.listens_for(Session, "after_rollback")
def _rolled_back(session: Session, *_: Any) -> None:
    session.info.pop(_JOB_LEFT, None)
