"""Terms end on the right day, and say when they rest on what nobody verified."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.poverty.pack import Quality
from server.domain.poverty.reading import PackError
from server.domain.procedure.working_days import (
    HOLIDAYS,
    TERMS,
    TermKind,
    days_late,
    terms,
    working_calendar,
)

CALENDAR = working_calendar()
days = st.dates(date(2019, 1, 1), date(2027, 10, 31))


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("posted", "last"),
    [
        ("2026-12-07", "2026-12-10"),  # a Monday
        ("2026-12-10", "2026-12-15"),  # over a week-end
        ("2026-12-11", "2026-12-16"),  # on a Friday
        ("2026-12-12", "2026-12-16"),  # on a Saturday
        ("2025-04-29", "2025-05-07"),  # over 30 April, 1 May and the day exchanged
        ("2025-04-25", "2025-04-29"),  # the Saturday worked in exchange counts
        ("2026-02-13", "2026-02-25"),  # over Lunar New Year
        ("2025-12-30", "2026-01-06"),  # over a year's end
    ],
)
def test_a_posting_of_three_working_days_ends(posted: str, last: str) -> None:
    found = CALENDAR.deadline(terms()["posting"], day(posted))

    assert found.last_day == day(last)


def test_a_term_of_calendar_days_that_would_end_on_a_day_off_ends_later() -> None:
    regular = terms()["regular_review"]

    assert CALENDAR.deadline(regular, day("2025-04-15")).last_day == day("2025-05-05")
    assert CALENDAR.deadline(regular, day("2025-04-14")).last_day == day("2025-04-29")
    assert regular.kind is TermKind.CALENDAR


def test_a_term_over_a_holiday_that_is_only_recalled_says_so() -> None:
    found = CALENDAR.after_working_days(day("2024-02-07"), 3)

    assert found.last_day == day("2024-02-19")
    assert not found.is_certain
    assert {each.vi for each in found.doubtful} == {"Tết Âm lịch"}


def test_a_term_over_days_that_were_read_about_is_certain() -> None:
    assert CALENDAR.after_working_days(day("2025-01-24"), 3).is_certain


def test_a_day_off_that_falls_on_a_week_end_casts_no_doubt() -> None:
    found = CALENDAR.after_working_days(day("2019-04-12"), 1)

    assert [each.day for each in found.doubtful] == [day("2019-04-15")]


def test_whether_culture_day_is_off_was_not_read_and_the_posting_waits_for_it() -> None:
    found = CALENDAR.after_working_days(day("2026-11-23"), 3)

    assert found.last_day == day("2026-11-27")
    assert [each.vi for each in found.doubtful] == ["Ngày Văn hóa Việt Nam"]
    assert found.doubtful[0].source.quality is Quality.UNKNOWN


def test_a_saturday_that_is_only_recalled_as_worked_does_not_count() -> None:
    found = CALENDAR.after_working_days(day("2026-08-20"), 2)

    assert found.last_day == day("2026-08-24")
    assert [each.is_off for each in found.doubtful] == [False]


def test_a_year_that_nobody_entered_is_named() -> None:
    found = CALENDAR.after_working_days(day("2031-01-01"), 2)

    assert found.last_day == day("2031-01-03")
    assert found.unlisted_years == (2031,)
    assert not found.is_certain


@given(days, st.integers(1, 30))
def test_a_term_holds_exactly_its_working_days_and_ends_on_one(
    start: date, count: int
) -> None:
    found = CALENDAR.after_working_days(start, count)

    assert CALENDAR.is_working_day(found.last_day)
    assert CALENDAR.working_days_between(start, found.last_day) == count
    before = found.last_day - timedelta(days=1)
    assert CALENDAR.working_days_between(start, before) == count - 1


@given(days, st.integers(1, 15), st.integers(1, 15))
def test_one_term_after_another_is_as_long_as_both(
    start: date, first: int, second: int
) -> None:
    middle = CALENDAR.after_working_days(start, first).last_day
    end = CALENDAR.after_working_days(middle, second).last_day

    assert end == CALENDAR.after_working_days(start, first + second).last_day


@given(days, days)
def test_a_later_start_never_ends_earlier(one: date, other: date) -> None:
    first, second = sorted((one, other))

    for count in (1, 3, 7):
        assert (
            CALENDAR.after_working_days(first, count).last_day
            <= CALENDAR.after_working_days(second, count).last_day
        )
        assert (
            CALENDAR.after_calendar_days(first, count).last_day
            <= CALENDAR.after_calendar_days(second, count).last_day
        )


@pytest.mark.parametrize("count", [0, -3])
def test_a_term_of_no_days_is_a_bug(count: int) -> None:
    with pytest.raises(ValueError):
        CALENDAR.after_working_days(day("2026-12-07"), count)
    with pytest.raises(ValueError):
        CALENDAR.after_calendar_days(day("2026-12-07"), count)


def test_every_year_has_its_days_of_the_labour_code() -> None:
    fixed = ((1, 1), (4, 30), (5, 1), (9, 2))
    for year in CALENDAR.years:
        off = [each for each in CALENDAR.exceptions.values() if each.day.year == year]

        assert not any(CALENDAR.is_working_day(date(year, *each)) for each in fixed)
        assert sum(each.vi == "Giỗ Tổ Hùng Vương" for each in off) == 1
        assert sum(each.vi == "Tết Âm lịch" for each in off) >= 5


def test_every_term_and_every_day_says_how_well_it_is_known() -> None:
    assert {term.source.quality for term in terms().values()} <= {
        Quality.SECONDARY,
        Quality.RECALLED,
    }
    assert all(each.source.document for each in CALENDAR.exceptions.values())


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (HOLIDAYS, "years: [2019,", "years: ["),
        (HOLIDAYS, "kind: closed", "kind: shut"),
        (HOLIDAYS, "to: 2019-01-01", "to: 2018-12-31"),
        (HOLIDAYS, "from: 2019-09-02", "from: 2019-05-01"),
        (HOLIDAYS, "source: labour_code_2012", "source: rumour"),
        (TERMS, "kind: working", "kind: lunar"),
        (TERMS, "days: 3", "days: 0"),
        (TERMS, "code: recheck", "code: posting"),
    ],
)
def test_a_calendar_that_cannot_be_right_is_refused(
    tmp_path: Path, path: Path, old: str, new: str
) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    copy = tmp_path / path.name
    copy.write_text(text.replace(old, new, 1), encoding="utf-8")
    read: Callable[[Path], object] = working_calendar if path == HOLIDAYS else terms

    with pytest.raises(PackError):
        read(copy)


def test_a_term_that_ended_is_late_on_the_days_off_after_it_too() -> None:
    friday, saturday, monday = (day(f"2026-11-{n}") for n in (13, 14, 16))

    assert [days_late(friday, each) for each in (saturday, monday)] == [1, 1]
    assert days_late(friday, day("2026-11-17")) == 2
