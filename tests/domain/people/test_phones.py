"""Phone numbers of Vietnam."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.people.phones import (
    PREFIXES_2018,
    canonical_phone,
    is_mobile,
    is_valid_phone,
)


@pytest.mark.parametrize(
    "typed",
    [
        "0912345678",
        "091 234 5678",
        "+84 912.345.678",
        "84912345678",
        "0084912345678",
        "912345678",
        "+84 (0) 912 345 678",
    ],
)
def test_every_way_of_writing_a_mobile_is_one_number(typed: str) -> None:
    assert canonical_phone(typed) == "0912345678"


@pytest.mark.parametrize(("old", "new"), PREFIXES_2018.items())
def test_prefixes_of_2018_are_translated(old: str, new: str) -> None:
    assert canonical_phone(old + "2345678") == new + "2345678"
    assert canonical_phone("+84" + old[1:] + "2345678") == new + "2345678"
    assert canonical_phone(old[1:] + "2345678") == new + "2345678"
    assert is_mobile(new + "2345678")


def test_a_landline_of_hanoi_is_valid_but_no_mobile() -> None:
    assert is_valid_phone("02438512345")
    assert not is_mobile("02438512345")


@pytest.mark.parametrize("typed", ["0123", "", "0012345678", "09123456789", "abc"])
def test_what_is_no_number_is_not_valid(typed: str) -> None:
    assert not is_valid_phone(canonical_phone(typed))


@given(st.text("0123456789+ .-8", max_size=16))
def test_normalising_a_valid_number_twice_is_normalising_once(typed: str) -> None:
    once = canonical_phone(typed)

    if is_valid_phone(once):
        assert canonical_phone(once) == once
