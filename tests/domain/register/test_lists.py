"""Reading lists of poor households: headings, cells, households."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain.poverty.indicators import evaluate
from server.domain.poverty.load import load_pack
from server.domain.register.cells import READERS, Choices, place_key, read_cell, text_of
from server.domain.register.columns import USES, register_columns
from server.domain.register.grouping import Grouping, guess_layout
from server.domain.register.headings import find_heading, recognise
from server.domain.register.translating import Line, translate
from server.domain.survey import register
from server.domain.survey.answers import SubmissionMeta
from server.domain.survey.normalise import normalise
from server.domain.survey.record import Household, Member

CHOICES = Choices(
    wards={"dong da": "00235", "00235": "00235"},
    groups={("00235", "12"): "00235-12"},
    causes={"thieu von san xuat kinh doanh": "capital", "co nguoi om dau": "illness"},
)
PROVINCIAL = (
    "date", "family.hostName", "family.code", "hostGender", "numberOfMembers",
    "quickReview.result", "b1Point", "b2Point", "classify", "reviewer",
    "deprivation.employment", "deprivation.health", "reason.noLand",
    "family.ethnicity", "isDTTS", "commune",
)  # fmt: skip
SHEET = (
    "name", "dob", "gender", "ethnic", "address_line", "ID_num", "family_mem",
    "classified_before_check", "B1_score", "B2_score", "income_per_capita",
    "classified_after_check", "area", "description", "note", "pdf_url", "province",
    "district", "commune", "village", "date_check", "official_check",
)  # fmt: skip
PRINTED = ("STT hộ", "Họ và tên", "Quan hệ với chủ hộ", "Giới\ntính", "Năm sinh",
           "Số CCCD/CMND", "Dân tộc", "Tổ dân phố", "Địa chỉ")  # fmt: skip


def keys(headings: tuple[str, ...]) -> list[str | None]:
    found = recognise(headings)
    return [found.get(place) for place in range(len(headings))]


def test_the_columns_of_the_provincial_export_are_known() -> None:
    assert keys(PROVINCIAL) == [
        "review_date", "head_name", "household_code", "sex", "member_count",
        "screening", "b1_score", "b2_score", "category", "reviewer",
        "lacks", "lacks", "reasons", "ethnicity", "groups_of_people", "ward",
    ]  # fmt: skip


def test_the_columns_of_the_public_import_sheet_are_known() -> None:
    found = keys(SHEET)

    assert None not in found[:13]
    assert found[:6] == [
        "full_name", "birth", "sex", "ethnicity", "address", "identity_number"
    ]  # fmt: skip
    assert (found[11], found[18], found[19]) == ("category", "ward", "group")


def test_a_printed_list_with_two_rows_of_headings_is_read_as_one() -> None:
    rows = [
        (1, ("DANH SÁCH HỘ NGHÈO",)),
        (3, ("STT", "Họ và tên chủ hộ", "Ngày, tháng, năm sinh", "", "Phân loại")),
        (4, ("", "", "Nam", "Nữ", "")),
        (5, ("1", "Nguyễn Văn An", "1950", "", "Hộ nghèo")),
    ]

    heading = find_heading(rows)

    assert heading is not None
    assert heading.row == 4
    assert heading.columns == {
        0: "line_number", 1: "head_name", 2: "birth_of_man", 3: "birth_of_woman",
        4: "category",
    }  # fmt: skip


def test_rows_without_names_are_no_heading() -> None:
    assert find_heading([(1, ("Tổng", "Phường", "Ghi chú"))]) is None


@pytest.mark.parametrize(
    ("reader", "text", "value"),
    [
        ("sex", "Nữ", "female"),
        ("sex", "x", None),
        ("relation", "Con dâu", "child_in_law"),
        ("relation", "cháu", None),  # a grandchild or a nephew
        ("birth", "1950", ("1950",)),
        ("birth", "02/03/1950", ("1950", "3", "2")),
        ("birth", "1950-03-02 00:00:00", ("1950", "3", "2")),
        ("birth", "44562", None),  # a day that Excel shows as a number
        ("identity_number", "1234567890", ("cccd12", "1234567890")),
        ("identity_number", "012 345 678", ("cmnd9", "012345678")),
        ("identity_number", "1,23E+11", None),
        ("money", "1.500.000 đ", "1500000"),
        ("money", "1.500", None),  # dong, or thousands of dong
        ("category", "Hộ cận nghèo", "NEAR_POOR"),
        ("category", "cần xem lại", None),
        ("ethnicity", "H'Mông", "08"),
        ("ethnicity", "1", "01"),
        ("day", "Ngày 15 tháng 12 năm 2019", "2019-12-15"),
        ("day", "31/02/2019", None),
        ("ward", "Phường Đống Đa", "00235"),
        ("ward", "235", "00235"),
        ("causes", "Thiếu vốn sản xuất kinh doanh; có người ốm đau", "capital illness"),
        ("count", "4.0", "4"),
    ],
)
def test_a_cell_is_read(reader: str, text: str, value: Any) -> None:
    cell = read_cell(reader, text, CHOICES)

    assert cell.value == value
    assert bool(cell.code) == (value is None)


def test_the_group_of_another_ward_is_another_group() -> None:
    assert read_cell("group", "Tổ dân phố số 12", CHOICES, "00235").value == "00235-12"
    assert read_cell("group", "Tổ 12", CHOICES, "00190").value is None
    assert place_key("P. Ô Chợ Dừa") == "o cho dua"


def household(headings: tuple[str, ...], *rows: tuple[str, ...], **given: str) -> Any:
    columns = recognise(headings)
    layout = guess_layout(columns)
    grouping, found = Grouping(layout), {}
    for number, cells in enumerate(rows, start=2):
        place = grouping.household_of(0, columns, cells)
        found.setdefault(place, []).append(Line(number, cells))
    given = {"ward": "00235", "review_date": "2019-12-15", **given}
    return {
        place: translate(lines, columns, layout, lambda _day: CHOICES, given)
        for place, lines in found.items()
    }


def record_of(translated: Any) -> Any:
    meta = SubmissionMeta(register.FORM_ID, register.FORM_VERSION, "uuid:1")
    table = register.TABLE
    return normalise(translated.answers, meta, table, date(2026, 1, 1))


def test_a_row_for_each_household_names_the_head_and_says_how_many_there_are() -> None:
    row = ("An", "2/3/1950", "Nam", "Kinh", "12 ngõ 5", "001050000001", "4") + (
        "",
    ) * 15
    (found,) = household(SHEET, row).values()

    read = record_of(found)

    assert found.is_usable
    assert read.record is not None
    (head,) = read.record.household.members
    assert (head.full_name, head.relation_to_head, head.sex) == ("An", "head", "male")
    assert read.record.household.stated_members == 4
    assert read.record.household.size == 4


def test_rows_of_people_become_households_by_the_number_of_the_first_row() -> None:
    found = household(
        PRINTED,
        ("1", "Nguyễn Văn An", "Chủ hộ", "Nam", "1950", "", "Kinh", "12", ""),
        ("", "Trần Thị Bình", "Vợ", "Nữ", "1952", "", "Kinh", "", ""),
        ("2", "Lê Thị Cúc", "Chủ hộ", "Nữ", "1960", "", "Kinh", "", ""),
    )

    assert [len(record_of(each).record.household.members) for each in found.values()] == [
        2, 1,
    ]  # fmt: skip
    assert record_of(found[1]).record.household.group_code == "00235-12"
    assert all(
        record_of(e).record.household.stated_members is None for e in found.values()
    )


def test_what_is_wrong_is_said_by_row_and_column() -> None:
    row = ("An", "mùa xuân", "?", "", "", "", "#REF!") + ("",) * 15
    (found,) = household(SHEET, row).values()

    said = [(p.code, p.row, p.place, p.value) for p in found.problems]

    assert said == [
        ("import_birth_unreadable", 2, 1, "mùa xuân"),
        ("import_sex_unknown", 2, 2, "?"),
        ("import_cell_error", 2, 6, "#REF!"),
    ]
    assert not found.is_usable


def test_a_total_belongs_to_no_household() -> None:
    found = household(("STT", "Họ và tên", "Phân loại"), ("Tổng số", "", "12"))

    assert list(found) == [0]


def test_of_people_a_list_does_not_name_nothing_is_known() -> None:
    insurance = next(
        each for each in load_pack("vn-2022").indicators if each.code == "HEALTH_INS"
    )
    insured = Member(key="1", full_name="An", has_insurance=True)
    whole = Household(members=(insured,))
    listed = Household(members=(insured,), stated_members=4)

    assert evaluate(insurance, whole, date(2022, 10, 1)).deprived is False
    assert evaluate(insurance, listed, date(2022, 10, 1)).deprived is None


def test_every_column_has_a_reader_and_a_use() -> None:
    for column in register_columns().values():
        assert column.reader in READERS
        assert column.use in USES


anything = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30),
    st.datetimes(), st.dates(), st.times(), st.timedeltas(),
    st.sampled_from(["Nguyễn Văn An", "Chủ hộ", "1", "2", "Nam", "1950", "12/2019",
                     "Hộ nghèo", "Phường Đống Đa", "Tổng cộng", "#N/A", "=1+1"]),
)  # fmt: skip


@settings(max_examples=60)
@given(
    st.lists(st.lists(anything, min_size=1, max_size=9), min_size=1, max_size=12),
    st.sampled_from(
        [PRINTED, SHEET[:9], PROVINCIAL[:9], ("Mã hộ", "Họ tên", "Quan hệ")]
    ),
)
def test_no_cell_breaks_the_reading_and_no_row_is_lost(
    rows: list[list[Any]], headings: tuple[str, ...]
) -> None:
    texts = [tuple(text_of(value) for value in row) for row in rows]
    found = household(headings, *texts)

    lines = [n for place in found for n in _lines(headings, texts, place)]
    assert sorted(lines) == list(range(2, len(rows) + 2))
    for place, translated in found.items():
        if place and translated.is_usable:
            result = record_of(translated)
            assert result.record is not None or result.problems


def _lines(headings: tuple[str, ...], texts: Any, wanted: int) -> list[int]:
    columns = recognise(headings)
    grouping = Grouping(guess_layout(columns))
    return [
        number
        for number, cells in enumerate(texts, start=2)
        if grouping.household_of(0, columns, cells) == wanted
    ]


@given(anything, st.sampled_from(sorted(READERS)))
def test_any_cell_gives_an_answer_or_says_why_not(value: Any, reader: str) -> None:
    text = text_of(value)
    if text:
        cell = read_cell(reader, text, CHOICES, "00235")

        assert cell.value is not None or cell.code


def test_excel_values_become_text() -> None:
    assert text_of(1.0) == "1"
    assert text_of(123456789012.0) == "123456789012"
    assert text_of(datetime(1950, 3, 2)) == "1950-03-02"  # noqa: DTZ001
    assert text_of(time(1, 2)) == "01:02:00"
    assert text_of(timedelta(hours=1)) == "1:00:00"
    assert text_of(None) == ""


SAID = ("Họ tên chủ hộ", "Năm sinh", "deprivation.water", "Nguyên nhân nghèo: Thiếu vốn",
        "Hỗ trợ", "Biến động")  # fmt: skip


def test_ticks_stay_facts_of_the_list_and_odd_ones_are_told() -> None:
    columns = {0: "head_name", 1: "birth", 2: "lacks", 3: "reasons", 4: "support",
               5: "transition"}  # fmt: skip
    choices = Choices(causes={"thieu von": "capital"})
    given = {"ward": "00235", "review_date": "2019-12-15"}

    def read(*cells: str) -> Any:
        lines = [Line(2, ("An", "1950", *cells))]
        return translate(lines, columns, "household", lambda _: choices, given, SAID)

    found = read("x", "1", "thẻ BHYT", "Thoát nghèo")
    record = record_of(found).record

    said = found.answers["list"]["said"]
    assert [each["mark"] for each in said] == ["yes", "", "", "yes"]
    assert said[1]["text"] == "thẻ BHYT"
    assert [p.code for p in found.problems] == []
    assert record_of(found).problems == ()
    assert record.household.causes == ("capital",)
    assert record.household.support_received is None
    odd = read("?", "0", "?", "bay lên")
    assert [p.code for p in odd.problems] == [
        "import_mark_unreadable", "import_mark_unreadable", "import_movement_unknown"
    ]  # fmt: skip
    assert odd.is_usable
    assert keys(("Nguyên nhân nghèo", "Nguyên nhân nghèo Thiếu vốn", "reason.noLand")) == [
        "causes", "reasons", "reasons"
    ]  # fmt: skip
