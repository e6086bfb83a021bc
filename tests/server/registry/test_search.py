"""Words with and without marks, codes and numbers; and what the database must not tell."""

import unicodedata
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from server.db import db, transaction
from server.domain.survey.record import Address
from server.registry.search import find_number_index, search, words_of
from server.registry.search_index import create, drop
from server.registry.tables import HouseholdRow
from tests.beginning import Beginning
from tests.server.registry.households import (
    NUMBER,
    again,
    all_households,
    make_household,
    member,
)

pytestmark = pytest.mark.usefixtures("ward")


def found(typed: str) -> set[str]:
    rows = db.session.scalars(search(select(HouseholdRow), typed))
    return {row.head_name for row in rows}


@pytest.fixture(scope="module")
def beginning() -> Beginning:
    return Beginning(made_households)


@pytest.fixture
def _households(app: Flask, beginning: Beginning) -> None:
    beginning.begin()


def made_households() -> None:
    make_household(
        name="Đặng Thị Mão",
        number=NUMBER,
        phones=("0912345678",),
        address=Address(house_number="12A", lane="9", street="Khâm Thiên"),
        others=(member("b", "Nguyễn Văn Đức", number="001175000001"),),
    )
    make_household(
        name="H'Hen Niê",
        born="1971",
        address=Address(house_number="4/15", street="Cát Linh"),
    )


TYPED = [
    "Đặng",
    "dang",
    "DANG",
    unicodedata.normalize("NFD", "Đặng Thị"),
    "mao dang",
    "mão thị đặng",
    "da th ma",
    "  dang   ,  mao ",
    "nguyen duc",
    "kham thien 12a",
    "12a kham",
    "0912345678",
    "09123",
    NUMBER,
    "001 160 012 345",
    "001175000001",
]
BETWEEN = ["h'hen", "H’Hen", "hen nie", "4/15 cat linh", "15 4"]
NOTHING = [
    "", "  ", "-", "'", '"', "dang nie", "ang", "* OR dang", "mao*xyz", "&", "\\", ":*",
    "00116001234", "001160012346", "160012345", "dang) OR (nie",
]  # fmt: skip


@pytest.mark.usefixtures("_households")
@pytest.mark.parametrize("typed", TYPED)
def test_it_is_found_by(typed: str) -> None:
    assert found(typed) == {"Đặng Thị Mão"}


@pytest.mark.usefixtures("_households")
@pytest.mark.parametrize("typed", BETWEEN)
def test_what_stands_between_words_does_not_matter(typed: str) -> None:
    assert found(typed) == {"H'Hen Niê"}


@pytest.mark.usefixtures("_households")
@pytest.mark.parametrize("typed", NOTHING)
def test_nothing_is_found_by(typed: str) -> None:
    assert found(typed) == set()


@pytest.mark.usefixtures("_households")
def test_what_begins_words_of_very_many_households_is_found_alike(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    typed = [*TYPED, *BETWEEN, *NOTHING, "n", "dang", "h", "hn"]
    few = {each: found(each) for each in typed}

    monkeypatch.setattr("server.registry.search.FEW", 0)

    assert {each: found(each) for each in typed} == few


@pytest.mark.usefixtures("_households")
def test_a_code_is_found_however_it_is_typed() -> None:
    code = all_households()[0].code

    for typed in (code, code.lower(), code.replace("-", " "), code.removeprefix("HN-")):
        assert found(typed) == {all_households()[0].head_name}


def test_what_changed_is_found_and_what_is_gone_is_not(app: Flask) -> None:
    row = make_household(name="Đặng Thị Mão")
    with transaction():
        again(row).search_text = words_of("Lê Văn Tám")
    assert found("tam") == {"Đặng Thị Mão"}
    assert found("mao") == set()


@pytest.mark.usefixtures("_households")
def test_the_index_can_be_made_anew_over_what_is_there() -> None:
    with transaction() as session:
        drop(session.connection())
        create(session.connection())

    assert found("mao dang") == {"Đặng Thị Mão"}


@pytest.mark.sqlite_only
@pytest.mark.usefixtures("_households")
def test_compacting_the_file_leaves_the_index_right() -> None:
    with transaction() as session:
        first = session.scalars(select(HouseholdRow.id)).first()
        session.execute(text("DELETE FROM household_search_numbers WHERE 0"))
    assert first
    db.session.rollback()
    with db.engine.connect() as connection:
        raw = connection.connection.driver_connection
        connection.rollback()
        assert raw is not None
        raw.execute("VACUUM")

    assert found("mao dang") == {"Đặng Thị Mão"}
    assert found("hen") == {"H'Hen Niê"}


@pytest.mark.sqlite_only
@pytest.mark.usefixtures("_households")
def test_no_identity_number_can_be_read_in_the_file(app: Flask) -> None:
    db.session.remove()
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    folder = Path(app.config["DATA_DIR"])

    kept = b"".join(path.read_bytes() for path in folder.glob("ra-soat.sqlite*"))

    assert "Đặng Thị Mão".encode() in kept
    for number in (NUMBER, "001175000001"):
        assert number.encode() not in kept
        assert number[3:].encode() not in kept


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("typed", ["123", "0912345678", "dang", "0011600123456"])
def test_only_a_whole_number_is_looked_up_as_one(typed: str) -> None:
    assert find_number_index(typed) is None
