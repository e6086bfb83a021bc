"""Killed at any step of receiving and of processing, nothing is lost, doubled or stuck.

A phone posts a survey in two uploads, its edit, and one that nobody can read; the worker
makes households of them. This story is played once for every step at which a process may
die, with `kill -9` at that step. Then the program starts again, the phone sends what was
not acknowledged, and everything must be as if nothing had happened. A restart knows
nothing but what lies there: where two kills leave the same rows, files and answers, it is
played for the first.
"""

import hashlib
import json
import pickle
import re
import shutil
import signal
import socket
import sqlite3
from base64 import b64decode
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from subprocess import DEVNULL
from typing import Any

import psycopg
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.conftest import KEY
from tests.forking import Program, started
from tests.journeys.crashing import STEPS, posts
from tests.postgresql import WRITTEN, Content, content_of, put_back

# At these, every single occurrence is a point of its own; of the others the first is.
EVERY = ("before commit", "after commit", "keep")
HOLDER = re.compile(rf"{re.escape(socket.gethostname())}/\d+/[\w/-]+")
NAMES = ["before commit", "after commit"]
NAMES += [path.rpartition(".")[2].strip("_") for _, path in STEPS]


class Stage:
    """Plays the story in forked processes, from the same beginning each time."""

    def __init__(
        self, folder: Path, database: str, template: Path, forks: Program
    ) -> None:
        self._folder = folder / "stage"
        self._beginning = folder / "beginning"
        self._forks = forks
        self.engine = database.partition(":")[0]
        self._address = (
            f"sqlite:///{self._folder / 'data' / 'ra-soat.sqlite'}"
            if self.engine == "sqlite"
            else database
        )
        self.tried: dict[str, str] = {}
        self._content = self._prepared(template)

    def _prepared(self, template: Path) -> Content | None:
        """A released form, and a phone that may send; kept to begin there again."""
        (self._folder / "data").mkdir(parents=True)
        if self.engine == "sqlite":
            shutil.copy(template, self._folder / "data" / "ra-soat.sqlite")
        assert self._fork("prepare") == 0
        shutil.copytree(self._folder, self._beginning)
        content = None if self.engine == "sqlite" else content_of(self._address)
        assert self._fork("warm up") == 0
        return content

    def play(self, step: str | None) -> int:
        """The story until `step`, from the beginning; gives how the process ended."""
        shutil.rmtree(self._folder)
        shutil.copytree(self._beginning, self._folder)
        if self._content is not None:
            put_back(self._address, self._content)
        return self._fork("live", step)

    def restart(self) -> None:
        """Start again after what happened, and finish the story."""
        assert self._fork("restart") == 0

    def left_behind(self) -> str:
        """All that is there after a kill: rows, files, and what was acknowledged.

        Of a database file it looks at a copy, as a look would mend what the kill left.
        """
        rows = self._rows_of_copy() if self._content is None else self._rows()
        kept = [p for p in self._folder.glob("data/files/**/*") if p.is_file()]
        # A file on its way has a name by chance.
        files = sorted((p.name * (len(p.name) == 64), p.read_bytes()) for p in kept)
        noted = self._folder / "acknowledged"
        answers = noted.read_text() if noted.exists() else ""
        # A worker has the name of its process, which is dead in any case.
        said = HOLDER.sub("a worker", repr((rows, files, answers)))
        return hashlib.sha256(said.encode()).hexdigest()

    def _rows_of_copy(self) -> list[Any]:
        copies = self._folder.with_name("copies")
        shutil.copytree(self._folder / "data", copies)
        with closing(sqlite3.connect(copies / "ra-soat.sqlite")) as database:
            written = "SELECT name FROM sqlite_master WHERE type = 'table'"
            tables = database.execute(written).fetchall()
            rows = [_told(name, database) for (name,) in tables]
        shutil.rmtree(copies)
        return rows

    def _rows(self) -> list[Any]:
        with psycopg.connect(self._address.replace("+psycopg", "")) as database:
            tables = sorted(database.execute(WRITTEN).fetchall())
            rows = [_told(name, database) for (name,) in tables]
            # One that was emptied has a size, another has none.
            return [each for each in rows if each[1]]

    def seen(self) -> dict[str, Any]:
        """What the last process found in the end."""
        written = (self._folder / "seen").read_bytes()
        found: dict[str, Any] = pickle.loads(written)  # noqa: S301 - by our own fork
        return found

    def passed(self) -> list[str]:
        """Every step of an uninterrupted story."""
        steps: list[str] = json.loads((self._folder / "passed").read_text())
        return steps

    def acknowledged(self) -> list[str]:
        """What the phone need not send again."""
        return (self._folder / "acknowledged").read_text().splitlines()

    def _fork(self, act: str, step: str | None = None) -> int:
        order = {
            "act": act,
            "folder": str(self._folder),
            "address": self._address,
            "step": step,
        }
        self._forks.stdin.write(json.dumps(order) + "\n")
        self._forks.stdin.flush()
        return int(self._forks.stdout.readline())


def _told(table: str, database: Any) -> tuple[str, list[str]]:
    """The rows of a table; what is sealed, opened: it is sealed otherwise each time."""
    found = database.execute(f'SELECT * FROM "{table}"').fetchall()
    return table, sorted(repr([*map(_opened, row)]) for row in found)


def _opened(value: Any) -> Any:
    with suppress(InvalidTag):
        if isinstance(value, bytes) and len(value) > 28:
            return AESGCM(b64decode(KEY)).decrypt(value[:12], value[12:], None)
    return value


@pytest.fixture(scope="module")
def forks() -> Iterator[Program]:
    """The warm process that forks."""
    with started("tests.journeys.crashing", errors=DEVNULL) as process:
        yield process


@pytest.fixture(scope="module")
def stages() -> dict[str, Stage]:
    """One for each engine."""
    return {}


@pytest.fixture
def stage(
    database: str,
    tmp_path_factory: pytest.TempPathFactory,
    migrated_sqlite: Path,
    forks: Program,
    stages: dict[str, Stage],
) -> Stage:
    engine = database.partition(":")[0]
    if engine not in stages:
        folder = tmp_path_factory.mktemp("crashes")
        stages[engine] = Stage(folder, database, migrated_sqlite, forks)
    return stages[engine]


def test_the_uninterrupted_story_is_whole(stage: Stage) -> None:
    assert stage.play(None) == 0

    seen = stage.seen()
    assert len(seen["submissions"]) == 3
    assert len(seen["files"]) == 3
    assert [state for _, state, _ in seen["readings"]].count("understood") == 2
    assert {state for _, state in seen["jobs"]} == {"done"}
    assert len(seen["households"]) == 1
    assert seen["broken promises"] == []
    assert stage.acknowledged() == list(posts())


@pytest.fixture(scope="module")
def undisturbed() -> dict[str, Any]:
    """What the story leads to on each engine when nobody dies, and its steps."""
    return {}


@pytest.mark.parametrize("name", NAMES)
def test_a_kill_at_any_step_leaves_no_trace(
    stage: Stage, name: str, undisturbed: dict[str, Any]
) -> None:
    if stage.engine not in undisturbed:
        stage.play(None)
        undisturbed[stage.engine] = stage.seen(), stage.passed()
    expected, passed = undisturbed[stage.engine]
    points = [
        point
        for point in passed
        if name in (point.split()[1], point.rpartition(" ")[0])
        and (name in EVERY or point.endswith(" 1"))
    ]
    assert len(points) >= 2

    for point in points:
        assert stage.play(point) == -signal.SIGKILL, f"{point} was not reached"
        left = stage.left_behind()
        if left in stage.tried:
            continue
        stage.tried[left] = point
        stage.restart()
        assert stage.seen() == expected, f"after a kill {point}"
