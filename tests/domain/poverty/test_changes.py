"""What a new standard changes is told in sentences, and nothing of it is lost."""

import re
from dataclasses import fields, replace

import pytest

from server.domain.poverty.changes import changes
from server.domain.poverty.conditions import parse_condition
from server.domain.poverty.load import all_packs, load_pack
from server.domain.poverty.pack import Pack, PovertyCategory
from server.domain.poverty.wording import category_words, condition_words
from tests.domain.poverty.conftest import Folder


def told(before: Pack, after: Pack, language: str = "en") -> list[str]:
    return [
        f"{each.part}: {each.sentence(language)}" for each in changes(before, after)
    ]


def test_a_standard_does_not_differ_from_itself() -> None:
    for pack in all_packs():
        assert changes(pack, pack) == ()


def test_2022_turned_an_or_into_an_and_and_raised_the_lines() -> None:
    found = told(load_pack("vn-2016"), load_pack("vn-2022"))

    assert "lines: The poverty line, urban: 900,000 VND to 2,000,000 VND." in found
    assert "lines: The minimum living line, rural: no longer there." in found
    assert (
        "categories: Before: poor by income (N1): income (or B1 points) is at most the "
        "poverty line."
    ) in found
    assert (
        "categories: Now: poor: income (or B1 points) is at most the poverty line and "
        "the number of deprivations is at least the cut."
    ) in found
    assert "indicators: Indicator “Access to health care” is dropped." in found
    assert any(
        each.startswith("indicators: New indicator “Nutrition”") for each in found
    )
    assert (
        "causes: Cause “Many dependants” is now counted as “Lack of labour”." in found
    )


def test_the_same_in_vietnamese() -> None:
    found = told(load_pack("vn-2022"), load_pack("vn-2027"), "vi")

    assert "lines: Chuẩn nghèo, nông thôn: từ 1.500.000 đồng thành 2.200.000 đồng." in (
        found
    )
    assert "indicators: Bỏ chỉ số “Phương tiện phục vụ tiếp cận thông tin”." in found
    assert "standing: vn-2027 là dự thảo trong hệ thống, chưa dùng để công nhận." in (
        found
    )
    assert any(each.startswith("unknown: Chưa biết: ") for each in found)


def test_what_nobody_has_read_is_not_told_as_gone() -> None:
    found = changes(load_pack("vn-2022"), load_pack("vn-2027"))

    assert {each.part for each in found if "no longer" in each.en} == set()
    assert not [each for each in found if each.part in ("causes", "needs")]


EDITS = [
    ("pack.yaml", "amount: 1500000", "amount: 1500001", "lines"),
    ("pack.yaml", "amount: 175", "amount: 176", "lines"),
    ("pack.yaml", "to: 2026-12-31", "to: 2027-12-31", "days"),
    ("pack.yaml", "cut: {value: 3", "cut: {value: 4", "categories"),
    ("pack.yaml", "and deprivations >=", "and deprivations >", "categories"),
    ("pack.yaml", "points: {value: 10", "points: {value: 5", "points"),
    ("indicators.yaml", "value: 8,", "value: 9,", "indicators"),
    ("indicators.yaml", "[seeking]", "[seeking, not_seeking]", "indicators"),
    ("causes.yaml", "code: knowledge", "code: know_how", "causes"),
    ("needs.yaml", "- {code: credit", "- {code: loans", "needs"),
]


@pytest.mark.parametrize(("file", "old", "new", "part"), EDITS)
def test_each_part_that_changes_is_told(
    edited: Folder, file: str, old: str, new: str, part: str
) -> None:
    folder = edited(f"vn-2022/{file}", old, new)

    found = changes(load_pack("vn-2022"), load_pack("vn-2022", folder))

    assert {each.part for each in found} == {part}


@pytest.mark.parametrize("part", ["score_table", "screening"])
def test_a_table_that_comes_or_goes_is_told(part: str) -> None:
    pack = load_pack("vn-2016")
    without = replace(pack, **{part: None})  # type: ignore[arg-type]

    assert [each.part for each in changes(pack, without)] == [part]
    assert [each.part for each in changes(without, pack)] == [part]


def test_every_field_of_a_pack_is_compared_or_known_not_to_matter() -> None:
    compared = {"is_draft", "validities", "lines", "deprivation_cut", "categories"}
    compared |= {"indicator_points", "indicators", "causes", "needs", "gaps"}
    compared |= {"score_table", "screening"}
    told_by_sources = {"sources", "deprivation_cut_source", "indicator_points_source"}
    of_the_pack = {"id", "name_vi", "name_en", "inherits", "indicator_standard"}
    of_the_pack |= {"province_codes", "content_hash"}

    assert {each.name for each in fields(Pack)} == (
        compared | told_by_sources | of_the_pack
    )


def test_a_condition_in_words_leaves_no_symbol_behind() -> None:
    for pack in all_packs():
        for rule in pack.categories:
            for language in ("vi", "en"):
                words = condition_words(rule.when, language)

                assert not re.search(r"[<>=_]", words)


def test_numbers_stay_numbers_in_words() -> None:
    words = condition_words(
        parse_condition("income < 500 or not deprivations == 0"), "en"
    )

    assert words == (
        "income (or B1 points) is below 500 or not the number of deprivations is 0"
    )


def test_sub_types_have_the_names_of_the_circular() -> None:
    poor = PovertyCategory.POOR

    assert category_words(poor, "N1", "vi") == "hộ nghèo về thu nhập (N1)"
    assert category_words(poor, None, "vi") == "hộ nghèo"
    assert category_words(poor, "N9", "en") == "poor (N9)"
