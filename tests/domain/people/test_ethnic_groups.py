"""Ethnic groups by code and by the names people use."""

import pytest

from server.domain.people.ethnic_groups import (
    ethnic_groups,
    find_ethnic_group,
    is_ethnic_minority,
)


def test_the_list_has_the_54_groups_and_foreigners() -> None:
    assert sorted(ethnic_groups()) == [f"{code:02}" for code in range(1, 56)]


@pytest.mark.parametrize(
    ("text", "code"),
    [("Kinh", "01"), ("tay", "02"), ("Khmer", "05"), ("Ê Đê", "12"), ("08", "08")],
)
def test_a_group_is_found_by_its_spellings(text: str, code: str) -> None:
    assert find_ethnic_group(text) == code


def test_an_unknown_name_is_no_group() -> None:
    assert find_ethnic_group("Klingon") is None


def test_kinh_and_foreigners_are_no_minority_and_unknown_is_unknown() -> None:
    found = [is_ethnic_minority(code) for code in ("01", "55", "08", "99", None)]

    assert found == [False, False, True, None, None]
