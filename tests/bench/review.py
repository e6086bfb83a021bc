"""How quickly pairs are decided on a register of a hundred thousand households.

`python -m tests.bench.review` fills a database of its own (or uses one again that
`--keep` names), lays 5,000 open pairs into it and goes through them as an officer of the
whole city would. An empty page of the same run stands beside, so that a slow machine is
told from a slow page. Exits with 1 when something takes longer than promised.
"""

import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextvars import Context
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, insert, select

from server import clock
from server.accounts.sessions import start_session
from server.accounts.sign_in_pages import cookie_name
from server.db import db, transaction
from server.domain.matching.facts import facts
from server.domain.matching.rosters import same_people
from server.domain.matching.telling import agreeing
from server.domain.plain import to_plain
from server.matching.in_force import model_in_force
from server.registry.queries import get_record
from server.registry.tables import HouseholdRecord, HouseholdRow
from server.review.tables import MergeProposal
from server.review.weighing import weigh
from tests.bench import pages
from tests.bench.backends import Backends
from tests.factories import make_user

PAIRS = 5_000
# Milliseconds of the processor within which half of the answers must be made.
PROMISED = {"queue": 30.0, "pair": 30.0, "decide and next": 60.0}
ADMIN = "review-bench"


def main() -> int:
    options = pages._options()
    folder = Path(options.keep or tempfile.mkdtemp(prefix="bench-", dir=options.folder))
    try:
        app = pages._app(folder, options.database)
        with app.app_context():
            pages._prepare(options.households)
            _lay_pairs(PAIRS)
            figures = _measure(app, options.times)
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    return _told(figures)


def _lay_pairs(count: int) -> None:
    """Open pairs of households of one ward, as matching would have proposed them; of
    pairs that an earlier run has decided others take the place."""
    is_open = MergeProposal.state == "open"
    opened = select(func.count(MergeProposal.id)).where(is_open)
    missing = count - (db.session.scalar(opened) or 0)
    random = Random(5)  # noqa: S311 - made-up scores
    households: set[str] = set()
    for batch in _batches(_neighbours(max(missing, 0)), 500):
        with transaction() as session:
            rows = []
            for (left, left_row), (right, right_row) in batch:
                one, other = get_record(left).household, get_record(right).household
                people = same_people(one.members, other.members)
                found = facts(one, other, people, {})
                rows.append(
                    {
                        "left_record_id": left,
                        "right_record_id": right,
                        "score": random.uniform(0.1, 0.95),
                        "bits": 0.0,
                        "is_asked": True,
                        "is_certain": False,
                        "evidence": [to_plain(fact) for fact in found],
                        "evidence_codes": f" {' '.join(agreeing(found))} ",
                        "model": model_in_force().name,
                        "state": "open",
                        "left_household_id": left_row.id,
                        "right_household_id": right_row.id,
                        "left_area_id": left_row.area_id,
                        "right_area_id": right_row.area_id,
                        "created_at": clock.now(),
                    }
                )
                households |= {left_row.id, right_row.id}
            session.execute(insert(MergeProposal), rows)
    for some in _batches(iter(sorted(households)), 1000):
        weigh(some)


def _neighbours(count: int) -> Iterator[tuple[tuple[str, HouseholdRow], ...]]:
    statement = (
        select(HouseholdRecord.record_id, HouseholdRow)
        .join(HouseholdRow, HouseholdRow.id == HouseholdRecord.household_id)
        .where(
            HouseholdRow.record_count == 1,
            HouseholdRow.state == "live",
            HouseholdRow.id.not_in(select(MergeProposal.left_household_id)),
            HouseholdRow.id.not_in(select(MergeProposal.right_household_id)),
        )
        .order_by(HouseholdRow.area_id, HouseholdRow.id)
        .limit(2 * count)
    )
    rows = list(db.session.execute(statement)) if count else []
    for one, other in zip(rows[::2], rows[1::2], strict=True):
        yield tuple(sorted(((one[0], one[1]), (other[0], other[1]))))


def _batches(items: Iterator[Any], size: int) -> Iterator[list[Any]]:
    while some := list(islice(items, size)):
        yield some


def _measure(app: Flask, times: int) -> list[pages.Figure]:
    backends = Backends(db.engine)
    user = make_user(login=f"{ADMIN}-{time.time_ns()}", role="admin")
    with transaction():
        token = start_session(user=user)
    client = app.test_client()
    client.set_cookie(cookie_name(), token)
    ids = _open_pairs(times + pages.WARM_UP)
    plain = {
        "empty page": ["/me"],
        "queue": ["/review"],
        "queue, one evidence": ["/review?evidence=address"],
        "pair": [f"/review/{each}" for each in ids],
    }
    figures = [
        pages._figure("city", name, pages._times(client, addresses, times, backends))
        for name, addresses in plain.items()
    ]
    decided = _decided(client, times, backends)
    return [*figures, pages._figure("city", "decide and next", decided)]


def _open_pairs(count: int) -> list[int]:
    statement = select(MergeProposal.id).where(MergeProposal.state == "open")
    return list(db.session.scalars(statement.order_by(MergeProposal.id).limit(count)))


def _decided(client: FlaskClient, times: int, backends: Backends) -> list[pages.Took]:
    """What deciding a pair and getting the next one took, again and again."""
    db.session.rollback()
    address = _first(client)
    durations = []
    for number in range(times + pages.WARM_UP):
        watch = pages.Watch(backends)
        address = Context().run(_one, client, address, number)
        if number >= pages.WARM_UP:
            durations.append(watch.took())
    return durations


def _one(client: FlaskClient, address: str, number: int) -> str:
    verdict = ("same", "different")[number % 2]
    answer = client.post(f"{address}/decide", data={"verdict": verdict})
    if answer.status_code != 303:
        raise RuntimeError(f"{address} answered {answer.status_code}")
    following = client.get(answer.location, buffered=True)
    if following.status_code != 200:
        raise RuntimeError(f"{answer.location} answered {following.status_code}")
    return str(answer.location)


def _first(client: FlaskClient) -> str:
    page = Context().run(lambda: client.get("/review", buffered=True).text)
    found = re.search(r'data-key="j" href="(/review/[0-9]+)"', page)
    if found is None:
        raise RuntimeError("nothing waits in the queue")
    return found[1]


def _told(figures: list[pages.Figure]) -> int:
    empty = figures[0].processor
    sys.stdout.write(
        f"{'':28}  p50 ms    p99 ms  processor  database  of an empty page\n"
    )
    for each in figures:
        promised = PROMISED.get(each.page)
        is_kept = promised is None or each.processor <= promised
        mark = "" if is_kept else "  slower than promised"
        sys.stdout.write(
            f"{each.page:28}{each.p50:8.1f}  {each.p99:8.1f}  {each.processor:9.1f}"
            f"  {each.database:8.1f}"
            f"  {each.processor / empty:8.1f}{mark}\n"
        )
    slow = [f for f in figures if f.processor > PROMISED.get(f.page, f.processor)]
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
