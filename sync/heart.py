"""The heartbeat: says every few seconds that this process lives, and what it is at.

It beats in a thread of its own, because one answer of Central may take minutes; how long
ago the work itself moved shows in `done`.
"""

import threading

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from server import logs
from server.central.leases import Doing, beat
from server.jobs.actions import report_progress

BEAT_SECONDS = 5.0
# Somebody waits at a screen for what we are doing.
WATCHED_SECONDS = 1.0


class LeaseLost(Exception):
    """Another process took over: it believed that we were dead."""


class Heart:
    """Beats from `start` to `stop`, for one holder of the lease."""

    def __init__(self, app: Flask, holder: str) -> None:
        self._app = app
        self._holder = holder
        self._doing = Doing()
        self._job_id: int | None = None
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._lost = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to beat."""
        self._stopping.clear()
        self._lost.clear()
        self._thread = threading.Thread(target=self._loop, name="heart", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Beat no more."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def say(self, doing: Doing) -> None:
        """What we are at from now on. Raises LeaseLost when it is not ours any more."""
        is_other_work = doing.work != self._doing.work
        self._doing = doing
        if is_other_work:
            self._wake.set()
        if self._lost.is_set():
            raise LeaseLost

    def watched_by(self, job_id: int | None) -> None:
        """Tell a job how far we are, too, as somebody looks at it."""
        self._job_id = job_id
        self._wake.set()

    def _loop(self) -> None:
        while not self._stopping.is_set():
            try:
                with self._app.app_context():
                    self._beat()
            except SQLAlchemyError as error:
                logs.failed("sync_beat_missed", error)
            seconds = WATCHED_SECONDS if self._job_id is not None else BEAT_SECONDS
            self._wake.wait(seconds)
            self._wake.clear()

    def _beat(self) -> None:
        doing, job_id = self._doing, self._job_id
        if not beat(holder=self._holder, doing=doing):
            self._lost.set()
        if job_id is not None and doing.total:
            report_progress(job_id=job_id, done=doing.done, total=doing.total)
