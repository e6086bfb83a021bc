"""A scenario counted on a register: who changes class, where, and what it would cost."""

import io
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select

from server.areas.actions import load_areas
from server.areas.queries import area_on, current_area
from server.areas.tables import Area
from server.db import db
from server.domain.actor import EVERYWHERE, SYSTEM, Scope
from server.domain.people.names import fold
from server.domain.poverty.cases import ADULT
from server.domain.poverty.load import load_pack
from server.domain.problems import Refused
from server.domain.scenarios.budget import Programme
from server.domain.scenarios.scenario import NamedScenario, SupposedLine
from server.jobs.worker import run_due
from server.pipeline import HANDLERS
from server.registry.tables import HouseholdRow
from server.scenarios import actions, counting, queries, taking
from server.scenarios.tables import RegisterCut, RegisterCutPart, ScenarioRow
from server.status.tables import AssessmentRow, PovertyStatus
from tests.browsing import signed_in
from tests.domain.poverty.households import household
from tests.factories import make_user
from tests.server.status.households import (
    OFFICER,
    TODAY,
    at,
    depart,
    make_household,
    make_ward,
    set_clock,
)

STANDARD = "vn-2022"
HIGHER = (SupposedLine("income", "urban", "policy", 2_500_000),)
# No user of a test has this id, so that nobody is taken for the author.
PLANNER = replace(OFFICER, id=1_000_007)
LACKING = ("WATER", "TOILET", "TELECOM")


@pytest.fixture
def wards(app: Flask, monkeypatch: pytest.MonkeyPatch) -> tuple[Area, Area]:
    set_clock(monkeypatch, at(2026, 11, 24))
    return make_ward(name="Phường Láng"), make_ward(name="Phường Đống Đa")


def known(
    ward: Area, income: int, name: str = "Đặng Văn Ổn", **member: Any
) -> HouseholdRow:
    person = replace(ADULT, relation_to_head="head", **member)
    content = household(person, lacks=LACKING, income_per_capita=income)
    return make_household(ward, content=content, head_name=name, search_text=fold(name))


def enter(**given: Any) -> ScenarioRow:
    values: dict[str, Any] = {
        "name": "Nâng chuẩn", "standard": STANDARD, "on": TODAY, "lines": HIGHER,
        **given,
    }  # fmt: skip
    area_id = values.pop("area_id", None)
    made = NamedScenario(**values)
    row = actions.enter_scenario(by=PLANNER, scenario=made, area_id=area_id)
    taking.take_register(moment=counting.moment_of(made))
    return row


def count(row: ScenarioRow, scope: Scope = EVERYWHERE) -> counting.Counted:
    cut = queries.find_cut(counting.moment_of(queries.scenario_of(row)))
    assert cut is not None
    return counting.count(row, cut, scope)


def test_a_higher_line_moves_those_between_the_two_lines_and_nobody_else(
    wards: tuple[Area, Area],
) -> None:
    first, second = wards
    at_line, above, at_new, beyond = (
        known(first, income) for income in (2_000_000, 2_000_001, 2_500_000, 2_500_001)
    )
    known(second, 2_100_000, ethnicity="02", has_merit=True)
    gone = known(second, 2_100_000)
    depart(gone, date(2026, 11, 1))

    found = count(enter())

    whole = found.breakdown.whole
    assert (whole.households, whole.changed) == (5, 3)
    assert (whole.before("POOR"), whole.after("POOR")) == (1, 4)
    moved = {found.population.household_id(n)
             for n in (found.before != found.after).nonzero()[0]}  # fmt: skip
    assert {above.id, at_new.id} < moved
    assert not moved & {at_line.id, beyond.id, gone.id}
    by_ward = {found.places[line.key]: line.changed for line in found.breakdown.wards}
    assert by_ward == {"Phường Láng": 2, "Phường Đống Đa": 1}
    assert {line.key: line.changed for line in found.breakdown.ethnicity}["2"] == 1
    merit = {line.key: line for line in found.breakdown.groups}["merit"]
    assert (merit.households, merit.changed) == (1, 1)


def test_nothing_of_a_scenario_reaches_the_law_or_a_household(
    wards: tuple[Area, Area],
) -> None:
    row = known(wards[0], 2_100_000)
    content, law = row.content_hash, load_pack(STANDARD).content_hash

    found = count(enter())

    assert found.breakdown.whole.changed == 1
    assert load_pack(STANDARD).content_hash == law
    assert db.session.get_one(HouseholdRow, row.id).content_hash == content
    assert db.session.scalars(select(PovertyStatus)).all() == []
    assert db.session.scalars(select(AssessmentRow)).all() == []


def test_a_budget_multiplies_amounts_that_somebody_typed_in(
    wards: tuple[Area, Area],
) -> None:
    known(wards[0], 1_500_000)
    known(wards[0], 2_100_000)
    programme = Programme("Tiền điện", 60_000, "household", 12, ("POOR",), "QĐ 28/2014")
    per_person = replace(programme, name="BHYT", unit="person", times=1)

    found = count(enter(programmes=(programme, per_person)))

    (_, before, after), (_, _, people) = found.costs
    assert (before.amount, after.amount) == (720_000, 1_440_000)
    assert people.amount == 60_000 * people.people


def test_who_sees_one_ward_counts_one_ward(wards: tuple[Area, Area]) -> None:
    first, second = wards
    known(first, 2_100_000)
    known(second, 2_100_000)
    row = enter()

    assert count(row).breakdown.whole.households == 2
    assert count(row, Scope(frozenset({first.id}))).breakdown.whole.households == 1


def test_what_makes_no_standard_or_names_no_source_is_refused_with_its_value(
    wards: tuple[Area, Area],
) -> None:
    bare = Programme("Tiền điện", 60_000, "household", 12, ("POOR",), " ")

    with pytest.raises(Refused) as refused:
        enter(name=" ", deprivation_cut=99, programmes=(bare,), on=TODAY + timedelta(1))

    assert {each.code for each in refused.value.problems} == {
        "scenario_without_name", "scenario_cut_unreachable",
        "programme_without_source", "scenario_day_ahead",
    }  # fmt: skip


def test_a_register_taken_anew_is_todays_and_replaces_the_former(
    wards: tuple[Area, Area],
) -> None:
    known(wards[0], 2_100_000)
    row = enter()
    known(wards[0], 2_100_000)

    before = count(row).breakdown.whole.households
    taking.take_register(moment=counting.moment_of(queries.scenario_of(row)), anew=True)

    assert (before, count(row).breakdown.whole.households) == (1, 2)
    assert len(db.session.scalars(select(RegisterCut)).all()) == 1
    assert len(db.session.scalars(select(RegisterCutPart)).all()) == 1


def test_a_large_register_is_taken_by_a_job_that_goes_on_where_it_was(
    wards: tuple[Area, Area], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "SMALL_REGISTER", 2)
    monkeypatch.setattr(taking, "AT_ONCE", 2)
    for _ in range(5):
        known(wards[0], 2_100_000)
    row = enter()
    moment = counting.moment_of(queries.scenario_of(row))

    waiting = queries.cut_under_way(moment)
    run_due(HANDLERS)

    assert waiting is not None
    assert waiting.progress_total == 5
    assert count(row).breakdown.whole.changed == 5
    taking.take(waiting.id)  # twice is once
    assert len(db.session.scalars(select(RegisterCutPart)).all()) == 3


def test_a_planner_makes_reads_and_puts_away_a_scenario(
    app: Flask, wards: tuple[Area, Area]
) -> None:
    first, second = wards
    found = known(first, 2_100_000)
    known(first, 1_000_000, "Bùi Thị Sáu")
    other = known(second, 2_100_000)
    planner = signed_in(app, make_user(role="ward", areas=[first]))
    sent = {
        "name": "Nâng chuẩn <thành thị>", "standard": STANDARD, "on": TODAY.isoformat(),
        "line:income:urban:policy": "2.500.000", "line:income:rural:policy": "1.500.000",
        "programme:0": "Tiền điện", "amount:0": "60.000", "times:0": "12",
        "paid:0:POOR": "1", "source:0": "QĐ 28/2014",
    }  # fmt: skip

    saved = planner.post("/scenarios/save", data=sent)
    key = saved.location.rpartition("/")[2]
    page = planner.get(saved.location)
    listed = planner.get(f"/scenarios/{key}/households?q=dang van on")
    book = planner.get(f"/scenarios/{key}/households?format=xlsx").data
    table = planner.get(f"/scenarios/{key}/table?format=csv").data.decode("utf-8-sig")
    why = planner.get(f"/scenarios/{key}/households/{found.id}")
    planner.post(f"/scenarios/{key}/put-away")
    away = planner.get("/scenarios/")
    planner.post(f"/scenarios/{key}/bring-back")
    back = planner.get(f"/scenarios/{key}")

    text = page.text
    assert "Kịch bản không phải là luật" in text
    assert "1 trên 2 hộ đổi diện" in text
    assert "720.000" in text
    assert "Nâng chuẩn &lt;thành thị&gt;" in text
    assert found.code in listed.text
    assert found.code in str([*openpyxl.load_workbook(io.BytesIO(book)).active.values])
    assert "dưới 5 hộ" in table
    assert "2.500.000" in why.text
    assert "Đã cất kịch bản" in away.text
    assert back.status_code == 200
    assert planner.get(f"/scenarios/{key}/households/{other.id}").status_code == 404


def test_somebody_else_reads_a_scenario_of_the_ward_and_cannot_change_it(
    app: Flask, wards: tuple[Area, Area]
) -> None:
    first, second = wards
    row = enter(area_id=first.id)
    same, elsewhere = (
        signed_in(app, make_user(role="ward", areas=[each])) for each in (first, second)
    )

    assert same.get(f"/scenarios/{row.key}").status_code == 200
    assert same.post(f"/scenarios/{row.key}/put-away").status_code == 403
    assert "Lập kịch bản từ đây" in same.get(f"/scenarios/{row.key}").text
    assert elsewhere.get(f"/scenarios/{row.key}").status_code == 404
    assert same.get("/scenarios/").text.count(row.key) >= 1
    assert row.key not in elsewhere.get("/scenarios/").text


def test_a_bad_number_is_named_and_the_form_keeps_what_was_typed(
    app: Flask, wards: tuple[Area, Area]
) -> None:
    planner = signed_in(app, make_user(role="district", areas=list(wards)))
    sent = {
        "name": "Thử", "standard": STANDARD, "on": TODAY.isoformat(),
        "line:income:urban:policy": "hai triệu",
    }  # fmt: skip

    page = planner.post("/scenarios/save", data=sent)

    assert page.status_code == 422
    assert page.text.count("hai triệu") >= 2


def test_a_past_day_counts_by_the_wards_of_that_day(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, at(2026, 11, 24))
    load_areas(by=SYSTEM)
    then = area_on("00178", date(2019, 12, 10))
    now, _ = current_area("00178", date(2019, 12, 10))
    assert then is not None
    assert now is not None
    person = replace(ADULT, relation_to_head="head")
    content = household(person, lacks=LACKING, income_per_capita=2_100_000)
    make_household(
        now, content=replace(content, ward_code="00178"), reviewed=date(2019, 10, 1)
    )

    found = count(enter(on=date(2019, 12, 10)))

    assert [line.key for line in found.breakdown.wards] == [str(then.id)]


def test_a_list_whose_register_was_not_read_says_what_to_do(
    app: Flask, wards: tuple[Area, Area]
) -> None:
    unread = NamedScenario("Chưa đọc", STANDARD, TODAY)
    row = actions.enter_scenario(by=PLANNER, scenario=unread, area_id=wards[0].id)
    planner = signed_in(app, make_user(role="admin"))

    answer = planner.get(f"/scenarios/{row.key}/households")

    assert answer.status_code == 422
    assert "bấm “Đọc sổ hộ”" in answer.text
