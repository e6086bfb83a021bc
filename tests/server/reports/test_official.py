"""The official tables asked of a register, on both databases."""

import io
from datetime import date
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook

from server import clock
from server.areas.tables import Area
from server.domain.actor import EVERYWHERE, Scope
from server.domain.poverty.cases import ADULT, CHILD, household, member
from server.domain.reporting.definition import catalogue
from server.domain.reporting.table import TOTAL
from server.registry.tables import HouseholdRow
from server.reports.actions import enter_residents
from server.reports.official import Official
from server.reports.official_asked import asked, asked_by_key
from server.reports.official_workbook import write_xlsx
from server.reports.sheet import Sheet, sheet_of
from tests.browsing import Browser, signed_in
from tests.factories import make_area, make_user
from tests.server.status.households import (
    OFFICER,
    at,
    depart,
    make_household,
    make_ward,
    recognise,
    set_clock,
)

BEFORE, DURING = date(2025, 12, 20), date(2026, 10, 25)
REVIEWED = date(2025, 10, 1)
CODES = tuple(catalogue().tables)


def family(ward: Area, *people: Any, **given: Any) -> HouseholdRow:
    """A household reviewed before both lists, about which much is known."""
    names = ("causes", "needs", "support_received", "ward_code")
    said = {name: given.pop(name) for name in names if name in given}
    lacks = given.pop("lacks", ())
    made = household(*people, lacks=lacks, b1_score=100)
    content = type(made)(
        **{
            **{f: getattr(made, f) for f in made.__dataclass_fields__},
            **said,
        }
    )
    return make_household(ward, content=content, reviewed=REVIEWED, **given)


@pytest.fixture
def wards(app: Flask) -> list[Area]:
    """Two wards with a year behind them: somebody stays, rises, falls, is new, leaves."""
    first, second = make_ward(name="Phường A"), make_ward(name="Phường B")
    group = make_area(
        level="group", parent_id=first.id, name="Tổ 1", code=f"{first.code}-01"
    )
    merit = member("adult", 2, relation_to_head="head", has_merit=True, ethnicity="08")
    stay = family(first, merit, CHILD, lacks=("WATER",), group_code=group.code,
                  causes=("illness",), needs=("housing",))  # fmt: skip
    rise, fall = (
        family(first),
        family(first, ADULT, CHILD, causes=("capital", "labour")),
    )
    gone, new = family(second), family(second, lacks=("WATER", "TOILET"))
    lists = [(stay, "POOR"), (rise, "POOR"), (fall, "NEAR_POOR")]
    recognise(first, lists, valid_from=BEFORE)
    recognise(second, [(gone, "POOR")], valid_from=BEFORE)
    recognise(first, [(rise, "NON_POOR"), (fall, "POOR")], valid_from=DURING)
    recognise(second, [(new, "NEAR_POOR")], valid_from=DURING)
    depart(gone, date(2026, 9, 1))
    return [first, second]


def fill(code: str, scope: Scope = EVERYWHERE, **args: str) -> Official:
    return asked(args, scope).fill(catalogue().tables[code])


def sheet(found: Official) -> Sheet:
    about = asked({}, EVERYWHERE).about(clock.today(), "vi")
    return sheet_of(found.table, found.register, about)


def test_every_cell_of_every_table_opens_into_its_households(
    app: Flask, wards: list[Area]
) -> None:
    officer = signed_in(app, make_user(areas=wards))
    key = asked({}, Scope(frozenset(each.id for each in wards))).key
    opened = 0
    for code in CODES:
        found = fill(code)
        for measure in found.table.measures:
            for row in found.table.rows:
                cell = found.table.cell(row.key, measure.code)
                if measure.count != "residents" and isinstance(cell.value, int):
                    assert cell.value == sum(weight for _, weight in cell.counted)
        assert found.table.is_sound, (code, found.table.checks)
        measure = next(m for m in found.table.measures if m.count != "residents")
        expected = found.table.cell(TOTAL, measure.code).counted
        address = f"/reports/tables/{code}/{key}/{TOTAL}/{measure.code}/counted"
        rows = officer.get(f"{address}?format=csv").data.decode().splitlines()[1:]
        assert len(rows) == len(expected), code
        opened += len(expected)
    assert opened > 15


def test_the_year_of_two_wards_comes_out_even(app: Flask, wards: list[Area]) -> None:
    table = fill("poor_movement").table

    values = {
        measure.code: table.cell(TOTAL, measure.code).value
        for measure in table.measures
        if measure.count == "households"
    }
    assert values == {
        "start": 3, "exited": 1, "to_near": 0, "moved_out": 1,
        "from_near": 1, "again": 0, "new": 0, "moved_in": 0, "end": 2,
    }  # fmt: skip


def test_one_ward_has_its_groups_as_rows_and_one_group_is_one_row(
    app: Flask, wards: list[Area]
) -> None:
    ward = fill("summary", unit=str(wards[0].id))
    group = next(key for key in (r.key for r in ward.table.rows) if "-01" in key)
    area = next(
        each for _, found in asked({"unit": str(wards[0].id)}, EVERYWHERE).units
        for each in found if each.code == group
    )  # fmt: skip
    alone = fill("summary", unit=str(area.id))

    assert [row.name.vi for row in ward.table.rows] == [
        "Tổ 1", "Chưa rõ tổ", "Tổng cộng",
    ]  # fmt: skip
    assert alone.table.cell(TOTAL, "poor").value == 1
    assert alone.table.cell(TOTAL, "poor_persons").value == 2


def test_a_rate_needs_the_residents_and_uses_what_was_known(
    app: Flask, wards: list[Area], monkeypatch: pytest.MonkeyPatch
) -> None:
    without = fill("summary")
    for ward in wards:
        enter_residents(
            by=OFFICER, area_id=ward.id, on=date(2026, 1, 1), households=400,
            persons=None, source="Báo cáo 1/BC",
        )  # fmt: skip
    known = fill("summary")
    set_clock(monkeypatch, at(2026, 11, 26))

    assert without.table.cell(TOTAL, "poor_rate").value is None
    assert str(known.table.cell(TOTAL, "poor_rate").value) == "0.25"
    assert (
        fill("summary", known="2026-11-23").table.cell(TOTAL, "residents").value is None
    )


def test_the_number_of_a_ward_serves_its_total_while_groups_have_none(
    app: Flask, wards: list[Area]
) -> None:
    enter_residents(
        by=OFFICER, area_id=wards[0].id, on=date(2026, 1, 1), households=400,
        persons=900, source="Báo cáo 1/BC",
    )  # fmt: skip

    table = fill("summary", unit=str(wards[0].id)).table

    assert table.cell(TOTAL, "residents").value == 400
    assert table.cell(table.rows[0].key, "residents").value is None


def test_a_survey_after_the_day_tells_nothing_of_it(
    app: Flask, wards: list[Area]
) -> None:
    found = fill("poor_lacks", to="2025-12-25")
    early = fill("poor_lacks", to="2025-09-30", **{"from": "2025-01-01"})

    assert found.table.cell(TOTAL, "poor").value == 3
    assert found.table.cell(TOTAL, "lacks.WATER").value == 1
    assert early.table.cell(TOTAL, "poor").value == 0


def test_the_question_stands_in_one_word_too(app: Flask, wards: list[Area]) -> None:
    args = {"unit": str(wards[0].id), "to": "2026-10-31", "known": "2026-11-01"}
    first = asked(args, EVERYWHERE)

    assert asked_by_key(first.key, EVERYWHERE).args == first.args
    assert asked_by_key("x~y", EVERYWHERE).args == asked({}, EVERYWHERE).args


@pytest.mark.sqlite_only
def test_a_workbook_reads_back_equal_and_comes_out_the_same_twice(
    app: Flask, wards: list[Area]
) -> None:
    for code in CODES:
        made = sheet(fill(code))
        content = write_xlsx(made)

        assert content == write_xlsx(sheet(fill(code))), code
        page = load_workbook(io.BytesIO(content)).active
        assert page is not None
        cells = [tuple(cell.value for cell in row) for row in page.iter_rows()]
        start = next(n for n, row in enumerate(cells) if row[:2] == ("A", "B")) + 1
        for line, row in zip(made.lines, cells[start:], strict=False):
            assert list(map(plain, row[: len(line.values)])) == list(
                map(plain, line.values)
            ), code
        assert len(page.merged_cells.ranges) > 8
        texts = {value for row in cells for value in row if isinstance(value, str)}
        assert {"Độc lập - Tự do - Hạnh phúc", "NGƯỜI LẬP BIỂU", "CHỦ TỊCH"} <= texts


def plain(value: Any) -> Any:
    """Numbers alike, however they were kept."""
    return value if isinstance(value, str | None) else float(value)


@pytest.mark.sqlite_only
def test_the_pages_of_a_table_work_and_say_what_is_missing(
    app: Flask, wards: list[Area]
) -> None:
    officer: Browser = signed_in(app, make_user(areas=wards))

    assert "Biểu báo cáo" in officer.get("/reports/tables").text
    for code in CODES:
        page = officer.get(f"/reports/tables/{code}")
        assert page.status_code == 200, code
        assert officer.get(f"/reports/tables/{code}/print").status_code == 200
        assert officer.get(f"/reports/tables/{code}?format=csv").status_code == 200
    assert (
        "chưa nhập “Tổng số hộ dân cư”" in officer.get("/reports/tables/summary").text
    )
    assert "chưa đối chiếu văn bản" in officer.get("/reports/tables/groups").text
    assert officer.get("/reports/tables/nonsense").status_code == 404
    wrong = "/reports/tables/summary/x/total/nonsense/counted"
    assert officer.get(wrong).status_code == 404


@pytest.mark.sqlite_only
def test_a_table_of_another_ward_is_not_given(app: Flask, wards: list[Area]) -> None:
    other = signed_in(app, make_user(areas=[make_ward(name="Phường C")]))

    page = other.get(f"/reports/tables/summary?unit={wards[0].id}").text

    assert "Phường A" not in page


@pytest.mark.sqlite_only
def test_residents_are_entered_and_taken_back_on_screen(
    app: Flask, wards: list[Area]
) -> None:
    officer = signed_in(app, make_user(areas=wards[:1]))
    sent = {"area_id": wards[0].id, "on": "2026-01-01", "households": "350",
            "source": "Niên giám"}  # fmt: skip

    officer.post("/reports/residents", data=sent)
    page = officer.get("/reports/residents").text
    refused = officer.post("/reports/residents", data={**sent, "source": ""})
    elsewhere = officer.post(
        "/reports/residents", data={**sent, "area_id": wards[1].id}
    )
    officer.post("/reports/residents/1")

    assert "350" in page
    assert "Chưa ghi số này theo văn bản nào" in refused.text
    assert elsewhere.status_code == 404
    assert "Niên giám" not in officer.get("/reports/residents").text
