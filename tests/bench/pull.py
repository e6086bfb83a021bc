"""How quickly submissions of ODK Central are taken over, and with how little memory.

`python -m tests.bench.pull` lets a fresh installation follow a Central with many
submissions: a real one when CENTRAL_URL, CENTRAL_EMAIL and CENTRAL_PASSWORD are set, where
it makes a project and fills it first, otherwise the fake one of `central_served`, which
answers at the pace of a real one and then once more as fast as it can. What the same pages
cost that are merely streamed and parsed is measured before and after; so is the bare
download of the index. Exits with 1 when a promise is not kept.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from server.app import create_app
from server.db import db
from server.migrations.upgrade import upgrade
from sync.central import Central
from sync.following import follow
from sync.pull import ROWS_AT_ONCE, pull
from sync.reconcile import reconcile
from sync.rows import INDEX, Place, since
from tests.bench import central_filled

ROOT = Path(__file__).parents[2]
PROMISED_SHARE = 0.85
PROMISED_MEGABYTES = 60.0
PROMISED_RECONCILE = 1.2
FAKE = [sys.executable, "-m", "tests.bench.central_served"]


@dataclass
class There:
    """A Central to be measured against; `process` is the one of the fake."""

    url: str
    email: str
    password: str
    project: int
    process: Any = None

    def hurry(self) -> None:
        """From now on the fake answers as fast as it can."""
        self.process.stdin.write("0\n")
        self.process.stdin.flush()
        self.process.stdout.readline()


class Counting(Central):
    """Notes what is asked and how many bytes come back."""

    asked = 0
    received = 0

    def _asked(self, method: str, path: str, **given: Any) -> requests.Response:
        self.asked += 1
        return super()._asked(method, path, **given)

    def pieces(self, answer: requests.Response, size: int = 65_536) -> Iterator[bytes]:
        for piece in super().pieces(answer, size):
            self.received += len(piece)
            yield piece


def main() -> int:
    options = _options()
    figures: dict[str, float] = {}
    with _central(options.submissions) as there:
        _measured(there, options, figures, "")
        if there.process is not None:
            there.hurry()
            _measured(there, options, figures, ", instant")
    for name, figure in figures.items():
        sys.stdout.write(f"{name:>34}  {figure:10.2f}\n")
    if options.json:
        Path(options.json).write_text(json.dumps(figures, indent=1), encoding="utf-8")
    return 0 if _is_kept(figures) else 1


def _is_kept(figures: Mapping[str, float]) -> bool:
    return (
        figures["share of streaming"] >= PROMISED_SHARE
        and figures["MB more at most"] <= PROMISED_MEGABYTES
        and figures["reconcile / index"] <= PROMISED_RECONCILE
        and figures["taken over by the second pull"] == 0
        and figures["requests of the second pull"] <= 1
    )


def _measured(there: There, options: Any, figures: dict[str, float], pace: str) -> None:
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=options.folder))
    app = create_app(
        {
            "DATA_DIR": str(folder / "data"),
            "DATABASE_URL": options.database,
            "LOG_LEVEL": "WARNING",
            "WORKER": False,
        }
    )
    central = Counting(there.url, there.email, there.password)
    try:
        with app.app_context():
            upgrade()
            (place,) = follow(central, there.project)
            found = _measure(there, central, place)
            db.session.remove()
            db.engine.dispose()
    finally:
        central.close()
        shutil.rmtree(folder, ignore_errors=True)
    figures |= {name + pace: figure for name, figure in found.items()}


def _measure(there: There, central: Counting, place: Place) -> dict[str, float]:
    """Streaming and pulling in turns, so that neither has the better minute."""
    bare = _Bare(there, place)
    # A Central that was asked once has all of it in memory.
    for warm in (bare.pages, bare.index, bare.names):
        warm()
    parsing = time.process_time()
    streams = [bare.pages()]
    parsing = time.process_time() - parsing
    _forget_peak()
    memory = _memory("VmRSS")
    began, used = time.perf_counter(), time.process_time()
    counts = pull(central, place, wants_files=False, progress=_quiet)
    pulled, used = time.perf_counter() - began, time.process_time() - used
    peak = _memory("VmHWM")
    streams.append(bare.pages())
    rows = counts["new"]
    streamed = sum(streams) / len(streams)
    figures = {
        "submissions": rows,
        "streamed rows/s": rows / streamed,
        "pulled rows/s": rows / pulled,
        "share of streaming": streamed / pulled,
        "processor ms per streamed row": parsing / rows * 1000,
        "processor ms per pulled row": used / rows * 1000,
        "MB before": memory,
        "MB more at most": peak - memory,
    }
    return figures | _again(central, place) | _compared(bare, central, place)


def _again(central: Counting, place: Place) -> dict[str, float]:
    asked, received, began = central.asked, central.received, time.perf_counter()
    counts = pull(central, place, wants_files=False, progress=_quiet)
    return {
        "taken over by the second pull": counts.total(),
        "requests of the second pull": central.asked - asked,
        "KB of the second pull": (central.received - received) / 1024,
        "ms of the second pull": (time.perf_counter() - began) * 1000,
    }


def _compared(bare: "_Bare", central: Central, place: Place) -> dict[str, float]:
    downloads = [bare.index()]
    began = time.perf_counter()
    counts = reconcile(central, place, wants_files=False, progress=_quiet)
    compared = time.perf_counter() - began
    downloads.append(bare.index())
    if counts.total():
        raise RuntimeError(f"the pull left something behind: {counts}")
    index = sum(downloads) / len(downloads)
    return {
        "s index": index,
        "s reconcile": compared,
        "reconcile / index": compared / index,
    }


class _Bare:
    """A client that does nothing with what it is sent."""

    def __init__(self, there: There, place: Place) -> None:
        self._session = requests.Session()
        self._url = f"{there.url}/v1/{place.feed}"
        login = {"email": there.email, "password": there.password}
        answer = self._session.post(f"{there.url}/v1/sessions", json=login)
        self._session.headers["Authorization"] = f"Bearer {answer.json()['token']}"

    def pages(self) -> float:
        """Seconds for all pages that a first pull asks for, streamed and parsed."""
        asked = {
            "$filter": since(None),
            "$expand": "*",
            "$top": str(ROWS_AT_ONCE),
            "$count": "true",
        }
        token, began = "", time.perf_counter()
        while True:
            given = asked | ({"$skiptoken": token} if token else {})
            with self._session.get(self._url, params=given, stream=True) as answer:
                answer.raise_for_status()
                page = json.loads(b"".join(answer.iter_content(65_536)))
            if "@odata.nextLink" not in page:
                return time.perf_counter() - began
            link = urlsplit(page["@odata.nextLink"])
            token = parse_qs(link.query)["$skiptoken"][0].replace(" ", "+")

    def index(self) -> float:
        """Seconds to download the index, and throw it away."""
        return self._thrown_away(INDEX)

    def names(self) -> float:
        """Seconds to download what the answer is that a pull asks for the ETag of."""
        return self._thrown_away("__id")

    def _thrown_away(self, select: str) -> float:
        asked, began = {"$select": select, "$filter": since(None)}, time.perf_counter()
        with self._session.get(self._url, params=asked, stream=True) as answer:
            answer.raise_for_status()
            for _ in answer.iter_content(65_536):
                pass
        return time.perf_counter() - began


@contextmanager
def _central(submissions: int) -> Iterator[There]:
    names = ("CENTRAL_URL", "CENTRAL_EMAIL", "CENTRAL_PASSWORD")
    if all(os.environ.get(name) for name in names):
        url, email, password = (os.environ[name] for name in names)
        with central_filled.project(url, email, password, submissions) as project:
            yield There(url, email, password, project)
        return
    with subprocess.Popen(
        [*FAKE, str(submissions)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None and process.stdin is not None
        told = json.loads(process.stdout.readline())
        yield There(**told, process=process)
        process.stdin.close()


def _memory(line: str) -> float:
    """Megabytes; 0 where the system does not tell."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    told = next(each for each in status.splitlines() if each.startswith(line))
    return int(told.split()[1]) / 1024


def _forget_peak() -> None:
    """Let VmHWM begin again from what is used now."""
    if (refs := Path("/proc/self/clear_refs")).exists():
        refs.write_text("5", encoding="ascii")


def _quiet(_what: str, _done: int, _total: int) -> None:
    """Nobody watches."""


def _options(given: Sequence[str] | None = None) -> Any:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--submissions", type=int, default=25_000)
    parser.add_argument("--database", default="", help="DATABASE_URL; empty = SQLite")
    parser.add_argument("--folder", default=None, help="where to write; a real disk")
    parser.add_argument("--json", help="write the figures to this file")
    return parser.parse_args(given)


if __name__ == "__main__":
    sys.exit(main())
