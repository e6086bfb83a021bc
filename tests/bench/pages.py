"""How quickly pages are answered by a register of a hundred thousand households.

`python -m tests.bench.pages` fills a database of its own and asks for each page as a
signed-in officer of the whole city, and of one ward, would; in the process of the server,
so that the figures are those of the product and not of a network. Beside the time that
passed stands the processor's, which tells a busy machine from a slow page. Exits with 1
when a page takes longer than promised.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from contextvars import Context
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from random import Random
from statistics import median_high
from typing import Any
from urllib.parse import quote

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from server import clock
from server.accounts.sessions import start_session
from server.accounts.sign_in_pages import cookie_name
from server.app import create_app
from server.areas.tables import Area
from server.db import db, transaction
from server.domain.people.names import fold
from server.migrations.upgrade import upgrade
from server.registry.tables import HouseholdRow
from tests.bench.backends import Backends
from tests.bench.register import STANDARD, fill
from tests.factories import make_user

WARM_UP = 10
# Milliseconds of the processor within which half of the answers must be made.
PROMISED = {"search": 100.0, "list": 25.0, "household": 25.0}


@dataclass(frozen=True)
class Figure:
    """What one kind of page took, in milliseconds; `database` is the share of the
    processor that the processes of PostgreSQL had."""

    who: str
    page: str
    p50: float
    p99: float
    processor: float
    database: float


@dataclass
class Sample:
    """Households to ask for, drawn by chance."""

    ids: list[str]
    codes: list[str]
    heads: list[str]


@dataclass(frozen=True)
class Took:
    """Milliseconds that passed, those of the processor, and the database's of these."""

    passed: float
    processor: float
    database: float


class Watch:
    """Measures what is done between its making and `took`."""

    def __init__(self, backends: Backends) -> None:
        self.backends = backends
        self.began = self._now()

    def _now(self) -> tuple[float, float, float]:
        return time.perf_counter(), time.process_time(), self.backends.spent()

    def took(self) -> Took:
        """What that took."""
        passed, own, database = (
            1000 * (now - then)
            for now, then in zip(self._now(), self.began, strict=True)
        )
        return Took(passed, own + database, database)


def main() -> int:
    options = _options()
    folder = Path(options.keep or tempfile.mkdtemp(prefix="bench-", dir=options.folder))
    try:
        app = _app(folder, options.database)
        with app.app_context():
            _prepare(options.households)
            figures = _measure(app, options.times)
            size = _size(folder)
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    _print(figures, size)
    return 0 if all(_is_kept(figure) for figure in figures) else 1


def _app(folder: Path, database: str) -> Flask:
    folder.mkdir(exist_ok=True)
    return create_app(
        {
            "DATA_DIR": folder,
            "DATABASE_URL": database or f"sqlite:///{folder / 'ra-soat.sqlite'}",
            "LOG_LEVEL": "WARNING",
            "WTF_CSRF_ENABLED": False,  # pages are asked for, and forms sent, without it
            "WORKER": False,
        }
    )


def _prepare(count: int) -> None:
    upgrade()
    if db.session.scalar(select(func.count(HouseholdRow.id))) == count:
        return
    began = time.monotonic()

    def told(done: int) -> None:
        seconds = time.monotonic() - began
        sys.stderr.write(f"\r{done} households, {seconds:.0f} s")

    fill(count, told)
    sys.stderr.write("\n")
    with transaction():
        db.session.execute(text("ANALYZE"))


def _measure(app: Flask, times: int) -> list[Figure]:
    figures = []
    backends = Backends(db.engine)
    wards = select(Area).where(Area.level == "ward").order_by(Area.id)
    ward = db.session.scalars(wards).first()
    if ward is None:
        raise RuntimeError("the register has no ward")
    for who, values in (
        ("city", {"role": "admin"}),
        ("ward", {"role": "ward", "areas": [ward]}),
    ):
        user = make_user(login=f"bench-{who}-{time.time_ns()}", **values)
        with transaction():
            token = start_session(user=user)
        client = app.test_client()
        client.set_cookie(cookie_name(), token)
        sample = _sample(times, ward.id if who == "ward" else None)
        for page, addresses in _pages(sample, ward.id).items():
            figures.append(
                _figure(who, page, _times(client, addresses, times, backends))
            )
    return figures


def _sample(count: int, area_id: int | None) -> Sample:
    statement = select(HouseholdRow.id, HouseholdRow.code, HouseholdRow.head_name)
    if area_id is not None:
        statement = statement.where(HouseholdRow.area_id == area_id)
    rows = Random(1).sample(db.session.execute(statement).all(), count)  # noqa: S311
    return Sample(*(list(column) for column in zip(*rows, strict=True)))


def _pages(sample: Sample, ward_id: int) -> dict[str, list[str]]:
    """The addresses of each kind of page."""

    def search(wanted: Sequence[str]) -> list[str]:
        return [f"/households/?q={quote(each)}" for each in wanted]

    heads = sample.heads
    on = clock.today().isoformat()
    return {
        "search, whole name with marks": search(heads),
        "search, whole name without marks": search([fold(head) for head in heads]),
        "search, beginnings of two words": search(
            [" ".join(word[:3] for word in fold(head).split()[-2:]) for head in heads]
        ),
        "search, family name alone": search([fold(head).split()[0] for head in heads]),
        "search, first letter alone": search([fold(head)[0] for head in heads]),
        "search, code": search(sample.codes),
        "list": ["/households/"],
        "list, newest review first": ["/households/?sort=-review"],
        "household": [f"/households/{each}" for each in sample.ids],
        "today": ["/"],
        "ward list": [f"/lists?ward={ward_id}&kind=listed&standard={STANDARD}&on={on}"],
    }


def _times(
    client: FlaskClient, addresses: list[str], times: int, backends: Backends
) -> list[Took]:
    """What `times` requests took, after a few to warm up."""
    db.session.rollback()
    durations = []
    for number, address in enumerate(cycle(addresses)):
        if number == times + WARM_UP:
            break
        took = Context().run(_asked, client, address, backends)
        if number >= WARM_UP:
            durations.append(took)
    return durations


def _asked(client: FlaskClient, address: str, backends: Backends) -> Took:
    watch = Watch(backends)
    answer = client.get(address, buffered=True)
    took = watch.took()
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")
    return took


def _figure(who: str, page: str, durations: list[Took]) -> Figure:
    passed = sorted(each.passed for each in durations)
    return Figure(
        who,
        page,
        median_high(passed),
        passed[-1 - len(passed) // 100],
        median_high(each.processor for each in durations),
        median_high(each.database for each in durations),
    )


def _is_kept(figure: Figure) -> bool:
    promised = PROMISED.get(figure.page.partition(",")[0])
    return promised is None or figure.processor <= promised


def _size(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.glob("*.sqlite*")) / 1e6


def _print(figures: list[Figure], size: float) -> None:
    sys.stdout.write(f"{'':46}    p50 ms    p99 ms  processor  database\n")
    for each in figures:
        mark = "" if _is_kept(each) else "  slower than promised"
        line = f"{each.who}: {each.page}"
        figures_of = f"{each.p50:8.1f}  {each.p99:8.1f}  {each.processor:9.1f}"
        figures_of += f"  {each.database:8.1f}"
        sys.stdout.write(f"{line:46}  {figures_of}{mark}\n")
    sys.stdout.write(f"database {size:.0f} MB\n")


def _options(given: Sequence[str] | None = None) -> Any:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--households", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=200, help="requests of each kind")
    parser.add_argument("--database", default="", help="DATABASE_URL; empty = SQLite")
    parser.add_argument("--folder", default=None, help="where to write; a real disk")
    parser.add_argument("--keep", default="", help="a folder to use again next time")
    return parser.parse_args(given)


if __name__ == "__main__":
    sys.exit(main())
