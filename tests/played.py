"""The demo's field day, played once in a run of the suite; every test gets a copy."""

import fcntl
import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from server import clock
from server.areas.actions import load_areas
from server.db import db
from server.demo import field_day
from server.domain.actor import SYSTEM
from server.jobs.worker import Worker
from server.openrosa.actions import release_forms
from server.pipeline import HANDLERS
from tests.browsing import served_app

HOUSEHOLDS = 160  # the fewest with which everything goes wrong that can


@dataclass(frozen=True, slots=True)
class PlayedDay:
    """A data folder with a field day in it, and the passwords of its staff."""

    folder: Path
    passwords: dict[str, str]

    def copy_to(self, folder: Path) -> str:
        """Copy everything; the address of the database there."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return f"sqlite:///{folder / 'ra-soat.sqlite'}"


def play(app: Flask, households: int = HOUSEHOLDS) -> dict[str, str]:
    """Play the day on an empty, migrated database; the passwords of the staff."""
    with app.app_context():
        load_areas(by=SYSTEM)
        release_forms(by=SYSTEM)
        db.session.remove()
    worker = Worker(app, HANDLERS)
    with _clock_that_goes(), served_app(app) as address:
        worker.start()
        try:
            ward = field_day.play(app, address, households=households)
        finally:
            worker.stop()
    if ward is None:
        raise RuntimeError("the database was not empty")
    return ward.passwords


@contextmanager
def _clock_that_goes() -> Iterator[None]:
    """Some work is put off by seconds; where a test stopped the clock, it goes on from
    there, or that work would never come."""
    first, began = clock.now(), time.monotonic()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "server.clock.now",
            lambda: first + timedelta(seconds=time.monotonic() - began),
        )
        yield


def shared_day(
    app_in: Callable[[Path, str], Flask],
    migrated: Path,
    factory: pytest.TempPathFactory,
) -> PlayedDay:
    """The day of this run: who asks first plays it, other workers wait for him."""
    base = factory.getbasetemp()
    # Each worker of a run has a folder of its own inside the folder of the run.
    folder = (base.parent if base.name.startswith("popen-") else base) / "played"
    folder.mkdir(exist_ok=True)
    passwords = folder / "passwords.json"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not passwords.exists():
            data = folder / "data"
            shutil.rmtree(data, ignore_errors=True)
            data.mkdir()
            shutil.copy(migrated, data / "ra-soat.sqlite")
            app = app_in(data, f"sqlite:///{data / 'ra-soat.sqlite'}")
            said = play(app)
            with app.app_context():
                db.engine.dispose()
            passwords.write_text(json.dumps(said))
    return PlayedDay(folder / "data", json.loads(passwords.read_text()))
