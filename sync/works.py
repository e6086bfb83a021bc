"""The pieces of work of the synchronisation, when each is due, and what is kept of it."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from server import clock
from server.central import queries
from server.central.leases import Doing
from server.central.runs import Told, record_run
from server.jobs.worker import run_due
from server.logs import log
from server.pipeline import HANDLERS
from sync import absence
from sync.deploy import WORK, deploy_all, is_deploy_due
from sync.heart import Heart
from sync.problems import CentralError
from sync.publish import publish_all
from sync.pull import Progress
from sync.rounds import Office, Outcome, pull_all, reconcile_all
from sync.terminal import Stopped, Watch

RECONCILE_EVERY = timedelta(hours=1)
# So long jobs may keep the next pull waiting.
JOBS_SECONDS = 30.0
AWAY = absence.CODES | {
    "central_failed",
    "central_answer_broken",
    "central_sign_in_refused",
}


@dataclass(slots=True)
class Desk:
    """Where the loop works: the office, and who is told what it is doing."""

    office: Office
    watch: Watch
    heart: Heart
    host: str

    def progress(self, work: str, place: str, done: int, total: int) -> None:
        """Between two steps. Raises Stopped or LeaseLost when it is time."""
        self.heart.say(Doing(work, place, done, total))
        self.watch(place or work, done, total)

    def wait_until(self, seconds: float) -> None:
        """Nothing to do for a while."""
        at = clock.now() + timedelta(seconds=seconds)
        self.heart.say(Doing(next_at=at))

    def rest(self, seconds: float) -> None:
        """Wait. Raises Stopped."""
        self.watch.clear()
        self.watch.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Work:
    """One piece of work. Raises CentralError when Central is away."""

    name: str
    do: Callable[[Office, Progress], Outcome]
    is_due: Callable[[Office], bool] = lambda _office: True


def is_reconcile_due(office: Office) -> bool:
    """Whether some form was not compared for an hour."""
    oldest = queries.oldest_reconcile(office.central.url, office.project)
    return oldest is not None and clock.now() - oldest >= RECONCILE_EVERY


PULL = Work("pull", pull_all)
RECONCILE = Work("reconcile", reconcile_all, is_reconcile_due)
PUBLISH = Work("publish", publish_all)
DEPLOY = Work(WORK, deploy_all, is_deploy_due)
# In this order: lost phones first; jobs that follow from one are done before the next.
WORKS = (DEPLOY, PULL, RECONCILE, PUBLISH)


def do(work: Work, desk: Desk, job_id: int | None = None) -> tuple[Told, bool]:
    """Do it, and keep what became of it; the second is whether Central was away."""
    started_at, began = clock.now(), time.monotonic()

    def progress(place: str, done: int, total: int) -> None:
        desk.progress(work.name, place, done, total)

    progress("", 0, 0)
    try:
        outcome = work.do(desk.office, progress)
        told = Told(outcome.counts, outcome.problems)
    except CentralError as error:
        told = Told(problems=[("", error.problem)])
    except Stopped:
        told = Told(was_stopped=True)
        record_run(work=work.name, started_at=started_at, told=told, host=desk.host)
        raise
    record_run(
        work=work.name,
        started_at=started_at,
        told=told,
        host=desk.host,
        job_id=job_id,
    )
    _log(work, told, time.monotonic() - began, job_id)
    return told, _is_away(told)


def do_jobs(desk: Desk) -> None:
    """What follows from what came in, for a while. Raises Stopped or LeaseLost."""
    until, done = time.monotonic() + JOBS_SECONDS, 0
    while time.monotonic() < until and run_due(HANDLERS, 1, thread="sync"):
        done += 1
        desk.progress("jobs", "", done, 0)


def _is_away(told: Told) -> bool:
    """Whether Central itself is away. One that answers and refuses one piece of work
    must not keep the others waiting."""
    codes = {problem.code for _, problem in told.problems}
    return told.outcome == "failed" and codes <= AWAY


def _log(work: Work, told: Told, seconds: float, job_id: int | None) -> None:
    total: Counter[str] = Counter()
    for counts in told.counts.values():
        total.update(counts)
    if total or told.problems or job_id is not None:
        log.info(
            "sync_done",
            work=work.name,
            outcome=told.outcome,
            ms=round(seconds * 1000),
            job=job_id,
            **dict(sorted(total.items())),
        )
    for place, problem in told.problems:
        log.warning("sync_failed", work=work.name, place=place, code=problem.code)
