"""How quickly the household list goes back to ODK Central.

`python -m tests.bench.publish` lets an installation with many households publish them to
the fake Central of the tests, in the same process: all of them for the first time, then
a look at everything, then nothing at all, then one change to each of some. What is measured
is our side: a real Central takes 6,000 new entities and 60 changes a second, and tells
11,000 entities a second.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from sqlalchemy import insert

from server.app import create_app
from server.db import db, transaction
from server.dispatch.expected import PROPERTIES
from server.dispatch.projections import properties_hash
from server.dispatch.tables import Publication
from server.migrations.upgrade import upgrade
from sync.publish import publish_all
from tests.factories import make_area
from tests.fakes.central import running_central
from tests.sync.listing import ListOffice
from tests.sync.office import quiet

# With the fake's own work, on two busy cores: so many entities a second, at least.
PROMISED_NEW = 600
PROMISED_SAME = 1200
PROMISED_IDLE_SECONDS = 2.0
CHANGES = 300


def fill(number: int, area_id: int) -> None:
    """Households as phones may see them, without anything behind them."""
    rows = []
    for each in range(number):
        household = str(UUID(int=each, version=4))
        said = {"name": household, "label": f"Hộ {each}"}
        said |= {name: f"{name} {each}" for name in PROPERTIES}
        rows.append(
            {
                "household_id": household,
                "area_id": area_id,
                "is_listed": True,
                "claims": 0,
                "updates": 1,
                "revisions": 0,
                "properties": said,
                "properties_hash": properties_hash(said),
            }
        )
    with transaction() as session:
        session.execute(insert(Publication), rows)


def change(number: int) -> None:
    with transaction() as session:
        rows = session.query(Publication).limit(number).all()
        for row in rows:
            row.properties = row.properties | {"last_status": "Hộ nghèo"}
            row.properties_hash = properties_hash(row.properties)


@contextmanager
def filled(number: int) -> Iterator[ListOffice]:
    with tempfile.TemporaryDirectory() as name, running_central() as fake:
        address = f"sqlite:///{Path(name) / 'ra-soat.sqlite'}"
        app = create_app({"DATA_DIR": Path(name), "DATABASE_URL": address})
        with app.app_context():
            upgrade()
            fill(number, make_area(code="00229").id)
            office = ListOffice(app, fake)
            office.publish()
            office.guard()
            yield office
            db.session.remove()
            db.engine.dispose()


def timed(office: ListOffice, what: str, number: int) -> float:
    began = time.monotonic()
    outcome = publish_all(office.installation, quiet)
    seconds = time.monotonic() - began
    counts = dict(outcome.counts["households"])
    rate = f"{number / seconds:8.0f}/s" if number else " " * 10
    sys.stdout.write(f"{what:32} {seconds:7.2f} s {rate}  {counts}\n")
    sys.stdout.flush()
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=20_000)
    number = parser.parse_args().households
    with filled(number) as office:
        new = timed(office, "all of them new", number)
        same = timed(office, "everything looked at", number)
        idle = timed(office, "nothing to do", 0)
        change(CHANGES)
        timed(office, "some changed", CHANGES)
    kept = (
        number / new >= PROMISED_NEW
        and number / same >= PROMISED_SAME
        and idle <= PROMISED_IDLE_SECONDS
    )
    sys.exit(not kept)


if __name__ == "__main__":
    main()
