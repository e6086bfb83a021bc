"""Leaving work for later, in the transaction of the change it follows from."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from server import clock
from server.db import db, transaction
from server.jobs.tables import Job

MAX_ATTEMPTS = 5
FIRST_PAUSE = timedelta(seconds=5)
# A worker that has held a job this long was killed.
STALE_AFTER = timedelta(minutes=10)


def enqueue(kind: str, payload: dict[str, Any]) -> Job:
    """Leave a job; it becomes visible to workers when the transaction commits."""
    with transaction() as session:
        at = clock.now()
        job = Job(kind=kind, payload=payload, run_at=at, created_at=at)
        session.add(job)
        session.flush()
        return job


def claim(worker: str) -> Job | None:
    """Take the next due job for `worker`; None when there is none.

    Two workers never get the same job: PostgreSQL skips rows another one has locked,
    SQLite has one writer at a time.
    """
    with transaction() as session:
        at = clock.now()
        due = (
            select(Job)
            .where(Job.state == "waiting", Job.run_at <= at)
            .order_by(Job.run_at, Job.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        job = session.scalar(due)
        if job is None:
            return None
        job.state, job.claimed_at, job.claimed_by = "running", at, worker
        job.attempts += 1
        return job


def finish(job_id: int) -> None:
    """Mark a job as done."""
    with transaction():
        db.session.execute(
            update(Job)
            .where(Job.id == job_id)
            .values(state="done", finished_at=clock.now(), error=None)
        )


def fail(job_id: int, error: str) -> None:
    """Try again later, each time after a longer pause; after the last, leave it to a
    person."""
    with transaction() as session:
        job = session.get_one(Job, job_id)
        job.error = error
        if job.attempts >= MAX_ATTEMPTS:
            job.state, job.finished_at = "failed", clock.now()
        else:
            job.state = "waiting"
            job.run_at = clock.now() + FIRST_PAUSE * 4 ** (job.attempts - 1)


def release_stale(*, older_than: timedelta = STALE_AFTER) -> int:
    """Put jobs of killed workers back; returns how many."""
    with transaction() as session:
        stale = session.scalars(
            select(Job)
            .where(Job.state == "running", Job.claimed_at < clock.now() - older_than)
            .with_for_update(skip_locked=True)
        ).all()
        for job in stale:
            job.state = "waiting"
        return len(stale)


def report_progress(job_id: int, done: int, total: int) -> None:
    """Say how far a long job is, for the jobs page."""
    with transaction():
        db.session.execute(
            update(Job)
            .where(Job.id == job_id)
            .values(progress_done=done, progress_total=total)
        )
