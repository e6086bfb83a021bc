"""The movement of the lists between two days, counted from recognised statuses."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.areas.tables import Area
from server.domain.poverty.load import load_pack
from server.domain.poverty.pack import PovertyCategory
from server.domain.poverty.transitions import MovementRow, Transition
from server.registry.tables import HouseholdRow
from server.reports.movement import (
    CELLS,
    GROUPED_CELLS,
    Movement,
    households_behind,
    movement_of,
    years_before,
)
from server.reports.question import Question
from server.status.arrivals import note_arrival
from tests.server.status.households import (
    OFFICER,
    at,
    depart,
    make_household,
    make_record,
    make_ward,
    merge,
    recognise,
)

POOR, NEAR = PovertyCategory.POOR, PovertyCategory.NEAR_POOR
START, END = date(2026, 1, 1), date(2026, 11, 24)
BEFORE, DURING = date(2025, 12, 20), date(2026, 6, 20)


def ask(units: list[Area], **given: Any) -> Movement:
    values: dict[str, Any] = {
        "standard": load_pack("vn-2022"),
        "start": START,
        "end": END,
        **given,
    }
    return movement_of(Question(**values), units)


def codes(found: Movement) -> dict[str, Transition]:
    return {key: code for line in found.lines for key, code in line.table.codes.items()}


def test_a_year_of_everything_is_told_household_by_household(app: Flask) -> None:
    ward = make_ward()
    stay, up, near, fall, new, again, gone, left = (
        make_household(ward) for _ in range(8)
    )
    recognise(ward, [(again, "POOR")], valid_from=date(2024, 12, 20))
    recognise(ward, [(again, "NON_POOR")], valid_from=date(2025, 6, 20))
    lists = [(stay, "POOR"), (up, "POOR"), (near, "POOR"), (fall, "NEAR_POOR")]
    recognise(ward, [*lists, (gone, "POOR"), (left, "POOR")], valid_from=BEFORE)
    recognise(
        ward,
        [(up, "NON_POOR"), (near, "NEAR_POOR"), (fall, "POOR"), (new, "POOR"),
         (again, "POOR")],
        valid_from=DURING,
    )  # fmt: skip
    depart(gone, date(2026, 9, 1))
    merge(left, stay, at(2026, 9, 1))

    found = ask([ward])

    assert codes(found) == {
        stay.id: "STAY_POOR",
        up.id: "EXIT_POOR",
        near.id: "POOR_TO_NEAR",
        fall.id: "NEAR_TO_POOR",
        new.id: "NEW_POOR",
        again.id: "RE_POOR",
        gone.id: "OUT_MOVE",
        left.id: "OUT_MOVE",
    }
    assert found.total(POOR) == MovementRow(5, 1, 1, 2, 1, 1, 1, 0, 4)
    assert found.total(NEAR) == MovementRow(1, 0, 1, 0, 1, 0, 0, 0, 1)
    assert found.reconciles


def test_each_ward_is_a_row_and_one_ward_shows_its_groups(app: Flask) -> None:
    first, second = make_ward(name="Phường A"), make_ward(name="Phường B")
    group = make_ward(level="group", parent_id=first.id, name="Tổ 1", code="x-01")
    inside = make_household(first, group_code=group.code)
    outside = make_household(first)
    other = make_household(second)
    recognise(first, [(inside, "POOR"), (outside, "POOR")], valid_from=BEFORE)
    recognise(second, [(other, "POOR")], valid_from=BEFORE)

    both, one = ask([first, second]), ask([first])

    assert [(row.name, row.table.poor.end) for row in both.lines] == [
        ("Phường A", 2),
        ("Phường B", 1),
    ]
    assert [(row.name, row.table.poor.end) for row in one.lines] == [
        ("Tổ 1", 1),
        ("", 1),
    ]
    assert both.total(POOR).end == 3


def test_a_move_between_wards_leaves_one_list_and_enters_the_other(app: Flask) -> None:
    old, new = make_ward(), make_ward()
    mover = make_household(new)
    make_record(mover, mover.id, date(2025, 10, 1), old)
    make_record(mover, mover.id, date(2026, 10, 1), new)
    recognise(new, [(mover, "POOR")], valid_from=BEFORE)

    found = ask([old, new])

    assert found.lines[0].table.poor == MovementRow(start=1, moved_out=1)
    assert found.lines[1].table.poor == MovementRow(moved_in=1, end=1)
    assert found.reconciles


def test_who_moves_in_without_a_status_and_is_recognised_is_new(app: Flask) -> None:
    old, new = make_ward(), make_ward()
    mover = make_household(new)
    make_record(mover, mover.id, date(2025, 10, 1), old)
    make_record(mover, mover.id, date(2026, 3, 1), new)
    recognise(new, [(mover, "POOR")], valid_from=DURING)

    assert ask([old, new]).lines[1].table.poor == MovementRow(new=1, end=1)


def test_a_status_that_came_with_a_merge_is_not_new_poverty(app: Flask) -> None:
    ward = make_ward()
    elder, younger = make_household(ward), make_household(ward)
    recognise(ward, [(younger, "POOR")], valid_from=BEFORE)
    merge(younger, elder, at(2026, 6, 1))
    recognise(ward, [(elder, "POOR")], valid_from=DURING)

    found = ask([ward])

    assert found.total(POOR) == MovementRow(start=1, moved_out=1, moved_in=1, end=1)
    assert found.reconciles


@pytest.mark.parametrize(("years", "code"), [(0, "NEW_POOR"), (2, "RE_POOR")])
def test_how_far_back_counts_as_again_is_asked_with_the_table(
    app: Flask, years: int, code: str
) -> None:
    ward = make_ward()
    again = make_household(ward)
    recognise(ward, [(again, "POOR")], valid_from=date(2023, 12, 20))
    recognise(ward, [(again, "NON_POOR")], valid_from=date(2024, 12, 20))
    recognise(ward, [(again, "POOR")], valid_from=DURING)

    assert codes(ask([ward], look_back_years=years)) == {again.id: code}


def test_who_was_poor_by_the_standard_before_is_poor_again(app: Flask) -> None:
    ward = make_ward()
    again = make_household(ward)
    day = date(2020, 12, 20)
    recognise(ward, [(again, "POOR")], standard="vn-2016", valid_from=day)
    recognise(
        ward, [(again, "NON_POOR")], standard="vn-2016", valid_from=date(2021, 6, 1)
    )
    recognise(ward, [(again, "POOR")], valid_from=date(2022, 6, 1))

    found = ask([ward], start=date(2022, 1, 1), end=date(2022, 12, 31))

    assert codes(found) == {again.id: "RE_POOR"}


def test_a_change_of_standard_is_marked_and_starts_from_the_old_lists(
    app: Flask,
) -> None:
    ward = make_ward()
    found = make_household(ward)
    recognise(
        ward, [(found, "POOR")], standard="vn-2016", valid_from=date(2020, 12, 20)
    )
    recognise(ward, [(found, "NEAR_POOR")], valid_from=date(2022, 1, 1))

    table = ask([ward], start=date(2021, 12, 31), end=date(2022, 12, 31))

    assert table.question.standard_changed
    assert table.lines[0].table.standard_changed
    assert table.total(POOR).start == 1
    assert table.total(NEAR).end == 1


def test_the_city_and_the_country_are_never_mixed(app: Flask) -> None:
    question = Question(
        load_pack("vn-hanoi-2022"), date(2020, 12, 31), date(2022, 6, 1)
    )

    assert question.start_standard == load_pack("vn-hanoi-2016")


def test_every_number_opens_into_the_households_it_counts(app: Flask) -> None:
    ward = make_ward()
    found = [make_household(ward) for _ in range(6)]
    recognise(ward, [(each, "POOR") for each in found[:4]], valid_from=BEFORE)
    changes = [(found[0], "NON_POOR"), (found[1], "NEAR_POOR"), (found[5], "POOR")]
    recognise(ward, changes, valid_from=DURING)

    table = ask([ward])

    for of in (POOR, NEAR):
        for cell in (*CELLS, *GROUPED_CELLS):
            behind = households_behind(table, of, cell)
            assert len(behind) == getattr(table.total(of), cell), (of, cell)
    with pytest.raises(KeyError):
        households_behind(table, POOR, "start", "nowhere")


def test_a_leap_day_looks_back_to_the_28th() -> None:
    assert years_before(date(2024, 2, 29), 1) == date(2023, 2, 28)
    assert years_before(date(2024, 2, 29), 4) == date(2020, 2, 29)


CATEGORIES = ["POOR", "NEAR_POOR", "AVERAGE", "NON_POOR"]
DAYS = [date(2024, 6, 1), BEFORE, date(2026, 3, 1), DURING]
said = st.tuples(
    st.sampled_from(DAYS),
    st.dictionaries(st.integers(0, 4), st.sampled_from(CATEGORIES), min_size=1),
)


@pytest.mark.sqlite_only
@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(said, max_size=6), st.sets(st.integers(0, 4), max_size=2), st.booleans()
)
def test_any_history_reconciles_and_every_number_opens(
    app: Flask,
    history: list[tuple[date, dict[int, str]]],
    departed: set[int],
    is_merged: bool,
) -> None:
    wards = [make_ward(), make_ward()]
    families = [make_household(wards[number % 2]) for number in range(5)]
    for day, categories in history:
        for ward in wards:
            items = [
                (families[number], category)
                for number, category in categories.items()
                if families[number].area_id == ward.id
            ]
            if items:
                recognise(ward, items, valid_from=day)
    if is_merged:
        merge(families[2], families[0], at(2026, 4, 1))
    for number in departed - ({0, 2} if is_merged else set()):
        depart(families[number], date(2026, 5, 1))

    _check(ask(wards), families)


def _check(found: Movement, families: list[HouseholdRow]) -> None:
    assert found.reconciles
    for of in (POOR, NEAR):
        total = found.total(of)
        assert total.reconciles
        for cell in (*CELLS, *GROUPED_CELLS):
            behind = [key for key, _code in households_behind(found, of, cell)]
            assert len(behind) == len(set(behind)) == getattr(total, cell)
        held = [found.end[each.id] for each in families if each.id in found.end]
        assert total.end == [each.category for each in held].count(of.value)
    assert set(codes(found)) <= {each.id for each in families}


def test_who_is_noted_to_have_come_is_not_newly_poor(app: Flask) -> None:
    ward = make_ward()
    came, earlier = make_household(ward), make_household(ward)
    for found, on in ((came, date(2026, 5, 1)), (earlier, date(2025, 5, 1))):
        note_arrival(
            by=OFFICER, household_id=found.id, kind="moved_in", on=on, reason="về quê"
        )
    recognise(ward, [(came, "POOR"), (earlier, "POOR")], valid_from=DURING)

    found = ask([ward])

    assert codes(found) == {came.id: "IN_MOVE", earlier.id: "NEW_POOR"}
    assert found.total(POOR) == MovementRow(new=1, moved_in=1, end=2)
