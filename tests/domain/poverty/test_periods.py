"""Dated statuses never overlap, never vanish, and remember what was believed when."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.poverty.periods import (
    Period,
    apply_change,
    recognise,
    status_on,
    withdraw,
)

START = date(2022, 1, 1)
JUNE = datetime(2026, 6, 1, tzinfo=UTC)


def day(number: int) -> date:
    return START + timedelta(days=number)


def live(rows: tuple[Period, ...]) -> list[Period]:
    believed = [each for each in rows if each.superseded_at is None]
    return sorted(believed, key=lambda each: each.valid_from)


def recognised(
    rows: tuple[Period, ...],
    category: str,
    valid_from: date,
    at: datetime = JUNE,
    valid_to: date | None = None,
) -> tuple[Period, ...]:
    change = recognise(rows, category, valid_from, at, category, valid_to)
    return apply_change(rows, change)


def test_a_first_recognition_is_one_open_period() -> None:
    rows = recognised((), "POOR", date(2026, 1, 1))

    assert [(each.valid_from, each.valid_to) for each in rows] == [
        (date(2026, 1, 1), None)
    ]


def test_a_later_recognition_ends_the_one_before() -> None:
    rows = recognised((), "POOR", date(2025, 1, 1))

    rows = recognised(rows, "NON_POOR", date(2026, 1, 1), JUNE + timedelta(1))

    assert [(e.category, e.valid_from, e.valid_to) for e in live(rows)] == [
        ("POOR", date(2025, 1, 1), date(2026, 1, 1)),
        ("NON_POOR", date(2026, 1, 1), None),
    ]


def test_a_decision_recorded_late_does_not_undo_a_newer_one() -> None:
    rows = recognised((), "NON_POOR", date(2026, 1, 1))

    rows = recognised(rows, "POOR", date(2025, 1, 1), JUNE + timedelta(30))

    newest = status_on(rows, date(2026, 5, 1))
    assert newest is not None and newest.category == "NON_POOR"
    earlier = status_on(rows, date(2025, 5, 1))
    assert earlier is not None and earlier.category == "POOR"


def test_a_correction_for_the_same_day_replaces_the_period_whole() -> None:
    rows = recognised((), "POOR", date(2025, 1, 1))
    rows = recognised(rows, "NON_POOR", date(2026, 1, 1))

    rows = recognised(rows, "NEAR_POOR", date(2025, 1, 1), JUNE + timedelta(1))

    assert [each.category for each in live(rows)] == ["NEAR_POOR", "NON_POOR"]


def test_what_was_believed_on_a_day_keeps_its_answer() -> None:
    rows = recognised((), "POOR", date(2025, 1, 1), JUNE)
    later = JUNE + timedelta(days=10)

    rows = recognised(rows, "NON_POOR", date(2025, 1, 1), later)

    believed = [
        status_on(rows, date(2025, 3, 1), known_at=instant)
        for instant in (JUNE - timedelta(1), JUNE, later - timedelta(1), later)
    ]
    assert [each and each.category for each in believed] == [
        None,
        "POOR",
        "POOR",
        "NON_POOR",
    ]


def test_a_bounded_period_leaves_both_ends_of_the_one_it_cuts() -> None:
    rows = recognised((), "POOR", day(0))

    rows = recognised(rows, "NON_POOR", day(10), JUNE + timedelta(1), day(20))

    assert [(e.category, e.valid_from, e.valid_to) for e in live(rows)] == [
        ("POOR", day(0), day(10)),
        ("NON_POOR", day(10), day(20)),
        ("POOR", day(20), None),
    ]
    assert [each.recognition for each in live(rows)] == ["POOR", "NON_POOR", "POOR"]


def test_a_withdrawn_recognition_leaves_its_days_without_a_status() -> None:
    rows = recognised((), "POOR", day(0))
    rows = recognised(rows, "NON_POOR", day(10), JUNE + timedelta(1))

    rows = apply_change(rows, withdraw(rows, "NON_POOR", JUNE + timedelta(2)))

    assert status_on(rows, day(15)) is None
    first = status_on(rows, day(5))
    assert first is not None and first.category == "POOR"


def test_a_period_that_ends_before_it_begins_is_a_bug() -> None:
    with pytest.raises(ValueError, match="after it begins"):
        recognise((), "POOR", day(5), JUNE, valid_to=day(5))


Step = tuple[str, int, int | None]
steps = st.lists(
    st.tuples(
        st.sampled_from(["POOR", "NEAR_POOR", "AVERAGE", "NON_POOR"]),
        st.integers(0, 40),
        st.none() | st.integers(1, 20),
    ),
    max_size=12,
)


def played(decisions: list[Step]) -> tuple[Period, ...]:
    rows: tuple[Period, ...] = ()
    for number, (category, start, length) in enumerate(decisions):
        end = None if length is None else day(start + length)
        at = JUNE + timedelta(days=number)
        change = recognise(rows, category, day(start), at, number, end)
        rows = apply_change(rows, change)
    return rows


@given(steps)
def test_live_periods_never_overlap(decisions: list[Step]) -> None:
    rows = live(played(decisions))

    for number, first in enumerate(rows):
        assert first.valid_to is None or first.valid_from < first.valid_to
        assert not any(first.overlaps(other) for other in rows[number + 1 :])


@given(steps, st.integers(0, 80), st.integers(0, 14))
def test_beliefs_of_any_instant_never_overlap_either(
    decisions: list[Step], on: int, instant: int
) -> None:
    rows = played(decisions)
    known_at = JUNE + timedelta(days=instant)

    holding = [e for e in rows if e.known_at(known_at) and e.holds_on(day(on))]

    assert len(holding) <= 1


@given(steps, st.integers(0, 80))
def test_a_recognition_changes_no_day_outside_its_own_period(
    decisions: list[Step], on: int
) -> None:
    if not decisions:
        return
    before = played(decisions[:-1])
    category, start, length = decisions[-1]
    end = None if length is None else day(start + length)
    change = recognise(before, category, day(start), JUNE, "new", end)

    after = apply_change(before, change)

    new = next(each for each in change.insert if each.recognition == "new")
    was, now = status_on(before, day(on)), status_on(after, day(on))
    if new.holds_on(day(on)):
        assert now is not None and now.category == category
    else:
        assert (was and was.category) == (now and now.category)


@given(steps)
def test_nothing_is_ever_deleted_or_edited(decisions: list[Step]) -> None:
    rows: tuple[Period, ...] = ()
    for number in range(len(decisions)):
        longer = played(decisions[: number + 1])

        kept = {(e.category, e.valid_from, e.valid_to, e.recorded_at) for e in longer}
        assert {
            (e.category, e.valid_from, e.valid_to, e.recorded_at) for e in rows
        } <= kept
        rows = longer
