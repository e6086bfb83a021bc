"""Birth dates and ages."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.people.birth_dates import (
    BirthAgreement,
    age_on,
    births_agree,
    is_possible,
    parse_birth,
)
from server.domain.survey.record import BirthDate

births = st.dates(date(1900, 1, 1), date(2026, 12, 31)).flatmap(
    lambda day: st.sampled_from(
        [
            BirthDate(day.year),
            BirthDate(day.year, day.month),
            BirthDate(day.year, day.month, day.day),
        ]
    )
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1950", BirthDate(1950)),
        ("1950-03", BirthDate(1950, 3)),
        ("1950-03-02", BirthDate(1950, 3, 2)),
        ("2/3/1950", BirthDate(1950, 3, 2)),
        ("3/1950", BirthDate(1950, 3)),
        ("31/2/1950", None),
        ("13/1950", None),
        ("khoảng 1950", None),
        ("", None),
    ],
)
def test_a_birth_date_is_read_as_precisely_as_it_is_given(
    text: str, expected: BirthDate | None
) -> None:
    assert parse_birth(text) == expected


@pytest.mark.parametrize(
    ("birth", "on", "age"),
    [
        (BirthDate(1966, 11, 24), date(2026, 11, 23), 59),
        (BirthDate(1966, 11, 24), date(2026, 11, 24), 60),
        (BirthDate(2000, 2, 29), date(2023, 2, 28), 22),
        (BirthDate(2000, 2, 29), date(2023, 3, 1), 23),
        (BirthDate(2000, 2, 29), date(2024, 2, 29), 24),
        (BirthDate(1966), date(2026, 1, 1), 60),
        (BirthDate(1966, 5), date(2026, 4, 30), 59),
        (BirthDate(2026, 11, 24), date(2026, 11, 23), -1),
    ],
)
def test_age_is_counted_in_completed_years(
    birth: BirthDate, on: date, age: int
) -> None:
    assert age_on(birth, on) == age


def test_a_day_without_a_month_is_no_birth_date() -> None:
    assert not is_possible(BirthDate(1950, None, 2))


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("1950-03-02", "1950-03-02", "EXACT"),
        ("1950-03-02", "1950", "SAME_YEAR"),
        ("1950-01-01", "1950-07-19", "SAME_YEAR"),
        ("1950-01-01", "1950-01-01", "SAME_YEAR"),
        ("1950-03", "1950-03-02", "SAME_YEAR"),
        ("1950-03-02", "1950-02-03", "SWAPPED"),
        ("1950-03-02", "1951-03-02", "SWAPPED"),
        ("1950-03-02", "1950-03-12", "SWAPPED"),
        ("1950", "1951", "NEAR_YEAR"),
        ("1950-03-02", "1950-07-19", "DIFFERENT"),
        ("1950", "1955", "DIFFERENT"),
    ],
)
def test_birth_dates_agree_by_degrees(left: str, right: str, expected: str) -> None:
    found = births_agree(parse_birth(left), parse_birth(right))

    assert found is BirthAgreement[expected]


def test_an_unknown_birth_date_says_nothing() -> None:
    assert births_agree(None, BirthDate(1950)) is BirthAgreement.MISSING


@given(births, births)
def test_agreement_is_the_same_from_both_sides(
    left: BirthDate, right: BirthDate
) -> None:
    assert births_agree(left, right) is births_agree(right, left)


@given(births)
def test_a_birth_date_agrees_with_itself(birth: BirthDate) -> None:
    assert births_agree(birth, birth) >= BirthAgreement.SAME_YEAR
