"""What a survey that arrives asks the database, as a registry of a million would answer.

Statistics are those of a few surveys, raised to a million: a planner that is told that
every record has the same value reads the whole table, whatever index there is.
"""

import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from sqlalchemy import event, select

from server.db import db
from server.inbox.tables import Reading
from server.jobs.tables import Job
from server.jobs.worker import run_due
from server.pipeline import HANDLERS
from tests.domain.survey.submissions import as_xml, person, review
from tests.factories import make_area
from tests.server.inbox.arrivals import receive

pytestmark = pytest.mark.sqlite_only
OTHER = "uuid:0d7c7cb6-5d2b-4ad1-9a3f-{:012}"
GIVEN = ("Hùng", "Lan", "Minh", "Thảo", "Sơn")
WARDS = ("00229", "00208", "00190", "00226", "00205")
MILLION = 1_000_000
# One row or a few, the newest row only, and what is no table at all.
SHORT = re.compile(
    "SCAN (matching_models|name_frequencies|table_completions|audit_events"
    "|json_each|given|CONSTANT|.subquery)"
)
NOT_WHOLE = re.compile(r"\(source=\? AND form_id=\?\)")


def arrive(
    number: int, family: int, *, replaces: str | None = None, wall: str = "brick_stone"
) -> None:
    """A survey of a family that has nothing in common with another."""
    name = f"{('Trần', 'Lê', 'Phạm', 'Đỗ', 'Bùi')[family]} Văn Bình {GIVEN[family]}"
    head = person(
        name, "head", birth_year=str(1950 + 9 * family),
        papers={"cccd12_number": f"0010{50 + 9 * family}0{family}2345"},
    )  # fmt: skip
    answers = review(
        household_id=f"5f1c0f6e-8a53-4c6e-9a44-{family:012}",
        household__contact={"head_name": name, "phone_1": f"09{family}8234567"},
        household__address={"house_number": str(family), "street": GIVEN[family]},
        household__location={"position": f"21.{family} 105.8256 12.5 4.9"},
        household__roster={"member": [head]},
        household__dwelling={"wall": wall},
        place={"ward": WARDS[family], "residential_group": str(family)},
    )
    form = as_xml(
        answers, instance_id=OTHER.format(number), deprecated_id=replaces or ""
    )
    receive(
        payload=ET.tostring(form),
        instance_id=OTHER.format(number),
        deprecated_id=replaces,
    )
    run_due(HANDLERS)


def raise_statistics() -> None:
    """Let the planner think that there are a million of what there are a few."""
    with db.engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        raw.execute("ANALYZE")
        told = raw.execute("SELECT tbl, idx, stat FROM sqlite_stat1").fetchall()
        for table, index, stat in told:
            count, *alike = stat.split()
            many = [MILLION, *(MILLION if each == count else each for each in alike)]
            raw.execute(
                "UPDATE sqlite_stat1 SET stat = ? WHERE tbl = ? AND idx IS ?",
                (" ".join(map(str, many)), table, index),
            )
        raw.commit()
    db.engine.dispose()


def test_an_arrival_reads_no_whole_table(app: Flask) -> None:
    for code in WARDS:
        make_area(code=code, name=f"Phường {code}")
    for number in range(3):
        arrive(number, number)
    raise_statistics()
    asked: dict[str, Any] = {}

    def remember(_: Any, __: Any, said: str, given: Any, ___: Any, many: bool) -> None:
        if said.startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
            asked[said] = given[0] if many else given

    event.listen(db.engine, "before_cursor_execute", remember)
    arrive(3, 3)
    arrive(4, 3, replaces=OTHER.format(3))
    arrive(5, 4, wall="gold")
    event.remove(db.engine, "before_cursor_execute", remember)

    assert set(db.session.scalars(select(Job.state))) == {"done"}
    states = db.session.scalars(select(Reading.state).order_by(Reading.submission_id))
    assert [*states][3:] == ["understood", "understood", "quarantined"]
    db.session.rollback()
    assert len(asked) > 50
    with db.engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        read = [
            (step[3], said)
            for said, given in asked.items()
            for step in raw.execute(f"EXPLAIN QUERY PLAN {said}", given)
            if step[3].startswith("SCAN") or NOT_WHOLE.search(step[3])
        ]
    assert [each for each in read if not SHORT.match(each[0])] == []
