"""Leaving work for later, in the transaction of the change it follows from, and taking
it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Update, insert, select, update

from server import clock
from server.audit import actions as audit
from server.db import db, transaction
from server.domain.actor import Actor
from server.domain.problems import Problem, Refused
from server.jobs.bell import ring_on_commit
from server.jobs.holders import is_dead, is_ours
from server.jobs.tables import Job

MAX_ATTEMPTS = 5
FIRST_PAUSE = timedelta(seconds=5)
# A worker of another machine that has held a job this long was killed.
STALE_AFTER = timedelta(minutes=10)
# Jobs of such kinds are errands to ODK Central: only who goes there takes them, and never
# in one transaction, since nobody may wait for Central with the database in hand.
ERRANDS = "central_"
# Such jobs read what takes minutes: they take transactions of their own, one after the
# other, and go on where they were when they are done again.
LONG = "long_"
UNKNOWN_KIND = "job_kind_unknown"
KILLED = "job_worker_killed"


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that one worker holds, for one attempt."""

    job_id: int
    kind: str
    payload: dict[str, Any]
    worker: str
    attempt: int


class ClaimLost(RuntimeError):
    """Somebody else was given the job in the meantime: what was done must not count."""


def enqueue(
    kind: str, payload: dict[str, Any], *, pause: timedelta = timedelta(0)
) -> Job:
    """Leave a job, for after a `pause`; it becomes visible to workers when the
    transaction commits."""
    with transaction() as session:
        at = clock.now()
        job = Job(kind=kind, payload=payload, run_at=at + pause, created_at=at)
        session.add(job)
        session.flush()
        ring_on_commit(session)
        return job


def enqueue_all(kind: str, payloads: Sequence[dict[str, Any]]) -> None:
    """Leave many jobs of one kind, in one statement."""
    with transaction() as session:
        at = clock.now()
        told = {"kind": kind, "run_at": at, "created_at": at}
        rows = [{**told, "payload": payload} for payload in payloads]
        if rows:
            session.execute(insert(Job), rows)
            ring_on_commit(session)


def claim(worker: str, *, errand: bool = False) -> Claim | None:
    """Take the next due job for `worker`, or the next errand; None when there is none.

    Two workers never get the same job: PostgreSQL skips rows another one has locked,
    SQLite has one writer at a time.
    """
    with transaction() as session:
        at = clock.now()
        due = (
            select(Job)
            .where(Job.state == "waiting", Job.run_at <= at, _is_errand(errand))
            .order_by(Job.run_at, Job.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        job = session.scalar(due)
        if job is None:
            return None
        job.state, job.claimed_at, job.claimed_by = "running", at, worker
        job.attempts += 1
        return Claim(job.id, job.kind, job.payload, worker, job.attempts)


def finish(held: Claim) -> None:
    """Mark a job as done, in the transaction of its work.

    Raises ClaimLost when it is no longer ours, so that the work is rolled back.
    """
    with transaction():
        _settle(held, state="done", finished_at=clock.now(), error=None)


def fail(held: Claim, error: str, *, for_good: bool = False) -> None:
    """Try again later, each time after a longer pause; after the last, leave it to a
    person. `error` says what happened without a word about people."""
    with transaction():
        if for_good or held.attempt >= MAX_ATTEMPTS:
            _settle(held, state="failed", finished_at=clock.now(), error=error)
        else:
            pause = FIRST_PAUSE * 4 ** (held.attempt - 1)
            _settle(held, state="waiting", run_at=clock.now() + pause, error=error)


def put_back(held: Claim) -> None:
    """Leave a job to who comes next: its worker was asked to stop. This attempt does
    not count."""
    with transaction():
        _settle(held, state="waiting", run_at=clock.now(), attempts=held.attempt - 1)


def release_errands() -> int:
    """Put back every errand under way; returns how many. Only for the one who goes to
    ODK Central, when it begins: whoever had them is no longer at it."""
    with transaction() as session:
        running = session.scalars(
            select(Job).where(Job.state == "running", _is_errand(True))
        )
        return _put_back(list(running))


def release_stale(*, older_than: timedelta = STALE_AFTER) -> int:
    """Put jobs of killed workers back at once; returns how many.

    One that killed its worker again and again is left to a person.
    """
    with transaction() as session:
        running = session.scalars(
            select(Job)
            .where(Job.state == "running", _is_errand(False))
            .with_for_update(skip_locked=True)
        )
        stale = [
            job
            for job in running
            if is_dead(job.claimed_by or "") or _is_older(job, older_than)
        ]
        if stale:
            ring_on_commit(session)
        return _put_back(stale)


def try_again(*, by: Actor, job_id: int) -> Job:
    """Give a failed job all its attempts back."""
    with transaction() as session:
        job = session.get(Job, job_id, with_for_update=True)
        if job is None:
            raise Refused(Problem("job_not_found"), status=404)
        if job.state != "failed":
            raise Refused(Problem("job_not_failed"), status=409)
        job.state, job.attempts, job.run_at = "waiting", 0, clock.now()
        job.finished_at = None
        ring_on_commit(session)
        audit.record(
            by=by,
            action="job.tried_again",
            subject_kind="job",
            subject_id=job.id,
            details={"kind": job.kind},
        )
        return job


def report_progress(*, job_id: int, done: int, total: int) -> None:
    """Say how far a long job is, for the jobs page."""
    with transaction():
        db.session.execute(
            _one(job_id).values(progress_done=done, progress_total=total)
        )


def _put_back(stale: Sequence[Job]) -> int:
    for job in stale:
        job.error = KILLED
        if job.attempts >= MAX_ATTEMPTS:
            job.state, job.finished_at = "failed", clock.now()
        else:
            job.state, job.run_at = "waiting", clock.now()
    return len(stale)


def _is_errand(wanted: bool) -> ColumnElement[bool]:
    is_one = Job.kind.startswith(ERRANDS, autoescape=True)
    return is_one if wanted else ~is_one


def _settle(held: Claim, **values: Any) -> None:
    ours = _one(held.job_id).where(
        Job.state == "running",
        Job.claimed_by == held.worker,
        Job.attempts == held.attempt,
    )
    if db.session.scalar(ours.values(**values).returning(Job.id)) is None:
        raise ClaimLost(f"job {held.job_id}")


def _one(job_id: int) -> Update:
    return update(Job).where(Job.id == job_id)


def _is_older(job: Job, than: timedelta) -> bool:
    if is_ours(job.claimed_by or ""):
        than = max(than, STALE_AFTER)  # another worker of this process is at it
    return job.claimed_at is None or job.claimed_at <= clock.now() - than
