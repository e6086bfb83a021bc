"""Which records are compared at all, out of the database."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from server.columns import blind_index
from server.db import db, transaction
from server.domain.matching.keys import COMMON, keys_of
from server.matching import keeping, looking_up
from server.matching.candidates import candidates_of
from server.matching.keeping import features_of, keep_features
from server.matching.tables import MatchingKey, RecordFeatures
from server.registry.queries import get_record
from server.review.queries import households_of
from tests.server.review.surveys import ELSEWHERE, arrive, make_ward, survey

NUMBER = "001060012345"

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def ward(app: Flask) -> None:
    make_ward()


def found_for(record_id: str) -> set[str]:
    return {*candidates_of(features_of([record_id])[record_id], households_of)}


def test_records_that_share_a_key_are_found() -> None:
    first = arrive(survey(number=NUMBER), is_matched=False)
    second = arrive(survey("Trần Thị Mai", "1999", number=NUMBER), is_matched=False)
    stranger = arrive(survey("Lê Văn Tám", "1950", address=ELSEWHERE), is_matched=False)

    assert second in found_for(first)
    assert stranger not in found_for(second)


def test_a_key_that_many_households_have_is_passed_over() -> None:
    many = range(COMMON + 2)
    ids = [arrive(survey(born="1960-03-02"), is_matched=False) for _ in many]

    # One family that was visited very often: none of them has a household yet.
    assert found_for(ids[0]) == set(ids) - {ids[0]}

    homes = {each: each for each in ids}
    mine = features_of(ids[:1])[ids[0]]
    assert candidates_of(mine, lambda wanted: {one: homes[one] for one in wanted}) == {}


def test_of_one_key_a_few_rows_are_looked_at_however_many_there_are() -> None:
    ids = [arrive(survey(), is_matched=False) for _ in range(6)]

    hashed = keeping.hashes_of(keys_of(features_of(ids[:1])[ids[0]]))
    looked_at = looking_up.numbers_by_key(hashed, 4)

    lowest = sorted(db.session.scalars(select(RecordFeatures.number)))[:4]
    assert [*looked_at.values()] == [lowest] * len(looked_at)


@pytest.mark.sqlite_only
def test_numbers_and_households_are_told_by_indexes_alone() -> None:
    one = arrive(survey(), is_matched=False)
    asked: list[tuple[str, Any]] = []

    def remember(_: Any, __: Any, said: str, given: Any, *_more: Any) -> None:
        asked.append((said, given))

    event.listen(db.engine, "before_cursor_execute", remember)
    number = keeping.number_of(one)
    assert looking_up.ids_by_number([number, 7**7]) == {number: one}
    households_of([one])
    event.remove(db.engine, "before_cursor_execute", remember)

    with db.engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        plans = [
            " ".join(
                step[3] for step in raw.execute(f"EXPLAIN QUERY PLAN {said}", given)
            )
            for said, given in asked[-2:]
        ]
    assert "COVERING INDEX ix_record_features_covering" in plans[0]
    assert "COVERING INDEX ix_household_records_covering" in plans[1]


def test_what_is_kept_tells_neither_names_nor_numbers() -> None:
    arrive(survey(number=NUMBER, phones=("0912345678",)), is_matched=False)

    keys = db.session.scalars(select(MatchingKey.key)).all()
    row = db.session.execute(
        select(RecordFeatures.keys, func.length(RecordFeatures.keys))
    ).one()
    assert len(keys) > 5
    assert row[1] == 8 * len(keys)
    assert int(blind_index(f"number:{NUMBER}")[:16], 16) % 2**64 in {
        key % 2**64 for key in keys
    }
    with db.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT content FROM record_features")
        assert b"binh" not in bytes(kept.scalar_one())


def test_a_record_that_is_read_in_another_way_is_found_by_its_new_keys(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = arrive(survey(), is_matched=False)
    second = arrive(survey(), is_matched=False)
    before = db.session.scalar(select(func.count()).select_from(MatchingKey))
    monkeypatch.setattr(keeping, "READING", 2)
    monkeypatch.setattr(keeping, "keys_of", lambda features: ("new:1",))

    with transaction():
        keep_features(record_id=first, record=get_record(first))
        keep_features(record_id=first, record=get_record(first))

    rows = db.session.scalars(select(RecordFeatures)).all()
    after = db.session.scalar(select(func.count()).select_from(MatchingKey))
    assert {row.record_id: row.version for row in rows} == {first: 2, second: 1}
    assert after == (before or 0) // 2 + 1
