"""Asking for many records at once finds and weighs what asking about each does."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import suppress
from random import Random

import pytest
from flask import Flask
from sqlalchemy import insert

from server.db import db, transaction
from server.domain.matching import scoring
from server.domain.matching.features import DAY, Features, Person, to_json
from server.domain.matching.keys import COMMON, SECRET, keys_of
from server.matching.candidates import MOST, candidates_of, candidates_of_each
from server.matching.comparing import beside_each
from server.matching.frequencies import counts_for
from server.matching.hashing import hashes_of
from server.matching.in_force import model_in_force
from server.matching.keeping import READING, opened, packed
from server.matching.tables import MatchingKey, RecordFeatures

FAMILY, GIVEN = ("nguyen", "tran", "le"), ("an", "anh", "binh", "minh", "my")


def some_records(count: int) -> list[Features]:
    """Records of few names, days, doors and phones, so that keys are rare and common."""
    random = Random(11)  # noqa: S311 - made-up people
    made = []
    for number in range(count):
        persons = tuple(
            Person(
                words=(random.choice(FAMILY), "van", random.choice(GIVEN)),
                year=1980 + random.randrange(3), month=3, day=random.randrange(1, 4),
                precision=DAY, sex=random.randrange(3), relation=1 + (line > 0),
                personal=f"00108000{random.randrange(40):04}",
            )
            for line in range(random.randrange(4))
        )  # fmt: skip
        made.append(
            Features(
                f"r{number:03}", persons, ward=f"{random.randrange(3)}",
                group=f"{random.randrange(4)}", numbers=(f"{random.randrange(9)}",),
                street=("mai", "phuong"), phones=(f"09000000{random.randrange(60):02}",),
                at=float(20_000 + number % 7),
            )
        )  # fmt: skip
    return made


class Undone(Exception):
    """Leaves a transaction without a trace."""


@pytest.fixture
def records(app: Flask) -> Iterator[list[Features]]:
    """They lie in the tables until the test is over, without the surveys behind them."""
    made = some_records(120)
    with suppress(Undone), transaction() as session:
        is_sqlite = db.engine.dialect.name == "sqlite"
        session.connection().exec_driver_sql(
            "PRAGMA defer_foreign_keys = ON"
            if is_sqlite
            else "SET LOCAL session_replication_role = replica"
        )
        for number, each in enumerate(made, 1):
            keys = sorted(set(hashes_of(keys_of(each))))
            session.add(
                RecordFeatures(
                    number=number, record_id=each.record_id, version=READING,
                    keys=packed(keys), content=to_json(each).encode(),
                )
            )  # fmt: skip
            session.flush()
            session.execute(
                insert(MatchingKey), [{"key": key, "number": number} for key in keys]
            )
        yield made
        raise Undone


def home_of(record_id: str) -> str:
    """Ten of them have no household yet; three of the others make one."""
    number = int(record_id[1:])
    return "" if number < 10 else f"h{number // 3}"


def homes(record_ids: Collection[str]) -> dict[str, str]:
    return {each: home_of(each) for each in record_ids if home_of(each)}


def by_definition(records: list[Features], mine: Features) -> set[str]:
    """Candidates as `docs/matching.md` says, out of nothing but the keys."""
    sharing = defaultdict(list)
    for each in records:
        for key in keys_of(each):
            sharing[key].append(each.record_id)
    found: set[str] = set()
    for key in keys_of(mine):
        rows = sharing[key][: MOST + 1]
        is_followed = key.startswith((SECRET, "born:", "full:", "entity:"))
        if len(rows) <= COMMON or (
            is_followed and len({home_of(each) for each in rows}) <= COMMON
        ):
            found |= set(rows)
    return found - {mine.record_id}


def test_many_records_find_and_weigh_what_each_does_alone(
    records: list[Features],
) -> None:
    alone = [candidates_of(each, homes) for each in records]
    together = candidates_of_each(records, homes)

    assert together == alone
    assert [set(found) for found in alone] == [
        by_definition(records, r) for r in records
    ]
    assert {True, False} == {len(found) > COMMON for found in alone}

    given = [
        (mine, opened(found)) for mine, found in zip(records, together, strict=True)
    ]
    weighed = beside_each(given)

    model, counts = model_in_force(), counts_for(records)
    for each in weighed[:3]:
        expected = {
            other: scoring.score(model, each.mine, features, counts).bits
            for other, features in [*each.others.items()][:12]
        }
        found = {other: each.bits[other] for other in expected}
        assert found == pytest.approx(expected, abs=0.00051)
    assert [each.bits for each in weighed[:9]] == [
        beside_each([one])[0].bits for one in given[:9]
    ]


def test_a_record_that_shares_nothing_stands_beside_nobody(app: Flask) -> None:
    assert candidates_of_each([], homes) == []
    alone = Features("alone")

    assert candidates_of_each([alone], homes) == [{}]
    assert beside_each([(alone, {})])[0].bits == {}
