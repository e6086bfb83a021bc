"""Doing the work that was left: one job after the other, each in one transaction.

The work of a handler and the mark "done" are committed together, so a job that was
killed half-way has left nothing behind and one that is done twice counts once. Only a
long job takes transactions of its own: nobody may wait for minutes to write.
"""

import threading
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from server import clock, logs
from server.db import db, engine, transaction
from server.domain.problems import Refused
from server.jobs import actions, bell
from server.jobs.days import KIND, Calendar
from server.jobs.holders import holder
from server.logs import log

Handlers = Mapping[str, Callable[[dict[str, Any]], object]]

THREADS = 2  # on PostgreSQL; SQLite has one writer
LOOK_FOR_STALE_SECONDS = 60
_ALL = actions.STALE_AFTER * 0


def run_due(
    handlers: Handlers, limit: int | None = None, *, thread: str = "direct"
) -> int:
    """Do what is due, and what follows from it; returns how many jobs were taken."""
    taken = 0
    while limit is None or taken < limit:
        # A session of its own for each job: nothing it read outlives it.
        with current_app.app_context():
            held = actions.claim(holder(thread))
            if held is None:
                break
            _work_on(held, handlers)
        taken += 1
    if db.session.registry.has():
        # The caller sees what was done.
        db.session.rollback()
        db.session.expire_all()
    return taken


class Worker:
    """Threads that do what is due as long as the process serves."""

    def __init__(self, app: Flask, handlers: Handlers) -> None:
        self._app = app
        self._handlers = handlers
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Take back what a dead process held, and begin."""
        with self._app.app_context():
            is_sqlite = engine().dialect.name == "sqlite"
            # A file has one worker process: whatever runs there is of a former one.
            actions.release_stale(older_than=_ALL if is_sqlite else actions.STALE_AFTER)
        self._stopping.clear()
        self._threads = [
            threading.Thread(
                target=self._loop, args=(f"worker-{number}",), name=f"worker-{number}"
            )
            for number in range(1, 1 + (1 if is_sqlite else THREADS))
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Finish the jobs under way and end."""
        self._stopping.set()
        bell.ring()
        for thread in self._threads:
            thread.join()
        self._threads = []

    def is_alive(self) -> bool:
        """Whether every thread runs."""
        return bool(self._threads) and all(t.is_alive() for t in self._threads)

    def _loop(self, thread: str) -> None:
        pause = self._app.config["WORKER_POLL_SECONDS"]
        looked, calendar = clock.now(), Calendar()
        while not self._stopping.is_set():
            heard = bell.rings()
            try:
                with self._app.app_context():
                    if KIND in self._handlers:
                        calendar.look()
                    while not self._stopping.is_set() and run_due(
                        self._handlers, 1, thread=thread
                    ):
                        pass
                    if (clock.now() - looked).total_seconds() > LOOK_FOR_STALE_SECONDS:
                        looked = clock.now()
                        actions.release_stale()
            except SQLAlchemyError as error:
                # The database is away: it may come back, and so do the jobs.
                logs.failed("worker_paused", error)
            if not self._stopping.is_set():
                bell.wait(heard, pause)


def _work_on(held: actions.Claim, handlers: Handlers) -> None:
    try:
        if held.kind in handlers:
            _attempt(held, handlers[held.kind])
        else:
            log.error("job_unknown", job=held.job_id, kind=held.kind)
            actions.fail(held, actions.UNKNOWN_KIND, for_good=True)
    except actions.ClaimLost:
        log.warning("job_lost", job=held.job_id, kind=held.kind)


def _attempt(held: actions.Claim, handler: Callable[[dict[str, Any]], object]) -> None:
    try:
        if held.kind.startswith(actions.LONG):
            handler(held.payload)
            actions.finish(held)
        else:
            with transaction():
                handler(held.payload)
                actions.finish(held)
    except actions.ClaimLost:
        raise
    except Exception as error:  # noqa: BLE001 - the next job gets its turn all the same
        logs.failed("job_failed", error, job=held.job_id, kind=held.kind)
        actions.fail(held, told(error))
    else:
        log.info("job_done", job=held.job_id, kind=held.kind)


def told(error: Exception) -> str:
    """The kind and the place of an error; its words may quote people."""
    if isinstance(error, Refused):
        return " ".join(problem.code for problem in error.problems)
    return f"{type(error).__name__} {logs.place_of(error)}"
