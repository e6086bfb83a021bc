"""Lists in fonts of before Unicode, and days that are bare numbers: asked, not guessed."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from server.db import db
from server.imports import actions
from server.imports.tables import ImportHousehold, ImportProblem, RegisterImport
from server.registry.tables import HouseholdRow
from tests.browsing import Browser, rows, signed_in
from tests.server.imports.books import DOCUMENT, book, bring, someone, worked

TCVN3 = ("M· hé", "Hä vµ tªn", "Quan hÖ víi chñ hé", "Giíi tÝnh", "Ngµy sinh", "Phưêng",
         "Ngµy rµ so¸t")  # fmt: skip
NAMES, BIRTHS = 1, 4


def tcvn3(*people: tuple[str, str, str, str]) -> bytes:
    """A list typed in .VnTime: name, relation, sex, day of birth."""
    lines = [["H1", *each, "Kim Liªn", "15/12/2019"] for each in people]
    return book(lines, [*TCVN3[:5], "Ph­êng", TCVN3[6]])


FAMILY = (
    ("NguyÔn V¨n Hïng", "Chñ hé", "Nam", "1950"),
    ("TrÇn ThÞ Vò", "Vî", "N÷", "1952"),
)


def codes(one: RegisterImport) -> set[tuple[str, int | None]]:
    found = select(ImportProblem.code, ImportProblem.place).where(
        ImportProblem.import_id == one.id
    )
    return {(code, place) for code, place in db.session.execute(found)}


def said(one: RegisterImport, by: Any, **given: dict[int, str]) -> RegisterImport:
    """Say how columns are read; which they are is as proposed."""
    columns = {0: {int(k): v for k, v in one.sheets[0]["columns"].items()}}
    actions.say_columns(
        by=by, import_id=one.id, columns=columns, layout="person",
        given=actions.Given(), said={kind: {0: how} for kind, how in given.items()},
    )  # fmt: skip
    return worked(one.id)


def heads(one: RegisterImport) -> list[tuple[str, str]]:
    found = select(ImportHousehold.head_name, ImportHousehold.state).where(
        ImportHousehold.import_id == one.id
    )
    return [(name, state) for name, state in db.session.execute(found)]


def test_a_list_in_an_old_font_waits_until_its_columns_are_said_and_is_undone_whole(
    app: Flask,
) -> None:
    _user, admin = someone()
    one = bring(admin, tcvn3(*FAMILY))

    # The heading is read; of the cells every one is a question, and nothing is ready.
    assert one.sheets[0]["columns"]["1"] == "full_name"
    assert [state for _name, state in heads(one)] == ["aside"]
    places = {place for code, place in codes(one) if code == "import_letters_old"}
    assert places == {1, 2, 3, 5}
    one = said(one, admin, letters=dict.fromkeys((1, 2, 3, 5), "tcvn3"))

    assert heads(one) == [("Nguyễn Văn Hùng", "ready")]
    assert not codes(one)
    actions.start(by=admin, import_id=one.id, with_statuses=False)
    worked(one.id)
    (row,) = db.session.scalars(select(HouseholdRow))
    assert row.head_name == "Nguyễn Văn Hùng"
    assert row.content["household"]["members"][1]["full_name"] == "Trần Thị Vũ"
    actions.undo(by=admin, import_id=one.id, reason="thử")
    worked(one.id)
    db.session.expire_all()
    assert db.session.get_one(HouseholdRow, row.id).state != "live"


@pytest.mark.sqlite_only
def test_a_cell_that_fits_both_is_asked_where_a_column_holds_both(app: Flask) -> None:
    _user, admin = someone()
    mixed = (*FAMILY, ("Lê Thị Thưởng", "Con", "Nam", "1980"))
    one = bring(admin, tcvn3(*mixed[:1], ("Vò Tó", "Vî", "N÷", "1952"), mixed[2]))

    one = said(one, admin, letters=dict.fromkeys((1, 2, 3, 5), "tcvn3"))

    problems = db.session.scalars(select(ImportProblem)).all()
    assert [(each.code, each.values["read"]) for each in problems] == [
        ("import_letters_either", "Vũ Tú")
    ]
    one = said(one, admin, letters={1: "plain", 2: "tcvn3", 3: "tcvn3", 5: "tcvn3"})
    assert heads(one) == [("NguyÔn V¨n Hïng", "ready")]


@pytest.mark.sqlite_only
def test_letters_that_are_right_are_no_question(app: Flask) -> None:
    _user, admin = someone()
    one = bring(admin, book([
        ["H1", "Bình Hùng Hoà", "Chủ hộ", "Nam", "1950", "", "Kinh", "Kim Liên", "12",
         "15/12/2019", "", *DOCUMENT],
        ["H2", "Vò Tó", "Chủ hộ", "Nam", "1950", "", "Kinh", "Kim Liên", "12",
         "15/12/2019", "", *DOCUMENT],
    ]))  # fmt: skip

    assert not codes(one)
    assert [name for name, _state in heads(one)] == ["Bình Hùng Hoà", "Vò Tó"]


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("how", "born", "reviewed"),
    [("1900", date(1950, 3, 2), date(2019, 12, 15)),
     ("1904", date(1954, 3, 3), date(2023, 12, 16))],
)  # fmt: skip
def test_days_that_are_bare_numbers_are_said_by_column(
    app: Flask, how: str, born: date, reviewed: date
) -> None:
    _user, admin = someone()
    line = ["H1", "Nguyễn An", "Chủ hộ", "Nam", "18324", "", "Kinh", "Kim Liên", "12",
            43814, "", "", "", "", ""]  # fmt: skip
    other = [*line[:4], "1950", *line[5:]]
    one = bring(admin, book([line, ["H2", *other[1:]]]))

    assert codes(one) == {("import_day_serial", 4), ("import_day_serial", 9)}
    one = said(one, admin, days={4: how, 9: how})

    found = db.session.scalars(select(ImportHousehold)).first()
    assert found is not None
    assert found.state == "ready"
    assert str(reviewed) in str(found.answers)
    assert f"'{born.month:02}'" in str(found.answers) or str(born.year) in str(
        found.answers
    )
    one = said(one, admin, days={4: "typed", 9: how})
    assert codes(one) == {("import_birth_unreadable", 4)}


@pytest.mark.sqlite_only
def test_the_page_shows_each_way_and_what_was_understood(app: Flask) -> None:
    user, admin = someone()
    one = bring(admin, tcvn3(*FAMILY))
    browser: Browser = signed_in(app, user)

    page = browser.get(f"/imports/{one.id}").text
    assert "Máy không tự đoán" in page
    assert "<strong>Nguyễn Văn Hùng</strong>" in page
    form: dict[str, str] = {"layout": "person"}
    for place, key in one.sheets[0]["columns"].items():
        form[f"column_0_{place}"] = key
    form |= {f"letters_0_{place}": "tcvn3" for place in (1, 2, 3, 5)}
    assert browser.post(f"/imports/{one.id}/columns", data=form).status_code == 303
    worked(one.id)

    address = f"/imports/{one.id}/understood"
    assert "NguyÔn V¨n Hïng → Nguyễn Văn Hùng" in browser.get(address).text
    exported = rows(browser.get(f"{address}?format=csv"))
    assert exported[1]["Ô: đang ghi → được hiểu là"].startswith("B: TrÇn ThÞ Vò → Trần")
    wrong = {**form, "letters_0_1": "bogus"}
    assert browser.post(f"/imports/{one.id}/columns", data=wrong).status_code == 422
