"""What the synchronisation did, kept for good."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from server import clock
from server.central.tables import SyncCheckup, SyncRun
from server.db import db, transaction
from server.domain.problems import Problem

# What is told in every round as long as it lasts, and is nothing new.
STANDING = frozenset({"conflicts", "waiting", "awaited", "strays", "refused"})


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a piece of work: counts by form or list, and what went wrong
    where; `was_stopped` when somebody stopped it."""

    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    problems: Sequence[tuple[str, Problem]] = ()
    was_stopped: bool = False

    @property
    def outcome(self) -> str:
        if self.was_stopped:
            return "stopped"
        if not self.problems:
            return "done"
        return "partly" if self.counts else "failed"

    @property
    def amount(self) -> int:
        return sum(
            n
            for each in self.counts.values()
            for what, n in each.items()
            if what not in STANDING
        )


def record_run(
    *,
    work: str,
    started_at: datetime,
    told: Told,
    host: str = "",
    job_id: int | None = None,
) -> int | None:
    """Keep what is worth knowing; None when nothing was: work that nobody asked for
    and that found nothing to do is seen by the heartbeat alone.

    The same failure as before only counts once more.
    """
    if told.outcome == "done" and not told.amount and job_id is None:
        return None
    problems = [{"place": p, **problem.as_dict()} for p, problem in told.problems]
    counts = {p: dict(each) for p, each in told.counts.items() if each}
    codes = " ".join(sorted({problem.code for _, problem in told.problems}))
    with transaction() as session:
        last = _last(work)
        if (
            last is not None
            and job_id is None
            and told.problems
            and not (told.amount or last.amount)
            and last.outcome == told.outcome
            and last.problem_codes == codes
            and last.host == host
        ):
            last.times, last.finished_at = last.times + 1, clock.now()
            last.problems = problems
            return last.id
        run = SyncRun(
            work=work,
            started_at=started_at,
            finished_at=clock.now(),
            outcome=told.outcome,
            times=1,
            job_id=job_id,
            counts=counts,
            amount=told.amount,
            problems=problems,
            problem_codes=codes,
            host=host,
        )
        session.add(run)
        session.flush()
        return run.id


def record_checkup(*, findings: Sequence[Mapping[str, Any]], is_well: bool) -> None:
    """Keep what an examination found, for the sync page."""
    with transaction() as session:
        session.add(
            SyncCheckup(
                at=clock.now(),
                is_well=is_well,
                findings=[dict(each) for each in findings],
            )
        )


def _last(work: str) -> SyncRun | None:
    return db.session.scalar(
        select(SyncRun).where(SyncRun.work == work).order_by(SyncRun.id.desc()).limit(1)
    )


def last_done(work: str) -> datetime | None:
    """When a piece of work last came to its end and had done something."""
    return db.session.scalar(
        select(SyncRun.started_at)
        .where(SyncRun.work == work, SyncRun.outcome == "done")
        .order_by(SyncRun.id.desc())
        .limit(1)
    )
