"""Every sentence of every pack's cases.yaml is true."""

import pytest

from server.domain.poverty.cases import Case, read_cases
from server.domain.poverty.load import PACKS, all_packs, load_pack
from server.domain.poverty.pack import AreaType
from server.domain.poverty.reading import PackError
from tests.domain.poverty.conftest import Folder

CASES = [
    (pack.id, case)
    for pack in all_packs()
    for case in read_cases(PACKS / pack.id / "cases.yaml")
]


@pytest.mark.parametrize(
    ("pack_id", "case"), CASES, ids=[f"{pack}: {case.name}" for pack, case in CASES]
)
def test_a_case_of_a_standard_is_assessed_as_it_says(pack_id: str, case: Case) -> None:
    assert case.differences(load_pack(pack_id)) == {}


def test_every_pack_is_tried_on_days_on_which_it_holds_and_in_both_areas() -> None:
    for pack in all_packs():
        days = {case.review_date for each, case in CASES if each == pack.id}
        held = [day for day in days for span in pack.validities if span.holds_on(day)]

        assert held
        assert {line.area_type for line in pack.lines} == set(AreaType)


def test_a_case_that_is_not_true_tells_what_came_out(edited: Folder) -> None:
    old = "economy: {b1_score: 175}\n  expect: {category: POOR"
    folder = edited("vn-2022/cases.yaml", old, old.replace("POOR", "NON_POOR"))

    cases = read_cases(folder / "vn-2022" / "cases.yaml")

    told = [each.differences(load_pack("vn-2022")) for each in cases]
    assert [each for each in told if each] == [{"category": ("NON_POOR", "POOR")}]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("expect: {category", "expects: {category", "'expect' is missing"),
        ("expect: {category", "expect: {class", "expected is one of"),
        ("lacks: [WATER,", "lacks: [WATERS,", "no such answer: 'WATERS'"),
        ("is_malnourished: true", "is_hungry: true", "is_hungry"),
        ("reviewed_on: 2026-11-20", "reviewed_on: soon", "must be a date"),
        ("  area_type: urban", "  area: urban", "unknown keys: area"),
    ],
)
def test_a_case_that_is_not_understood_is_refused(
    edited: Folder, old: str, new: str, said: str
) -> None:
    folder = edited("vn-2022/cases.yaml", old, new)

    with pytest.raises(PackError, match=said):
        read_cases(folder / "vn-2022" / "cases.yaml")
