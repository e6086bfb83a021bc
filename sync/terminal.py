"""What all commands of the synchronisation share: settings, progress, a clean stop."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType

import click
from flask import Flask, current_app
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from server import logs
from server.app import create_app
from server.config import SettingRefused
from server.domain.problems import Problem
from server.inbox.file_store import FileStore
from server.jobs.errands import Interrupted
from server.migrations.upgrade import upgrade
from sync import ahead, central
from sync.central import Central
from sync.problems import CentralError
from sync.rounds import Office, mendable

# So long an answer of Central may keep us from stopping.
GRACE_SECONDS = 8.0
DATABASE_SECONDS = 3.0
WAITING = {central.__file__, ahead.__file__}


class Stopped(Interrupted):
    """Somebody asked to stop; what was begun is done, and nothing else is begun."""


class Watch:
    """Shows how far the work is on a terminal, and stops between two steps of it."""

    def __init__(self) -> None:
        self._stopped = Event()
        self._is_watched = sys.stderr.isatty()

    def listen(self) -> None:
        """Let SIGTERM and Ctrl-C stop the work after the step under way."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)

    def __call__(self, what: str, done: int, total: int) -> None:
        """Raises Stopped when it is time."""
        if self._is_watched:
            of = f"/{total}" if total else ""
            click.echo(f"\r\x1b[K{what}  {done}{of}", nl=False, err=True)
        self.sleep(0)

    def sleep(self, seconds: float) -> None:
        """Wait, unless it is time to stop. Raises Stopped."""
        if self._stopped.wait(seconds):
            raise Stopped

    def tell(self, problem: Problem) -> None:
        """Say something that whoever started it should read."""
        if self._is_watched:
            self.clear()
            click.echo(sentence(problem), err=True)

    def clear(self) -> None:
        """Leave the line to what is said next."""
        if self._is_watched:
            click.echo("\r\x1b[K", nl=False, err=True)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopped.set()
        if hasattr(signal, "setitimer"):
            signal.signal(signal.SIGALRM, self._hurry)
            signal.setitimer(signal.ITIMER_REAL, GRACE_SECONDS, GRACE_SECONDS)

    def _hurry(self, _number: int, frame: FrameType | None) -> None:
        """Central has let us wait since we were asked to stop: leave in the middle of
        the waiting, and of nothing else."""
        while frame is not None and frame.f_code.co_filename not in WAITING:
            frame = frame.f_back
        if frame is not None:
            signal.setitimer(signal.ITIMER_REAL, 0)
            raise Stopped


@contextmanager
def open_office(
    watch: Watch, *, is_patient: bool = False, needs_project: bool = True
) -> Iterator[Office]:
    """The installation with its Central, as the settings say.

    Refusals become sentences on the terminal, and a stop an ordinary end. A patient one
    waits for a database that is still to start.
    """
    with installation() as app:
        has_project = app.config["CENTRAL_PROJECT"] or not needs_project
        if not app.config["CENTRAL_URL"] or not has_project:
            raise click.ClickException(sentence(Problem("central_not_set")))
        with in_words():
            _prepare(watch, is_patient)
        at_central = Central(
            app.config["CENTRAL_URL"],
            app.config["CENTRAL_EMAIL"],
            app.config["CENTRAL_PASSWORD"],
            sleep=watch.sleep,
        )
        try:
            with in_words():
                yield Office(
                    at_central,
                    app.config["CENTRAL_PROJECT"],
                    FileStore(app.config["DATA_DIR"] / "files"),
                    app.config["CENTRAL_FETCH_FILES"],
                )
        finally:
            at_central.close()


@contextmanager
def in_words() -> Iterator[None]:
    """What somebody can mend becomes a sentence on the terminal; a fault of ours stays
    one."""
    try:
        yield
    except CentralError as error:
        raise click.ClickException(sentence(error.problem)) from error
    except (OSError, SQLAlchemyError) as error:
        problem = mendable(error)
        if problem is None:
            raise
        raise click.ClickException(sentence(problem)) from error


def _prepare(watch: Watch, is_patient: bool) -> None:
    while True:
        try:
            upgrade()
        except OperationalError as error:
            if not is_patient:
                raise
            logs.failed("sync_paused", error)
            watch.sleep(DATABASE_SECONDS)
        else:
            return


def sentence(problem: Problem) -> str:
    """What happened and what to do, in the language of the installation."""
    return problem.sentence(current_app.config["DEFAULT_LANGUAGE"])


@contextmanager
def installation() -> Iterator[Flask]:
    """The application as the settings say; one that does not fit becomes a sentence."""
    try:
        app = create_app(is_served=False)
    except SettingRefused as refused:
        raise click.ClickException(str(refused)) from refused
    with app.app_context():
        yield app
