"""`python -m sync run`: keeping this installation and ODK Central equal, for ever.

Each round fulfils what staff asked for, pulls, does the jobs that follow, publishes, and
compares everything once an hour. Central may be away for days and the database for
minutes: the loop waits, longer each time, and goes on. A second one waits behind the
first and takes over when it dies.
"""

import os
import random
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import click
from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from server import clock, logs
from server.central.leases import Pulse, find_pulse, give_back, take_lease
from server.central.queries import newest_checkup
from server.clock import VIETNAM
from server.db import db
from server.domain.problems import Problem
from server.jobs.actions import Claim, release_errands, release_stale
from server.jobs.days import Calendar
from server.jobs.errands import run_errand
from server.jobs.holders import holder
from server.logs import log
from sync.doctor import examine
from sync.errands import ERRANDS
from sync.heart import Heart, LeaseLost
from sync.rounds import Office
from sync.terminal import Stopped, Watch, open_office
from sync.works import WORKS, Desk, do, do_jobs

# A holder of another machine that was silent for so long is dead; its own host knows at once.
SILENT_SECONDS = 60.0
LOOK_SECONDS = 2.0
LONGEST_PAUSE = 600.0
EXAMINE_EVERY = timedelta(days=1)


@click.command("run")
def run_for_ever() -> None:
    """Keep this installation and ODK Central equal until stopped."""
    watch = Watch()
    watch.listen()
    with suppress(Stopped), open_office(watch, is_patient=True) as office:
        run(office, watch)
    watch.clear()


def run(office: Office, watch: Watch) -> None:
    """Synchronise until somebody stops it. Raises Stopped."""
    ours = holder("sync")
    host, pid = socket.gethostname(), os.getpid()
    # Its thread needs the application itself, not the stand-in that follows the context.
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    heart = Heart(app, ours)
    desk = Desk(office, watch, heart, host)
    pause = 1.0
    while True:
        try:
            _wait_for_turn(ours, host, pid, watch)
            heart.start()
            try:
                pause = 1.0
                _Rounds(desk).go_on()
            finally:
                heart.stop()
                with suppress(SQLAlchemyError):
                    give_back(holder=ours)
        except LeaseLost:
            log.warning("sync_lease_lost")
        except SQLAlchemyError as error:
            logs.failed("sync_paused", error)
            db.session.remove()
            watch.sleep(pause)
            pause = min(pause * 2, LOOK_SECONDS * 15)


def _wait_for_turn(ours: str, host: str, pid: int, watch: Watch) -> None:
    """Take the lease, as soon as nobody living holds it."""
    seen: Pulse | None = None
    silent: Pulse | None = None
    since = time.monotonic()
    while not take_lease(holder=ours, host=host, pid=pid, silent=silent):
        pulse = find_pulse()
        if seen is None and pulse is not None:
            told = {"host": pulse.host, "pid": pulse.pid, "since": pulse.since}
            log.info("sync_waiting", **told)
            since_day = pulse.since.astimezone(VIETNAM)
            values = {
                "host": pulse.host,
                "pid": pulse.pid,
                "since": f"{since_day:%d/%m/%Y %H:%M}",
            }
            watch.tell(Problem("central_sync_elsewhere", "", values))
        if pulse is None or seen is None or pulse.beats != seen.beats:
            seen, silent, since = pulse, None, time.monotonic()
        elif time.monotonic() - since > SILENT_SECONDS:
            silent = pulse
        watch.sleep(LOOK_SECONDS)
    release_errands()
    log.info("sync_began", host=host, pid=pid)


class _Rounds:
    """One round after the other, with their pauses, as long as the lease is ours."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._poll = max(1, current_app.config["CENTRAL_POLL_SECONDS"])
        self._look = max(1, current_app.config["WORKER_POLL_SECONDS"])
        self._failures = 0
        self._next = time.monotonic()
        self._calendar = Calendar()

    def go_on(self) -> None:
        """Raises Stopped, LeaseLost, or SQLAlchemyError when the database is away."""
        while True:
            while run_errand(
                {kind: self._errand(each) for kind, each in ERRANDS.items()}
            ):
                pass
            do_jobs(self._desk)
            if time.monotonic() >= self._next:
                self._go_to_central()
            self._desk.rest(min(self._look, max(0.0, self._next - time.monotonic())))

    def _go_to_central(self) -> None:
        release_stale()
        self._calendar.look()
        failed = False
        for work in WORKS:
            if not work.is_due(self._desk.office):
                continue
            _, failed = do(work, self._desk)
            if failed:
                break
            do_jobs(self._desk)
        if clock.now() - newest_checkup() >= EXAMINE_EVERY:
            self._desk.progress("doctor", "", 0, 0)
            examine(current_app.config)
        self._failures = self._failures + 1 if failed else 0
        self._wait()

    def _wait(self) -> None:
        pause = float(self._poll)
        if self._failures:
            longest = max(LONGEST_PAUSE, pause)
            pause = min(pause * 2 ** min(self._failures, 16), longest)
            # Several installations must not come back at the same moment.
            pause *= random.uniform(0.7, 1)  # noqa: S311
        self._next = time.monotonic() + pause
        self._desk.wait_until(pause)

    def _errand(self, fulfil: Callable[[Claim, Desk], bool]) -> Callable[[Claim], None]:
        def go(held: Claim) -> None:
            self._desk.heart.watched_by(held.job_id)
            try:
                if fulfil(held, self._desk):
                    self._failures = 0
                    self._wait()
            finally:
                self._desk.heart.watched_by(None)

        return go
