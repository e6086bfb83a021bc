"""H, A and M0 of a tiny register, counted by hand beside each number."""

import io
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import openpyxl
import pytest
from flask import Flask

from server.areas.tables import Area
from server.domain.actor import EVERYWHERE
from server.domain.poverty.cases import ADULT, member
from server.domain.poverty.load import load_pack
from server.reports.places import unit_of
from server.scenarios import measuring, queries
from server.scenarios.queries import Moment
from server.scenarios.taking import take_register
from tests.browsing import signed_in
from tests.domain.poverty.households import household
from tests.factories import make_area, make_user
from tests.server.status.households import (
    TODAY,
    at,
    make_household,
    make_ward,
    set_clock,
)

STANDARD = "vn-2022"  # 12 indicators of weight 1, three of them are many
HEAD = replace(ADULT, relation_to_head="head")


@pytest.fixture
def wards(app: Flask, monkeypatch: pytest.MonkeyPatch) -> tuple[Area, Area]:
    """Láng: two people lack three, one person lacks two. Đống Đa: three people lack
    four, two lack nothing, one has an answer missing."""
    set_clock(monkeypatch, at(2026, 11, 24))
    first, second = make_ward(name="Phường Láng"), make_ward(name="Phường Đống Đa")
    for number in (1, 2):
        make_area(level="group", parent_id=first.id, code=f"{first.code}-0{number}",
                  name=f"Tổ {number}")  # fmt: skip
    three = ("WATER", "TOILET", "TELECOM")
    dwell(first, 2, three, f"{first.code}-01")
    dwell(first, 1, three[:2], f"{first.code}-02")
    dwell(second, 3, (*three, "HOUSE_QUAL"))
    dwell(second, 2, ())
    unasked = household(HEAD, income_per_capita=1_000_000)
    unasked = replace(unasked, dwelling=replace(unasked.dwelling, water_source=None))
    make_household(second, content=unasked)
    return first, second


def dwell(ward: Area, people: int, lacks: tuple[str, ...], group: str = "") -> None:
    others = [member("adult", number) for number in range(2, people + 1)]
    content = household(HEAD, *others, lacks=lacks, income_per_capita=9_000_000)
    make_household(ward, content=replace(content, group_code=group))


def test_every_number_is_the_one_counted_by_hand(wards: tuple[Area, Area]) -> None:
    moment = Moment(STANDARD, TODAY)
    cut = take_register(moment=moment)
    unit = unit_of(EVERYWHERE, "", TODAY)

    made = measuring.measured(cut, load_pack(STANDARD), unit, EVERYWHERE)

    whole, people = made.found.whole, made.found.whole.people
    assert (whole.households.people, whole.households.left_out) == (4, 1)
    assert (people.people, people.poor, people.left_out) == (8, 5, 1)
    assert people.headcount == Fraction(5, 8)
    # 2 people lack 3 of 12, 3 people lack 4 of 12
    assert people.intensity == Fraction(2 * 3 + 3 * 4, 5 * 12)
    assert people.adjusted == people.headcount * people.intensity == Fraction(18, 96)
    assert whole.households.headcount == Fraction(2, 4)
    assert whole.households.intensity == Fraction(3 + 4, 2 * 12)
    named = {made.pack.indicators[each.place].code: each for each in people.indicators}
    assert named["WATER"].censored == Fraction(5, 8)  # the third lacks it, is not poor
    assert named["WATER"].uncensored == Fraction(6, 8)
    assert named["WATER"].contribution == Fraction(5, 18)
    assert named["HOUSE_QUAL"].contribution == Fraction(3, 18)
    assert sum(each.contribution for each in people.indicators) == 1
    dong_da, lang = made.found.wards  # the larger part first
    assert (lang.area, dong_da.area) == tuple(each.id for each in wards)
    assert (lang.contribution, dong_da.contribution) == (
        Fraction(6, 18),
        Fraction(12, 18),
    )
    assert lang.part.people.adjusted == Fraction(6, 3 * 12)
    assert dong_da.part.households.left_out == 1


def test_who_measures_reads_the_numbers_marked_and_takes_them_home(
    app: Flask, wards: tuple[Area, Area]
) -> None:
    planner = signed_in(app, make_user(role="district", areas=list(wards)))
    asked = {"standard": STANDARD, "area": "", "on": TODAY.isoformat()}

    before = planner.get("/scenarios/measure")
    measured = planner.post("/scenarios/measure", data=asked)
    page = planner.get(measured.location).text
    address = f"/scenarios/measure/table?standard={STANDARD}&on={TODAY}&format="
    table = planner.get(f"{address}csv").data.decode("utf-8-sig")
    book = openpyxl.load_workbook(io.BytesIO(planner.get(f"{address}xlsx").data))

    assert "Bấm Đo để đọc" in before.text
    assert measured.status_code == 303
    assert "2 trên 4 hộ thiếu hụt đa chiều (5 trên 8 người)" in page
    assert "62,5&nbsp;%" in page
    assert "0,188" in page
    assert "Phường Láng" in page
    assert "33,3&nbsp;%" in page
    assert "Để riêng: 1 hộ (1 người)" in page
    assert "Đây không phải là tỷ lệ hộ nghèo" in page
    assert 'class="small-number"' in page
    whole = "Toàn bộ;;4;8;1;2;5;62,5;30,0;0,188;100,0;dưới 5 hộ, chỉ dùng nội bộ"
    assert whole in table
    assert "Phường Láng" in table
    rows = [*book.active.values]
    assert rows[1][7:10] == (62.5, 30, 0.188)
    assert len(rows) == 1 + 1 + 12 + 2


def test_who_sees_one_ward_measures_one_ward(
    app: Flask, wards: tuple[Area, Area]
) -> None:
    first, second = wards
    officer = signed_in(app, make_user(role="ward", areas=[first]))
    asked = {"standard": STANDARD, "area": str(second.id), "on": TODAY.isoformat()}

    shown = officer.post("/scenarios/measure", data=asked).location
    page = officer.get(shown).text
    file = officer.get(shown.replace("/measure?", "/measure/table?format=csv&"))

    assert "1 trên 2 hộ thiếu hụt đa chiều" in page
    assert "Phường Đống Đa" not in page
    groups = page.split("Theo tổ dân phố")[-1]
    assert groups.index("Tổ 1") < groups.index("Tổ 2")  # the larger part first
    assert groups.count('class="small-number"') > 8
    table = file.data.decode("utf-8-sig")
    small = "dưới 5 hộ, chỉ dùng nội bộ"
    assert f"Tổ dân phố;Tổ 1;1;2;0;1;2;100,0;25,0;0,250;100,0;{small}" in table
    assert f"Tổ dân phố;Tổ 2;1;1;0;0;0;0,0;0,0;0,000;0,0;{small}" in table
    assert "Chưa rõ tổ" not in table


def test_a_standard_without_lacks_and_a_day_ahead_say_so(
    app: Flask, wards: tuple[Area, Area]
) -> None:
    planner = signed_in(app, make_user(role="district", areas=list(wards)))
    ahead = TODAY + timedelta(1)

    income_only = planner.get("/scenarios/measure?standard=vn-2011")
    early = planner.get(f"/scenarios/measure?on={ahead}")
    no_day = planner.get("/scenarios/measure?known_on=9999-12-31")
    no_area = planner.get(f"/scenarios/measure?area={'9' * 20}")

    assert "không đếm thiếu hụt" in income_only.text
    assert (early.status_code, no_day.status_code) == (422, 422)
    assert no_area.status_code == 200
    assert "chưa đến" in early.text
    assert planner.get(f"/scenarios/measure/table?on={TODAY}").status_code == 404
    assert queries.cut_under_way(Moment("vn-2011", TODAY)) is None
