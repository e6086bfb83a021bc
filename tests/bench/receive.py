"""How quickly surveys with a 200 KB photo are received, durable before each 201.

`python -m tests.bench.receive` starts the product on a fresh database on this disk and
lets phones post to it over HTTP. What the disk can do at all, writing a 200 KB file and
fsync, is measured in turns with it, because disks differ and have moods. Exits with 1
when a phone gets less than the promised share of that.
"""

import argparse
import contextlib
import http.client
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from flask import Flask

from server import clock
from server.accounts.phones import add_phone
from server.app import create_app
from server.db import db
from server.domain.actor import SYSTEM
from server.migrations.upgrade import upgrade
from server.openrosa.actions import release_forms
from tests.contract.collect import AGENT, multipart
from tests.domain.survey.submissions import as_xml, review
from tests.factories import make_area, make_user

ROOT = Path(__file__).parents[2]
PHOTO_BYTES = 200_000
PROMISED_SHARE = 0.35
BOUNDARY = "4f9d3c5e-bench"


@dataclass
class Measured:
    """Durations in seconds of equal pieces of work, and how long all took together."""

    durations: list[float] = field(default_factory=list)
    elapsed: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.durations) / self.elapsed

    def percentile(self, share: float) -> float:
        """In milliseconds."""
        ordered = sorted(self.durations)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000


@dataclass
class Server:
    """The product in a process of its own."""

    port: int
    token: str
    pid: int

    def memory(self, line: str = "VmRSS") -> float:
        """Megabytes of memory; 0 where the system does not tell."""
        with contextlib.suppress(OSError):
            for each in Path(f"/proc/{self.pid}/status").read_text().splitlines():
                if each.startswith(line):
                    return int(each.split()[1]) / 1024
        return 0.0

    def processor_time(self) -> float:
        """Seconds of processor time so far; 0 where the system does not tell."""
        with contextlib.suppress(OSError):
            said = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
            return (int(said[11]) + int(said[12])) / os.sysconf("SC_CLK_TCK")
        return 0.0


def main() -> int:
    options = _options()
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=options.folder))
    try:
        with _serving(folder, options) as server:
            figures = _measure(server, folder, options)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    _print(figures)
    if options.json:
        Path(options.json).write_text(json.dumps(figures, indent=1), encoding="utf-8")
    return 0 if figures["share, 1 phone"] >= PROMISED_SHARE else 1


def _measure(server: Server, folder: Path, options: Any) -> dict[str, float]:
    """Disk and server in turns, so that neither has the better quarter of an hour."""
    raw = {1: Measured(), options.clients: Measured()}
    sent = {1: Measured(), options.clients: Measured()}
    _together(1, 20, lambda _n: _Phone(server).post, Measured())
    before, used = server.memory(), server.processor_time()
    for _turn in range(options.turns):
        for count, disk in raw.items():
            each = options.posts // count
            _together(count, each, lambda n: _disk(folder / f"raw-{n}"), disk)
            _together(count, each, lambda _n: _Phone(server).post, sent[count])
    figures: dict[str, float] = {}
    posts = sum(len(each.durations) for each in sent.values())
    for count, disk in raw.items():
        name = "1 phone" if count == 1 else f"{count} phones"
        figures |= {
            f"disk files/s, {name}": disk.rate,
            f"surveys/s, {name}": sent[count].rate,
            f"share, {name}": sent[count].rate / disk.rate,
            f"ms p50, {name}": sent[count].percentile(0.5),
            f"ms p99, {name}": sent[count].percentile(0.99),
        }
    figures["disk ms p50"] = statistics.median(raw[1].durations) * 1000
    figures["processor ms per survey"] = (server.processor_time() - used) / posts * 1000
    figures["server MB before"] = before
    figures["server MB at most"] = server.memory("VmHWM")
    return figures


def _together(
    count: int,
    each: int,
    make: Callable[[int], Callable[[], None]],
    measured: Measured,
) -> None:
    """Let `count` threads do `each` pieces of work at the same time."""
    works = [make(number) for number in range(count)]
    start = threading.Barrier(count + 1)
    failures: list[BaseException] = []

    def run(work: Callable[[], None]) -> None:
        start.wait()
        try:
            for _ in range(each):
                began = time.perf_counter()
                work()
                measured.durations.append(time.perf_counter() - began)
        except BaseException as failure:  # noqa: BLE001 - told by the main thread
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    measured.elapsed += time.perf_counter() - began
    if failures:
        raise failures[0]


def _disk(folder: Path) -> Callable[[], None]:
    """Write a new file of the size of a photo and wait until it is on the disk."""
    folder.mkdir(exist_ok=True)

    def write() -> None:
        content = os.urandom(PHOTO_BYTES)
        with (folder / uuid.uuid4().hex).open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    return write


class _Phone:
    """One connection, kept open, that posts a new survey with a new photo each time."""

    def __init__(self, server: Server) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port)
        self._path = f"/key/{server.token}/submission?deviceID=collect%3Abench"
        self._xml = ET.tostring(as_xml(review()), encoding="utf-8")

    def post(self) -> None:
        """One survey of its own, acknowledged."""
        xml = self._xml.replace(b"0d7c7cb6-5d2b-4ad1-9a3f-7f4f1d1f7a10", _uuid())
        xml = xml.replace(b"5f1c0f6e-8a53-4c6e-9a44-3a1fb4a7c2d1", _uuid())
        body = multipart(BOUNDARY, xml, {"nha.jpg": os.urandom(PHOTO_BYTES)})
        headers = {
            "User-Agent": AGENT,
            "X-OpenRosa-Version": "1.0",
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        }
        self._connection.request("POST", self._path, body, headers)
        answer = self._connection.getresponse()
        answer.read()
        if answer.status != 201:
            raise RuntimeError(f"answered {answer.status}")


def _uuid() -> bytes:
    return str(uuid.uuid4()).encode()


@contextmanager
def _serving(folder: Path, options: Any) -> Iterator[Server]:
    """The product on a fresh database, started as people start it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "DATA_DIR": str(folder / "data"),
        "DATABASE_URL": options.database,
        "LOG_LEVEL": "WARNING",
        "WORKER": str(options.worker).lower(),
        "THREADS": str(options.threads),
        "PYTHONPATH": str(ROOT),
    }
    token = _prepared(create_app({**settings, "WORKER": False, "THREADS": 1}))
    command = [sys.executable, "-m", "server", "run", f"--port={port}"]
    with subprocess.Popen(
        command,
        env={**os.environ, **settings},
        cwd=folder,
        stdout=subprocess.DEVNULL,
    ) as process:
        try:
            _wait_for(port, process)
            yield Server(port, token, process.pid)
        finally:
            process.terminate()
            process.wait(30)


def _prepared(app: Flask) -> str:
    """A database with a ward and a phone; gives the phone's token."""
    with app.app_context():
        upgrade()
        release_forms(by=SYSTEM)
        code = f"9{uuid.uuid4().int % 10_000:04}"
        ward = make_area(code=code, valid_from=date(2000, 1, 1))
        user = make_user(
            areas=[ward], login=f"bench{_uuid().decode()}", created_at=clock.now()
        )
        phone = add_phone(by=SYSTEM, user_id=user.id, name="Bench")
        token = phone.secrets["token"]
        db.session.remove()
        db.engine.dispose()
    return token


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError("the server did not start")
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", port)),
        ):
            return
        time.sleep(0.1)
    raise RuntimeError("the server does not answer")


def _print(figures: dict[str, float]) -> None:
    for name, figure in figures.items():
        sys.stdout.write(f"{name:>26}  {figure:8.2f}\n")


def _options(given: Sequence[str] | None = None) -> Any:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--posts", type=int, default=160, help="posts in each turn")
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--threads", type=int, default=8, help="of the server")
    parser.add_argument("--worker", action="store_true", help="process them, too")
    parser.add_argument("--database", default="", help="DATABASE_URL; empty = SQLite")
    parser.add_argument("--folder", default=None, help="where to write; a real disk")
    parser.add_argument("--json", help="write the figures to this file")
    return parser.parse_args(given)


if __name__ == "__main__":
    sys.exit(main())
