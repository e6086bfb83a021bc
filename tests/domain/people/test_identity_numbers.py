"""Identity numbers as typed on a phone or pasted from a spreadsheet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.people.identity_numbers import (
    PROVINCES,
    PersonalNumber,
    check_against_person,
    comparable,
    is_well_formed,
    mask,
    personal_number,
    read_number,
)
from server.domain.survey.record import BirthDate, Identifier

CCCD = Identifier("cccd12", "001160012345")


def codes(kind: str, text: str) -> list[str]:
    return [problem.code for problem in read_number(kind, text).problems]


def test_there_are_63_provinces() -> None:
    assert len(PROVINCES) == 63


def test_separators_are_left_out() -> None:
    assert read_number("cccd12", " 001 160-012.345 ").identifier == CCCD
    assert codes("cccd12", "001 160-012.345") == []


def test_a_lost_leading_zero_is_put_back_and_flagged() -> None:
    assert read_number("cccd12", "1160012345").identifier == CCCD
    assert codes("cccd12", "1160012345") == ["identity_zero_restored"]
    assert codes("cmnd9", "11234567") == ["identity_zero_restored"]


def test_nine_digits_in_the_field_of_twelve_are_not_filled_up() -> None:
    read = read_number("cccd12", "011234567")

    assert read.identifier == Identifier("cccd12", "011234567")
    assert [p.code for p in read.problems] == ["identity_unreadable"]
    assert comparable(read.identifier) is None


@pytest.mark.parametrize("text", ["000000000", "123456789", "999999999"])
def test_made_up_numbers_are_missing(text: str) -> None:
    assert read_number("cmnd9", text).identifier is None
    assert codes("cmnd9", text) == ["identity_placeholder"]


def test_an_empty_answer_is_no_problem() -> None:
    assert read_number("cccd12", "  ").identifier is None
    assert codes("cccd12", "") == []


def test_a_country_of_birth_is_no_wrong_province() -> None:
    assert codes("cccd12", "234160012345") == []
    assert codes("cccd12", "003160012345") == ["identity_province_unknown"]


@pytest.mark.parametrize(
    ("number", "sex", "year"),
    [
        ("001060012345", "male", 1960),
        ("001160012345", "female", 1960),
        ("001215012345", "male", 2015),
        ("001315012345", "female", 2015),
    ],
)
def test_a_personal_number_tells_sex_and_birth_year(
    number: str, sex: str, year: int
) -> None:
    found = personal_number(Identifier("cccd12", number))

    assert found == PersonalNumber("001", sex, year)


def test_a_number_that_fits_its_holder_gives_no_warning() -> None:
    assert check_against_person(CCCD, "female", BirthDate(1960)) == ()
    assert check_against_person(CCCD, None, None) == ()
    cmnd = Identifier("cmnd9", "011234567")
    assert check_against_person(cmnd, "male", BirthDate(1950)) == ()


def test_a_number_of_another_sex_and_year_gives_two_warnings() -> None:
    found = check_against_person(CCCD, "male", BirthDate(1961))

    assert [p.code for p in found] == [
        "identity_contradicts_sex",
        "identity_contradicts_year",
    ]
    assert not any(p.blocking for p in found)
    assert CCCD.number not in " ".join(p.sentence("vi") for p in found)


def test_the_twelve_digit_kinds_are_one_number() -> None:
    assert comparable(CCCD) == comparable(Identifier("birth_registration", CCCD.number))
    assert comparable(CCCD) != comparable(Identifier("cmnd9", "011234567"))


def test_a_masked_number_shows_three_characters() -> None:
    assert mask("001160012345") == "•••••••••345"
    assert mask("12") == "•••"


@given(st.sampled_from(["cccd12", "cmnd9", "cmnd12", "other"]), st.text(max_size=16))
def test_reading_twice_is_reading_once(kind: str, text: str) -> None:
    once = read_number(kind, text)
    if once.identifier is None:
        return

    again = read_number(kind, once.identifier.number)

    assert again.identifier == once.identifier
    assert not any(p.blocking for p in once.problems)


@given(st.from_regex(r"[0-9]{12}", fullmatch=True))
def test_a_well_formed_number_is_read_as_itself(number: str) -> None:
    identifier = Identifier("cccd12", number)
    if is_well_formed(identifier):
        assert read_number("cccd12", number).identifier == identifier
