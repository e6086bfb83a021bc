"""What happened to a household on which day, and that it adds up."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from server.domain.poverty.chronicle import (
    LISTED,
    Absence,
    Event,
    Life,
    Move,
    Spell,
    chronicle,
    escaped_until,
    one_after_another,
)
from server.domain.poverty.pack import PovertyCategory as Category
from server.domain.poverty.transitions import Arrival, Departure, Transition

POOR, NEAR, OUT = Category.POOR, Category.NEAR_POOR, Category.NON_POOR
STANDARDS = ("old", "new")
HERE, THERE = 1, 2


def spell(
    category: Category, since: date, until: date | None = None, **given: Any
) -> Spell:
    decision = given.get("decision", since.isoformat())
    return Spell(given.get("standard", "new"), category, since, until, decision)


def life(*spells: Spell, **given: Any) -> Life:
    return Life(spells, STANDARDS, **{"area": HERE, **given})


def told(found: Life, months: int = 36) -> list[tuple[date, Transition]]:
    return [(each.on, each.code) for each in chronicle(found, months)]


def year(number: int) -> date:
    return date(number, 12, 20)


def test_each_year_of_a_household_is_one_event() -> None:
    found = life(
        spell(POOR, year(2022), year(2023)),
        spell(POOR, year(2023), year(2024)),
        spell(NEAR, year(2024), year(2025)),
        spell(OUT, year(2025)),
    )

    assert told(found) == [
        (year(2022), Transition.NEW_POOR),
        (year(2023), Transition.STAY_POOR),
        (year(2024), Transition.POOR_TO_NEAR),
        (year(2025), Transition.EXIT_NEAR),
    ]


def test_who_falls_within_the_years_looked_back_on_falls_again() -> None:
    found = life(
        spell(POOR, year(2020), year(2021)),
        spell(OUT, year(2021), year(2023)),
        spell(POOR, year(2023)),
    )

    assert told(found, months=36)[-1][1] is Transition.RE_POOR
    assert told(found, months=12)[-1][1] is Transition.NEW_POOR


def test_a_change_of_standard_is_marked_and_is_no_movement() -> None:
    found = life(
        spell(POOR, year(2020), standard="old"),
        spell(OUT, date(2022, 1, 1)),
    )

    *_, last = chronicle(found, 36)

    assert (last.code, last.standard_changed) == (Transition.EXIT_POOR, True)
    assert not last.is_movement


def test_a_status_of_the_old_standard_does_not_come_back_behind_the_new_one() -> None:
    kept = one_after_another(
        [
            spell(POOR, year(2020), standard="old"),
            spell(OUT, year(2022), year(2023)),
        ],
        STANDARDS,
    )

    assert [(each.category, each.until) for each in kept] == [
        (POOR, year(2022)),
        (OUT, year(2023)),
    ]


def test_a_move_leaves_one_area_and_enters_the_other() -> None:
    moved = date(2024, 3, 1)
    found = life(spell(POOR, year(2022)), moves=(Move(moved, THERE, HERE),), area=HERE)

    first, out, came = chronicle(found, 36)

    assert first.area == THERE
    assert (out.code, out.area, out.left) == (Transition.OUT_MOVE, THERE, POOR)
    assert (came.code, came.area, came.entered) == (Transition.IN_MOVE, HERE, POOR)


def test_who_left_and_came_back_is_neither_escaped_nor_newly_poor() -> None:
    away = Absence(date(2023, 5, 1), date(2024, 2, 1), Departure.OUT_MOVE)

    found = told(life(spell(POOR, year(2022)), absences=(away,)))

    assert found[1:] == [
        (date(2023, 5, 1), Transition.OUT_MOVE),
        (date(2024, 2, 1), Transition.IN_MOVE),
    ]


def test_a_merged_household_leaves_by_the_merge() -> None:
    away = Absence(date(2023, 5, 1), None, Departure.MERGE)

    last = chronicle(life(spell(POOR, year(2022)), absences=(away,)), 36)[-1]

    assert (last.code, last.departure) == (Transition.OUT_MOVE, Departure.MERGE)


def test_the_first_status_of_a_household_that_was_split_off_came_with_it() -> None:
    found = life(
        spell(POOR, year(2023), year(2024)),
        spell(OUT, year(2024), year(2025)),
        spell(NEAR, year(2025)),
        arrival=(date(2023, 6, 1), Arrival.SPLIT),
    )

    first, *_, last = chronicle(found, 6)

    assert (first.code, first.arrival) == (Transition.IN_MOVE, Arrival.SPLIT)
    assert last.code is Transition.NEW_NEAR


def test_a_status_cut_in_two_by_a_decision_that_is_gone_again_is_no_event() -> None:
    found = life(
        spell(POOR, year(2022), year(2023), decision=1),
        spell(POOR, year(2023), decision=1),
    )

    assert told(found) == [(year(2022), Transition.NEW_POOR)]


def test_the_clock_of_the_newly_escaped_runs_for_its_months_and_no_day_more() -> None:
    events = chronicle(
        life(spell(POOR, year(2020), year(2021)), spell(OUT, year(2021))), 36
    )

    assert escaped_until(events, date(2024, 12, 19), 36) == year(2024)
    assert escaped_until(events, date(2024, 12, 20), 36) is None
    assert escaped_until(events, date(2021, 12, 19), 36) is None


def test_who_rose_to_near_poor_or_fell_again_has_no_clock() -> None:
    rose = chronicle(
        life(spell(POOR, year(2020), year(2021)), spell(NEAR, year(2021))), 36
    )
    fell = chronicle(
        life(
            spell(POOR, year(2020), year(2021)),
            spell(OUT, year(2021), year(2022)),
            spell(POOR, year(2022)),
        ),
        36,
    )

    assert escaped_until(rose, year(2022), 36) is None
    assert escaped_until(fell, year(2022), 36) is None


DAYS = st.integers(0, 40).map(lambda number: date(2022, 1, 1) + timedelta(number))


@st.composite
def lives(draw: st.DrawFn) -> Life:
    """Any order of statuses of two standards, absences and moves."""
    spells: list[Spell] = []
    for standard in STANDARDS:
        ends = sorted(draw(st.sets(DAYS, max_size=6)))
        pairs = zip(ends[::2], ends[1::2], strict=False)
        spells += [
            spell(draw(st.sampled_from(Category)), since, until, standard=standard)
            for since, until in pairs
        ]
    away = sorted(draw(st.sets(DAYS, max_size=3)))
    absences = [
        Absence(since, until, draw(st.sampled_from(Departure)))
        for since, until in zip(away[::2], [*away[1::2], None], strict=False)
    ]
    days = sorted(draw(st.sets(DAYS, max_size=3)))
    areas = [HERE if number % 2 else THERE for number in range(len(days) + 1)]
    moves = [
        Move(on, before, after)
        for on, before, after in zip(days, areas, areas[1:], strict=False)
    ]
    return Life(spells, STANDARDS, areas[-1], absences, moves)


def listed_on(found: Life, on: date) -> tuple[Category, int | None] | None:
    """The list a household is on by the plain meaning of its statuses."""
    spells = one_after_another(found.spells, found.standards)
    held = next((each for each in spells if each.holds_on(on)), None)
    away = any(each.covers(on) for each in found.absences)
    if held is None or away or held.category not in LISTED:
        return None
    later = [each for each in found.moves if each.on > on]
    return held.category, later[0].from_area if later else found.area


def counted(events: Sequence[Event], until: date) -> dict[Any, int]:
    net: dict[Any, int] = {}
    for event in (each for each in events if each.on <= until):
        for category, step in ((event.entered, 1), (event.left, -1)):
            if category:
                key = category, event.area
                net[key] = net.get(key, 0) + step
    return {key: number for key, number in net.items() if number}


@given(lives())
def test_events_lead_from_the_lists_of_any_day_to_those_of_any_other(
    found: Life,
) -> None:
    events = chronicle(found, 36)

    for number in range(42):
        on = date(2022, 1, 1) + timedelta(number)
        place = listed_on(found, on)
        assert counted(events, on) == ({place: 1} if place else {})
