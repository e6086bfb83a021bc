"""A plain day assessed once more, beside the list that was in force on it."""

from dataclasses import replace
from datetime import date
from itertools import count
from typing import Any

import pytest
from flask import Flask

from server.areas.tables import Area
from server.db import transaction
from server.domain.actor import EVERYWHERE
from server.domain.scenarios.comparing import NOT_KNOWN, OUTSIDE, Finding
from server.domain.survey.record import BirthDate, Identifier, SurveyRecord
from server.registry.queries import household_of
from server.registry.tables import HouseholdRow
from server.scenarios.past_days import PastDay, question_of, replay_day
from server.scenarios.taking import take_register
from server.status.queries import lists_on
from tests.browsing import signed_in
from tests.domain.poverty.households import ADULT, household
from tests.factories import make_area, make_user
from tests.server.review.surveys import arrive, survey
from tests.server.status.households import (
    at,
    depart,
    make_ward,
    recognise,
    set_clock,
)

OLD, NEW = "vn-2016", "vn-2022"
REVIEWED, DAY = date(2020, 9, 1), date(2020, 12, 31)
POOR = {"income_per_capita": 800_000}
NEAR = {"income_per_capita": 1_200_000}
OUT = {"income_per_capita": 5_000_000}
NAMES = ("Đỗ Thị Mận", "Lò Văn Pó", "Vi Thị Thảo", "Giàng A Chu", "Bùi Văn Khoát")
_numbers = count(1)
kept: dict[str, SurveyRecord] = {}


def ask(area: Area | None = None, **given: Any) -> PastDay:
    sent = {"standard": "", "listed": "", "on": DAY, "known_on": DAY, **given}
    question = question_of({"area": str(area.id) if area else "", **sent}, EVERYWHERE)
    cut = take_register(moment=question.asked.moment)
    return replay_day(question, cut, EVERYWHERE)


def found_in(day: PastDay) -> dict[str, tuple[str, str, Finding]]:
    return {
        each.household_id: (each.listed, each.found, each.finding)
        for each in day.compared
    }


@pytest.fixture
def ward(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Area:
    set_clock(monkeypatch, at(2020, 12, 21))
    return make_ward(name="Phường Láng")


def surveyed(ward: Area, known: SurveyRecord | None = None, **answers: Any) -> str:
    """A survey arrives: of a new household, or as a correction of one that is known."""
    if known is None:
        number = next(_numbers)
        name, given = f"{NAMES[number % len(NAMES)]} {number}", {}
        # Nobody is like anybody else: a number one digit off, too, is likeness.
        identity = (Identifier("cccd12", f"001080{number * 104_729 % 1_000_000:06}"),)
        born = BirthDate(1980, number % 12 + 1, number % 28 + 1)
        reviewed = answers.pop("reviewed", REVIEWED)
        person = replace(ADULT, full_name=name, identifiers=identity, birth=born)
    else:
        given = {"deprecated_id": known.instance_id}
        reviewed, person = answers.pop("reviewed"), known.household.members[0]
    content = replace(
        household(person, **answers), ward_code=ward.code, head_name=person.full_name
    )
    record = replace(survey(review_date=reviewed, **given), household=content)
    record_id = arrive(record)
    kept[household_of(record_id).id] = record
    return record_id


def family(ward: Area, **answers: Any) -> HouseholdRow:
    return household_of(surveyed(ward, **answers))


def on_the_list(ward: Area, *items: tuple[HouseholdRow, str]) -> None:
    on = date(2020, 12, 20)
    recognise(ward, items, standard=OLD, decided_on=on, valid_from=on)


def test_the_old_law_on_the_old_data_gives_the_old_list(
    ward: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    poor, near, leaves = (
        family(ward, **POOR),
        family(ward, **NEAR),
        family(ward, **POOR),
    )
    out = family(ward, **OUT)
    on_the_list(ward, (poor, "POOR"), (near, "NEAR_POOR"), (leaves, "POOR"))
    then = {key: each.category for key, each in lists_on(OLD, DAY, None).items()}
    set_clock(monkeypatch, at(2022, 3, 1))  # since then much has happened
    depart(leaves, date(2021, 6, 1))
    surveyed(ward, kept[poor.id], reviewed=date(2021, 9, 1), **OUT)
    surveyed(
        ward, kept[poor.id], reviewed=date(2020, 9, 2), **OUT
    )  # late, of before the day
    late = family(ward, **POOR)
    on_the_list(ward, (late, "POOR"))  # a decision that was entered late

    day = ask()

    assert day.question.listed.id == day.question.asked.pack.id == OLD
    found = found_in(day)
    listed = {key: told[1] for key, told in found.items() if told[0] != OUTSIDE}
    assert listed == then == {poor.id: "POOR", near.id: "NEAR_POOR", leaves.id: "POOR"}
    assert found[out.id] == (OUTSIDE, "NON_POOR", Finding.SAME)
    assert {told[2] for told in found.values()} == {Finding.SAME}
    assert late.id not in found


@pytest.mark.sqlite_only
def test_another_law_and_other_knowledge_differ_by_name(
    ward: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    poor, near = family(ward, **POOR), family(ward, **NEAR)
    unnamed, silent = family(ward, **POOR), family(ward)
    untold = family(ward, reviewed=date(2021, 3, 1), **POOR)
    raised = family(ward, **OUT)
    items = (poor, "POOR"), (near, "POOR"), (raised, "NEAR_POOR"), (untold, "POOR")
    on_the_list(ward, *items)
    set_clock(monkeypatch, at(2021, 6, 1))

    found = found_in(ask(known_on=None))
    other = found_in(ask(standard=NEW, listed=OLD))

    assert found == {
        poor.id: ("POOR", "POOR", Finding.SAME),
        near.id: ("POOR", "NEAR_POOR", Finding.OTHER_CLASS),
        unnamed.id: (OUTSIDE, "POOR", Finding.ONLY_FOUND),
        silent.id: (OUTSIDE, "", Finding.UNCLEAR),
        untold.id: ("POOR", NOT_KNOWN, Finding.LISTED_UNCLEAR),
        raised.id: ("NEAR_POOR", "NON_POOR", Finding.ONLY_LISTED),
    }
    assert other[poor.id] == ("POOR", "NEAR_POOR", Finding.OTHER_CLASS)


@pytest.mark.sqlite_only
def test_a_ward_that_came_later_stands_for_who_lives_in_it_now(
    ward: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, at(2026, 1, 5))
    with transaction() as session:
        session.get_one(Area, ward.id).valid_to = date(2025, 7, 1)
    later = make_area(
        name="Phường Mới", parent_id=ward.parent_id, valid_from=date(2025, 7, 1)
    )
    other = make_area(parent_id=ward.parent_id, valid_from=date(2025, 7, 1))
    here, there = family(ward, **POOR), family(ward, **POOR)
    with transaction() as session:
        session.get_one(HouseholdRow, here.id).area_id = later.id
        session.get_one(HouseholdRow, there.id).area_id = other.id

    assert found_in(ask(later, known_on=None)).keys() == {here.id}
    assert found_in(ask(ward, known_on=None)).keys() == {here.id, there.id}


def test_who_asks_reads_the_differences_with_reasons_and_takes_them_home(
    app: Flask, ward: Area
) -> None:
    poor, raised = family(ward, **POOR), family(ward, **OUT)
    on_the_list(ward, (poor, "POOR"), (raised, "POOR"))
    officer = signed_in(app, make_user(role="ward", areas=[ward]))
    sent = {"on": DAY.isoformat(), "area": "", "standard": "", "listed": ""}

    form = officer.get("/scenarios/replay").text
    ahead = officer.post("/scenarios/replay/day", data={**sent, "on": "2021-02-01"})
    early = officer.post("/scenarios/replay/day", data={**sent, "on": "2020-12-20"})
    address = early.location
    page = officer.get(address).text
    everybody = officer.get(f"{address}?only=all&format=csv").data.decode("utf-8-sig")
    differing = officer.get(f"{address}?format=csv").data.decode("utf-8-sig")
    why = officer.get(f"{address}/households/{raised.id}").text

    assert "Chuẩn áp dụng ngày đó" in form
    assert (ahead.status_code, early.status_code) == (422, 303)
    assert "Danh sách có 2 hộ; 1 hộ chấm lại ra đúng như danh sách." in page
    assert "Chỉ có trong danh sách: 1 hộ" in page
    assert poor.code in everybody
    assert poor.code not in differing
    assert raised.code in differing
    assert "Thu nhập 5.000.000 đồng; chuẩn nghèo 900.000 đồng" in differing
    assert "không thiếu hụt chỉ số nào" in differing
    assert "Danh sách ngày 20/12/2020" in why
    assert "Hộ không nghèo: thu nhập 5.000.000 đồng" in why
    for garbage in ("x", "~~~~", f"vn-2016~x~{'9' * 20}~9999-99-99~-", "vn-2022~~0~~"):
        assert officer.get(f"/scenarios/replay/day/{garbage}").status_code in (200, 422)


@pytest.mark.sqlite_only
def test_a_household_out_of_sight_is_told_by_its_code(
    app: Flask, ward: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_ward()
    mine, moved = family(ward, **OUT), family(ward, **OUT)
    on_the_list(ward, (mine, "POOR"), (moved, "POOR"))
    surveyed(other, kept[moved.id], reviewed=date(2021, 2, 1), **OUT)
    set_clock(monkeypatch, at(2021, 3, 1))
    officer = signed_in(app, make_user(role="ward", areas=[ward]))
    sent = {"on": "2020-12-21", "area": "", "standard": "", "listed": ""}

    address = officer.post("/scenarios/replay/day", data=sent).location
    shown = officer.get(f"{address}?format=csv").data.decode("utf-8-sig")

    (line,) = [each for each in shown.splitlines() if moved.code in each]
    assert "đã chuyển sang địa bàn khác" in line
    assert "5.000.000" not in line
    assert mine.head_name in shown
    assert officer.get(f"{address}/households/{moved.id}").status_code == 404
