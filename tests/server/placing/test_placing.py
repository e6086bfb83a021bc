"""Households of divided wards wait, get a suggestion, are placed and placed back."""

from datetime import date
from typing import Any

import pytest
from flask import Flask

from server.accounts.sessions import start_session
from server.areas.actions import add_groups, load_areas
from server.areas.queries import area_on
from server.areas.tables import Area
from server.db import db, transaction
from server.domain.actor import EVERYWHERE, SYSTEM, Actor, Scope
from server.domain.problems import Refused
from server.domain.survey.record import Position
from server.jobs.worker import run_due
from server.pipeline import HANDLERS
from server.placing import actions, queries
from server.placing.suggesting import Waiting, metres_between, waiting_of
from server.registry.queries import household_of
from server.registry.tables import HouseholdRow
from tests.browsing import Browser, rows
from tests.factories import make_user
from tests.server.review.surveys import arrive, survey

BEFORE, TODAY = date(2025, 3, 1), date(2026, 11, 23)
# Phương Liên - Trung Tự, divided between Kim Liên (00229) and Văn Miếu - Quốc Tử Giám,
# whose code is 00226 again.
DIVIDED = "00226"
OFFICER = Actor("user", 3, "Lê Thị Phường")
NAMES = ("Nguyễn Văn An", "Trần Thị Bích", "Lê Hồng Cẩm", "Phạm Quốc Dũng", "Hoàng Én",
         "Đỗ Gia Phú", "Bùi Thị Hoà")  # fmt: skip


@pytest.fixture(autouse=True)
def loaded(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.clock.today", lambda: TODAY)
    load_areas(by=SYSTEM)


def ward(code: str) -> Area:
    found = area_on(code, TODAY)
    assert found is not None
    return found


def old(place: int, **given: Any) -> str:
    """A household that was surveyed before its ward was divided."""
    values = {"ward_code": DIVIDED, "review_date": BEFORE, **given}
    return household_of(arrive(survey(NAMES[place], str(1940 + place), **values))).id


def waiting() -> dict[str, Waiting]:
    db.session.rollback()
    db.session.expire_all()
    found = db.session.scalars(queries.waiting(EVERYWHERE)).all()
    return {each.household.id: each for each in waiting_of(found)}


def place(places: dict[str, Area], **given: Any) -> Any:
    wanted = {household_id: area.id for household_id, area in places.items()}
    made = actions.place(
        by=OFFICER, scope=EVERYWHERE, reason="đã hỏi tổ trưởng", places=wanted, **given
    )
    run_due(HANDLERS)
    return made


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def test_a_household_of_a_divided_ward_waits_with_a_guess_that_is_called_one() -> None:
    household_id = old(0)

    (one,) = waiting().values()

    assert one.household.id == household_id
    assert [area.code for area in one.candidates] == ["00229", "00226"]
    assert one.suggestion is not None
    assert (one.suggestion.basis, one.suggestion.area.code) == ("default", "00229")


def test_a_code_that_is_used_again_means_the_ward_of_today_when_it_is_placed() -> None:
    household_id = old(0)

    placed = place({household_id: ward("00226")})

    assert waiting() == {}
    row = db.session.get_one(HouseholdRow, household_id)
    assert (row.area_id, row.needs_area_review) == (ward("00226").id, False)
    actions.undo(by=OFFICER, placement_id=placed.id)
    run_due(HANDLERS)
    assert list(waiting()) == [household_id]
    with pytest.raises(Refused) as refused:
        actions.undo(by=OFFICER, placement_id=placed.id)
    assert codes(refused) == ["placement_already_undone"]


@pytest.mark.sqlite_only
def test_neighbours_suggest_the_ward_they_are_in() -> None:
    near = [Position(21.0100 + n / 10_000, 105.8400) for n in range(4)]
    placed = [old(n, position=near[n]) for n in range(3)]
    place({each: ward("00226") for each in placed})
    far = old(4, position=Position(21.03, 105.80))
    close = old(3, position=near[3])

    found = waiting()

    suggestion = found[close].suggestion
    assert suggestion is not None
    assert (suggestion.basis, suggestion.area.code) == ("gps", "00226")
    assert (suggestion.agreeing, suggestion.of) == (3, 3)
    assert found[far].suggestion is not None
    assert found[far].suggestion.basis == "default"


@pytest.mark.sqlite_only
def test_a_survey_since_the_division_is_a_neighbour_too() -> None:
    for n in range(3):
        old(n, ward_code="00226", review_date=date(2026, 5, 1),
            position=Position(21.01, 105.84 + n / 10_000))  # fmt: skip
    household_id = old(3, position=Position(21.0101, 105.84))

    suggestion = waiting()[household_id].suggestion

    assert suggestion is not None
    assert (suggestion.basis, suggestion.area.code) == ("gps", "00226")


@pytest.mark.sqlite_only
def test_the_old_group_suggests_unless_it_was_divided_itself() -> None:
    first, second, third = (old(n) for n in range(3))
    for household_id in (first, second, third):
        _in_group(household_id, "00226-05")
    place({first: ward("00226")})
    _in_group(first, "00226-05")

    suggestion = waiting()[second].suggestion
    assert suggestion is not None
    assert (suggestion.basis, suggestion.area.code) == ("group", "00226")

    place({second: ward("00229")})
    for household_id in (first, second):
        _in_group(household_id, "00226-05")
    suggestion = waiting()[third].suggestion
    assert suggestion is not None
    assert suggestion.basis == "default"


def _in_group(household_id: str, code: str) -> None:
    """As if the survey had named the group."""
    with transaction() as session:
        session.get_one(HouseholdRow, household_id).group_code = code


@pytest.mark.sqlite_only
def test_all_are_placed_or_none() -> None:
    first, second = old(0), old(1)

    with pytest.raises(Refused) as refused:
        place({first: ward("00226"), second: ward("00190")})

    assert codes(refused) == ["placement_ward_unfit"]
    assert len(waiting()) == 2
    with pytest.raises(Refused) as refused:
        actions.place(
            by=OFFICER, scope=Scope(frozenset()), places={first: ward("00226").id},
            reason="x",
        )  # fmt: skip
    assert codes(refused) == ["household_not_found"]
    for given, code in (
        ({"places": {}}, "placement_without_households"),
        ({"places": {first: 1}, "reason": " "}, "reason_missing"),
    ):
        with pytest.raises(Refused) as refused:
            actions.place(
                **{"by": OFFICER, "scope": EVERYWHERE, "reason": "x", **given}
            )
        assert codes(refused) == [code]


@pytest.mark.sqlite_only
def test_the_page_places_many_at_once_and_takes_them_back(client: Browser) -> None:
    add_groups(by=SYSTEM, ward_id=ward("00229").id, names=["Tổ 1"])
    ids = [old(n) for n in range(3)]
    token = start_session(user=make_user(role="admin"))
    client.set_cookie("ra_soat_session", token)
    page = client.get("/placing/").text
    assert "Chỉ là phỏng đoán" in page

    sent = {"households": ids, "reason": "tổ trưởng xác nhận"}
    chosen = {f"ward_{each}": ward("00226").id for each in ids}
    answer = client.post("/placing/", data={**sent, **chosen, "ward": ""})

    assert answer.status_code == 303
    run_due(HANDLERS)
    assert rows(client.get("/placing/?format=csv")) == []
    assert [r["Số hộ"] for r in rows(client.get("/placing/history?format=csv"))] == [
        "3"
    ]
    assert client.post("/placing/1/undo").status_code == 303
    run_due(HANDLERS)
    assert len(rows(client.get("/placing/?format=csv&q=tran+thi+bich"))) == 1
    assert client.post("/placing/", data={"households": ids[:1]}).status_code == 422


@pytest.mark.sqlite_only
def test_metres_are_metres() -> None:
    assert 1100 < metres_between((21.01, 105.84), (21.02, 105.84)) < 1125
