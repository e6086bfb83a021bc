"""Who synchronises with ODK Central: one process at a time, and others ready behind it.

Two at once would do no harm, since every page is applied only once; they would only ask
Central for everything twice. So this is an arrangement, not a lock that data depends on.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from server import clock
from server.central.tables import SyncLease
from server.db import db, serialise, transaction
from server.jobs.holders import is_dead

NAME = "loop"


@dataclass(frozen=True, slots=True)
class Pulse:
    """What a holder was doing when it was last heard of."""

    holder: str
    host: str
    pid: int
    since: datetime
    beat_at: datetime
    beats: int


@dataclass(frozen=True, slots=True)
class Doing:
    """What the holder is at, and how far; `next_at` when it waits until then."""

    work: str = ""
    place: str = ""
    done: int = 0
    total: int = 0
    next_at: datetime | None = None


def find_pulse() -> Pulse | None:
    """Who holds the lease; None when nobody does."""
    db.session.rollback()
    lease = db.session.scalar(select(SyncLease).where(SyncLease.holder != ""))
    if lease is None:
        return None
    return Pulse(
        lease.holder, lease.host, lease.pid, lease.since, lease.beat_at, lease.beats
    )


def take_lease(*, holder: str, host: str, pid: int, silent: Pulse | None) -> bool:
    """Become the one who synchronises; False while somebody else lives.

    `silent` is a holder from whom nothing was heard for so long that it counts as dead:
    it does if that is still so.
    """
    with transaction() as session:
        serialise("sync lease")
        lease = session.get(SyncLease, NAME, with_for_update=True)
        if lease is not None and not _is_free(lease, holder, silent):
            return False
        if lease is None:
            lease = SyncLease(name=NAME, beats=0)
            session.add(lease)
        lease.holder, lease.host, lease.pid = holder, host, pid
        lease.since = lease.beat_at = clock.now()
        lease.beats += 1
        lease.doing = lease.place = ""
        lease.done = lease.total = 0
        lease.next_at = None
        return True


def beat(*, holder: str, doing: Doing) -> bool:
    """Say that we live and what we are doing; False when the lease is another's now."""
    with transaction() as session:
        lease = session.get(SyncLease, NAME, with_for_update=True)
        if lease is None or lease.holder != holder:
            return False
        lease.beat_at = clock.now()
        lease.beats += 1
        lease.doing, lease.place = doing.work, doing.place
        lease.done, lease.total = doing.done, doing.total
        lease.next_at = doing.next_at
        return True


def give_back(*, holder: str) -> None:
    """We stop: whoever waits may begin at once."""
    with transaction() as session:
        lease = session.get(SyncLease, NAME, with_for_update=True)
        if lease is not None and lease.holder == holder:
            lease.holder, lease.beat_at = "", clock.now()
            lease.doing = lease.place = ""
            lease.next_at = None


def _is_free(lease: SyncLease, holder: str, silent: Pulse | None) -> bool:
    if lease.holder in ("", holder) or is_dead(lease.holder):
        return True
    return silent is not None and (lease.holder, lease.beats) == (
        silent.holder,
        silent.beats,
    )
