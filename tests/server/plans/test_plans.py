"""The plan of 2019, met and missed; and plans on screen."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from server import clock
from server.areas import queries as areas
from server.areas.actions import load_areas
from server.areas.tables import Area
from server.db import db
from server.domain.actor import EVERYWHERE, SYSTEM, Scope
from server.domain.plans.plan import Activity, Target
from server.domain.poverty.cases import ADULT
from server.domain.poverty.pack import PovertyCategory
from server.plans import queries
from server.plans.actions import (
    enter_plan,
    import_plan,
    restore_plan,
    set_activity_state,
    take_back_plan,
)
from server.plans.near import nearest
from server.plans.progress import PlanProgress, progress_of
from server.plans.tables import ActivityState, PlanRow
from server.registry.tables import HouseholdRow
from server.status.actions import assess
from tests.browsing import signed_in
from tests.domain.poverty.households import household
from tests.factories import make_user
from tests.server.status.households import (
    OFFICER,
    at,
    make_household,
    make_ward,
    recognise,
    set_clock,
)

STANDARD = "vn-hanoi-2016"
BEFORE, HALF, LATE = date(2018, 12, 20), date(2019, 6, 20), date(2019, 12, 10)
REVIEWED = date(2018, 10, 1)
EXAMPLE = queries.examples()["dong-da-2019"]


@pytest.fixture
def year(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[HouseholdRow]:
    """2019 in two wards of Đống Đa: 48 poor households at the start, 29 near-poor."""
    set_clock(monkeypatch, at(2019, 12, 31))
    load_areas(by=SYSTEM)
    first, second = (areas.area_on(code, LATE) for code in ("00178", "00190"))
    assert first is not None
    assert second is not None
    merit = household(
        replace(ADULT, relation_to_head="head", has_merit=True),
        lacks=("WATER", "TOILET", "TELECOM"), income_per_capita=1_200_000,
    )  # fmt: skip
    poor = [make_household(first, content=merit, reviewed=REVIEWED)]
    poor += [known(first if n % 2 else second) for n in range(47)]
    near = [known(second) for _ in range(29)]
    say(poor + near, ["POOR"] * 48 + ["NEAR_POOR"] * 29, BEFORE)
    return poor + near


def known(ward: Area) -> HouseholdRow:
    person = replace(ADULT, relation_to_head="head", has_merit=False)
    content = household(
        person, lacks=("WATER", "TOILET", "TELECOM"), income_per_capita=1_500_000
    )
    return make_household(ward, content=content, reviewed=REVIEWED)


def say(rows: list[HouseholdRow], categories: list[str], on: date) -> None:
    """Decisions of each ward from a day on."""
    found: dict[int, list[tuple[HouseholdRow, str]]] = {}
    for row, category in zip(rows, categories, strict=True):
        found.setdefault(row.area_id or 0, []).append((row, category))
    for area_id, items in found.items():
        area = areas.get_area(area_id)
        recognise(area, items, standard=STANDARD, valid_from=on, decided_on=on)


def ask(scope: Scope = EVERYWHERE, **when: Any) -> PlanProgress:
    row = db.session.scalars(
        select(PlanRow).where(PlanRow.superseded_at.is_(None))
    ).one()
    asked: dict[str, Any] = {"on": date(2019, 12, 31), "known_on": None, **when}
    return progress_of(
        queries.plan_of(row), areas.get_area(row.area_id), scope, **asked
    )


def test_the_plan_of_2019_is_missed_by_one_household_and_then_met(
    app: Flask, year: list[HouseholdRow], monkeypatch: pytest.MonkeyPatch
) -> None:
    import_plan(by=OFFICER, text=EXAMPLE)
    poor, near = year[:48], year[48:]
    say(poor[1:43] + near, ["NON_POOR"] * 71, HALF)

    missed = ask()
    say([poor[43]], ["NON_POOR"], LATE)
    missed_by_merit = ask()
    say([poor[0]], ["NEAR_POOR"], LATE)
    met = ask()

    assert missed.total["POOR"].reached == 42
    assert missed.total["POOR"].remaining == 1
    assert missed.total["NEAR_POOR"].is_met
    assert missed_by_merit.total["POOR"].is_met
    assert missed_by_merit.none_left[0][1].left == (poor[0].id,)
    assert met.total["POOR"].reached == 44
    assert met.none_left[0][1].is_met is True
    assert met.total["NEAR_POOR"].is_met is False  # one fell onto it: 28 of 29
    assert len(met.wards) == 21  # those of 2019
    per_ward = [ward.lists["POOR"].reached for ward in met.wards]
    assert sum(per_ward) == 44
    assert sorted(filter(None, per_ward)) == [22, 22]


@pytest.mark.sqlite_only
def test_the_named_households_come_with_what_each_lacks(
    app: Flask, year: list[HouseholdRow]
) -> None:
    import_plan(by=OFFICER, text=EXAMPLE)

    found = nearest(ask(), PovertyCategory.POOR)

    assert len(found) == 48
    ways = {(n.reach.fewer_lacks, n.reach.more) for n in found if n.reach}
    # By the law of 2016, who is poor by income is not helped by fewer lacks, and with
    # three of them stays poor up to the minimum line.
    assert ways == {(1, 450_001), (None, 750_001)}
    last = found[-1]
    assert last.household_id == year[0].id
    assert last.must_go
    assert last.reach is not None
    assert set(last.reach.lacking) == {"WATER", "TOILET", "TELECOM"}


@pytest.mark.sqlite_only
def test_a_ward_sees_its_own_part_of_the_plan(
    app: Flask, year: list[HouseholdRow]
) -> None:
    import_plan(by=OFFICER, text=EXAMPLE)
    ward_id = year[0].area_id or 0

    found = ask(Scope(frozenset({ward_id})))

    assert [ward.key for ward in found.wards] == [str(ward_id)]
    assert not found.is_whole
    assert ask().is_whole


def test_a_running_plan_counts_on_what_was_assessed_and_not_recognised(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, at(2026, 11, 24))
    ward = make_ward(name="Phường Láng")
    up, stays = make_household(ward, "NEAR_POOR"), make_household(ward, "POOR")
    fallen = make_household(ward, "POOR")
    recognise(ward, [(up, "POOR"), (stays, "POOR")], valid_from=date(2025, 12, 20))
    assess(household_ids=[up.id, stays.id, fallen.id])
    plan = replace(
        queries.plan_of(import_plan(by=OFFICER, text=_for(ward))),
        targets=(Target("POOR", 1),),
    )
    enter_plan(by=OFFICER, plan=plan)

    found = ask(on=clock.today()).total["POOR"]

    assert (found.counts.waiting_off, found.counts.waiting_on) == (1, 1)
    assert (found.reached, found.projected) == (0, 0)
    assert len(queries.versions_of(plan.key)) == 2


def _for(ward: Area) -> str:
    return (
        EXAMPLE.replace('"006"', f'"{ward.code}"')
        .replace("2019-01-01", "2026-01-01")
        .replace("2019-12-31", "2026-12-31")
        .replace(STANDARD, "vn-2022")
    )


@pytest.mark.sqlite_only
def test_a_plan_is_taken_back_and_comes_back(app: Flask) -> None:
    load_areas(by=SYSTEM)
    row = import_plan(by=OFFICER, text=EXAMPLE)

    take_back_plan(by=OFFICER, key=row.key)
    gone = db.session.scalars(queries.plans(EVERYWHERE)).all()
    restore_plan(by=OFFICER, key=row.key)

    assert gone == []
    assert queries.plan_of(queries.get_plan(row.key, EVERYWHERE)).number == row.number


@pytest.mark.sqlite_only
def test_the_state_of_an_activity_is_kept_with_its_history(app: Flask) -> None:
    load_areas(by=SYSTEM)
    plan = queries.plan_of(import_plan(by=OFFICER, text=EXAMPLE))
    due = date(2019, 6, 30)
    activity = Activity("1", "Mở phiên việc làm", "Phòng LĐTBXH", due, "official")
    enter_plan(by=OFFICER, plan=replace(plan, activities=(activity,)))

    for state in ("doing", "done"):
        set_activity_state(by=OFFICER, key=plan.key, activity_key="1", state=state)

    assert queries.states_of(plan.key)["1"].state == "done"
    assert len(db.session.scalars(select(ActivityState)).all()) == 2


@pytest.mark.sqlite_only
def test_a_plan_is_made_edited_and_followed_on_screen(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, at(2026, 11, 24))
    ward = make_ward(name="Phường Láng")
    poor = make_household(ward, "POOR", head_name="Bùi Thị Lan")
    recognise(ward, [(poor, "POOR")], valid_from=date(2025, 12, 20))
    admin = signed_in(app, make_user(role="admin"))
    officer = signed_in(app, make_user(areas=[ward]))
    sent = {
        "number": "12/KH-UBND", "title": "Giảm nghèo 2026", "area_code": ward.code,
        "standard": "vn-2022", "start": "2026-01-01", "end": "2026-12-31",
        "source": "12/KH-UBND", "target:POOR:": "1", "measure:POOR": "net",
        "none_left:POOR": "1", "activity_name:new0": "Thăm từng hộ",
        "activity_unit:new0": "Tổ dân phố", "activity_due:new0": "2026-06-30",
    }  # fmt: skip

    refused = admin.post("/plans/save", data={**sent, "area_code": "nowhere"})
    made = admin.post("/plans/save", data=sent)
    page = officer.get(made.location).text
    officer.post(
        f"{made.location}/activity", data={"activity_key": "1", "state": "done"}
    )
    edited = admin.get(f"{made.location}/edit").text
    near = officer.get(f"{made.location}/POOR").text

    assert "Không có địa bàn mã nowhere" in refused.text
    assert "Giảm nghèo 2026" in refused.text  # nothing typed is lost
    assert "Còn 1 hộ" in page
    assert "quá hạn" in page
    assert "quá hạn" not in officer.get(made.location).text
    assert "Thăm từng hộ" in edited
    assert "Bùi Thị Lan" in near
    assert "Bớt 1 chỉ số thiếu hụt" in near
    assert officer.post("/plans/save", data=sent).status_code == 403
    assert officer.get(f"{made.location}/RICH").status_code == 404
    exported = officer.get(f"{made.location}/POOR?format=csv&far=one").data.decode()
    assert "Bùi Thị Lan" in exported
    shown = signed_in(app, make_user(areas=[make_ward()])).get(made.location)
    assert shown.status_code == 404


@pytest.mark.sqlite_only
def test_the_example_is_entered_and_taken_back_on_screen(app: Flask) -> None:
    load_areas(by=SYSTEM)
    admin = signed_in(app, make_user(role="admin"))

    made = admin.post("/plans/import", data={"example": "dong-da-2019"})
    page = admin.get(made.location).text
    nothing = admin.post("/plans/import", data={})
    admin.post(f"{made.location}/take-back")

    assert "108/KH-UBND" in page
    assert "Chưa biết hết về kế hoạch này (5 điểm)" in page
    assert "Chưa chọn kế hoạch mẫu" in nothing.text
    assert admin.get(made.location).status_code == 404
