"""What happened to households in a year, and tables that reconcile."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.poverty.pack import PovertyCategory as Category
from server.domain.poverty.transitions import (
    Arrival,
    Departure,
    History,
    MovementRow,
    Transition,
    movement,
    transition,
)

POOR, NEAR = Category.POOR, Category.NEAR_POOR
AVERAGE, NON_POOR = Category.AVERAGE, Category.NON_POOR


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (POOR, POOR, "STAY_POOR"),
        (POOR, NEAR, "POOR_TO_NEAR"),
        (POOR, AVERAGE, "EXIT_POOR"),
        (POOR, NON_POOR, "EXIT_POOR"),
        (POOR, None, "EXIT_POOR"),
        (NEAR, POOR, "NEAR_TO_POOR"),
        (NEAR, NEAR, "STAY_NEAR"),
        (NEAR, AVERAGE, "EXIT_NEAR"),
        (NEAR, NON_POOR, "EXIT_NEAR"),
        (NON_POOR, POOR, "NEW_POOR"),
        (AVERAGE, POOR, "NEW_POOR"),
        (None, POOR, "NEW_POOR"),
        (None, NEAR, "NEW_NEAR"),
        (NON_POOR, NEAR, "NEW_NEAR"),
        (AVERAGE, NON_POOR, "STAY_OUT"),
        (None, None, "STAY_OUT"),
    ],
)
def test_two_statuses_make_a_transition(
    before: Category | None, after: Category | None, expected: str
) -> None:
    assert transition(before, after) == expected


@pytest.mark.parametrize(
    ("after", "history", "expected"),
    [
        (POOR, History(was_poor=True), "RE_POOR"),
        (POOR, History(was_near_poor=True), "NEW_POOR"),
        (NEAR, History(was_near_poor=True), "RE_NEAR"),
        (NEAR, History(was_poor=True), "RE_NEAR"),
        (NON_POOR, History(was_poor=True), "STAY_OUT"),
    ],
)
def test_who_was_on_a_list_before_falls_again(
    after: Category, history: History, expected: str
) -> None:
    assert transition(NON_POOR, after, history) == expected


def test_history_does_not_matter_to_someone_who_is_on_a_list() -> None:
    assert transition(NEAR, POOR, History(was_poor=True)) == Transition.NEAR_TO_POOR


def test_a_poor_household_that_moves_away_did_not_escape() -> None:
    found = movement({"a": POOR}, {}, departures={"a": Departure.OUT_MOVE})

    assert found.poor == MovementRow(start=1, moved_out=1)
    assert found.escaped_poverty == 0


def test_a_poor_household_that_moves_in_did_not_become_poor() -> None:
    found = movement({}, {"a": POOR}, arrivals={"a": Arrival.SPLIT})

    assert found.poor == MovementRow(moved_in=1, end=1)


def test_poor_to_near_poor_leaves_one_table_and_enters_the_other() -> None:
    found = movement({"a": POOR}, {"a": NEAR})

    assert found.poor == MovementRow(start=1, to_other=1)
    assert found.near_poor == MovementRow(from_other=1, end=1)
    assert found.escaped_poverty == 1


def test_a_year_of_everything_reconciles() -> None:
    start = {"stay": POOR, "up": POOR, "out": POOR, "near": POOR, "fall": NEAR}
    end = {"stay": POOR, "near": NEAR, "up": NON_POOR, "fall": POOR, "new": POOR}
    end |= {"again": POOR, "came": NEAR}

    found = movement(
        start,
        end,
        {"again": History(was_poor=True)},
        {"came": Arrival.IN_MOVE},
        {"out": Departure.MERGE},
    )

    assert found.poor == MovementRow(4, 1, 1, 1, 1, 1, 1, 0, 4)
    assert found.near_poor == MovementRow(1, 0, 1, 0, 1, 0, 0, 1, 2)
    assert found.reconciles


def test_a_table_with_a_wrong_number_does_not_reconcile() -> None:
    assert not MovementRow(start=3, exited=1, end=3).reconciles
    assert MovementRow(start=3, exited=1, end=2).reconciles


def test_a_change_of_standard_is_said_with_the_table() -> None:
    found = movement({"a": POOR}, {"a": NEAR}, standard_changed=True)

    assert found.standard_changed


households = st.sampled_from([f"h{number}" for number in range(12)])
statuses = st.dictionaries(households, st.sampled_from(Category))
histories = st.dictionaries(
    households, st.builds(History, st.booleans(), st.booleans())
)
arrived = st.dictionaries(households, st.sampled_from(Arrival))
departed = st.dictionaries(households, st.sampled_from(Departure))


@given(statuses, statuses, histories, arrived, departed)
def test_any_movement_reconciles(
    start: dict[str, Category],
    end: dict[str, Category],
    history: dict[str, History],
    arrivals: dict[str, Arrival],
    departures: dict[str, Departure],
) -> None:
    found = movement(start, end, history, arrivals, departures)

    assert found.reconciles
    assert found.poor.start == list(start.values()).count(POOR)
    assert found.near_poor.end == list(end.values()).count(NEAR)
    assert found.poor.to_other == found.near_poor.from_other
    assert found.near_poor.to_other == found.poor.from_other


@given(statuses, statuses, statuses)
def test_the_end_of_one_year_is_the_start_of_the_next(
    first: dict[str, Category],
    second: dict[str, Category],
    third: dict[str, Category],
) -> None:
    one, two = movement(first, second), movement(second, third)

    assert one.poor.end == two.poor.start
    assert one.near_poor.end == two.near_poor.start


@given(statuses, statuses)
def test_areas_add_up_to_their_district(
    start: dict[str, Category], end: dict[str, Category]
) -> None:
    def part(held: dict[str, Category], odd: bool) -> dict[str, Category]:
        return {key: each for key, each in held.items() if int(key[1:]) % 2 == odd}

    whole = movement(start, end)
    wards = [movement(part(start, odd), part(end, odd)) for odd in (False, True)]

    assert wards[0].poor + wards[1].poor == whole.poor
    assert wards[0].near_poor + wards[1].near_poor == whole.near_poor
