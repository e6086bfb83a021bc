"""One question for what happened to the lists, as known on any day."""

from datetime import date

import pytest
from flask import Flask

from server.db import db, transaction
from server.domain.actor import Actor
from server.domain.poverty.pack import PovertyCategory
from server.domain.poverty.transitions import Arrival, Departure, Transition
from server.domain.problems import Refused
from server.registry.tables import HouseholdRow
from server.review.tables import JudgementRow
from server.status import actions, arrivals, presence, queries
from tests.server.status.households import (
    OFFICER,
    TODAY,
    at,
    depart,
    make_household,
    make_record,
    make_ward,
    merge,
    recognise,
    set_clock,
)

LAST_YEAR = date(2025, 12, 20)
START = date(2025, 12, 31)


def told(
    area_ids: list[int] | None = None, start: date = START, known_on: date | None = None
) -> list[tuple[str, Transition, int | None]]:
    known_at = presence.end_of_day(known_on) if known_on else None
    found = queries.transitions(area_ids, "vn-2022", start, TODAY, known_at)
    return [(each.household_id, each.event.code, each.event.area) for each in found]


def test_what_happened_to_a_list_in_a_year(app: Flask) -> None:
    ward = make_ward()
    stays, escapes, falls, rises = (make_household(ward) for _ in range(4))
    before = [(stays, "POOR"), (escapes, "POOR"), (falls, "NEAR_POOR"), (rises, "POOR")]
    after = [
        (stays, "POOR"),
        (escapes, "NON_POOR"),
        (falls, "POOR"),
        (rises, "NEAR_POOR"),
    ]
    recognise(ward, before, valid_from=LAST_YEAR)
    recognise(ward, after, valid_from=TODAY)

    assert {id_: code for id_, code, _ in told([ward.id])} == {
        stays.id: Transition.STAY_POOR,
        escapes.id: Transition.EXIT_POOR,
        falls.id: Transition.NEAR_TO_POOR,
        rises.id: Transition.POOR_TO_NEAR,
    }
    assert told([ward.id + 1]) == []


def test_a_household_that_moves_leaves_one_ward_and_enters_the_other(
    app: Flask,
) -> None:
    old, new = make_ward(), make_ward()
    mover = make_household(new, reviewed=date(2026, 10, 1))
    make_record(mover, mover.id, date(2025, 10, 1), old)
    make_record(mover, mover.id, date(2026, 10, 1), new)
    recognise(new, [(mover, "POOR")], valid_from=LAST_YEAR)

    assert told([old.id]) == [(mover.id, Transition.OUT_MOVE, old.id)]
    assert told([new.id]) == [(mover.id, Transition.IN_MOVE, new.id)]


def test_merged_dissolved_and_moved_households_say_how_they_left(app: Flask) -> None:
    ward = make_ward()
    elder, younger, gone = (make_household(ward) for _ in range(3))
    recognise(
        ward, [(elder, "POOR"), (younger, "POOR"), (gone, "POOR")], valid_from=LAST_YEAR
    )
    merge(younger, elder, at(2026, 6, 1))
    depart(gone, date(2026, 7, 1), "dissolved")

    found = queries.transitions([ward.id], "vn-2022", START, TODAY)

    assert [(e.household_id, e.event.departure, e.event.on) for e in found] == [
        (younger.id, Departure.MERGE, date(2026, 6, 1)),
        (gone.id, Departure.DISSOLVED, date(2026, 7, 1)),
    ]


def test_a_change_of_standard_is_told_and_marked(app: Flask) -> None:
    ward = make_ward()
    family = make_household(ward)
    recognise(
        ward, [(family, "POOR")], standard="vn-2016", valid_from=date(2020, 12, 20)
    )
    recognise(ward, [(family, "NEAR_POOR")], valid_from=date(2022, 1, 1))

    (found,) = queries.transitions(None, "vn-2022", date(2021, 12, 31), TODAY)

    assert found.event.code is Transition.POOR_TO_NEAR
    assert found.event.standard_changed
    assert not found.event.is_movement


def test_who_left_the_lists_is_newly_escaped_for_its_months(app: Flask) -> None:
    ward = make_ward()
    family = make_household(ward)
    recognise(ward, [(family, "POOR")], valid_from=date(2022, 12, 20))
    recognise(ward, [(family, "NON_POOR")], valid_from=date(2023, 12, 20))

    (found,) = queries.newly_escaped([ward.id], "vn-2022", TODAY).values()

    assert (found.left, found.since) == (PovertyCategory.POOR, date(2023, 12, 20))
    assert found.until == date(2026, 12, 20)
    assert queries.newly_escaped(None, "vn-2022", date(2026, 12, 20)) == {}


def test_a_household_that_split_off_came_with_its_status(app: Flask) -> None:
    ward = make_ward()
    parent, child = make_household(ward), make_household(ward)
    note = arrivals.note_arrival(
        by=OFFICER, household_id=child.id, kind="split", on=date(2026, 3, 1),
        reason="", from_household_id=parent.id,
    )  # fmt: skip
    recognise(ward, [(child, "POOR")], valid_from=date(2026, 5, 1))

    (found,) = queries.transitions([ward.id], "vn-2022", START, TODAY)
    assert (found.event.code, found.event.arrival) == (
        Transition.IN_MOVE,
        Arrival.SPLIT,
    )

    arrivals.take_back_arrival(by=OFFICER, arrival_id=note.id)

    (found,) = queries.transitions([ward.id], "vn-2022", START, TODAY)
    assert found.event.code is Transition.NEW_POOR


def test_a_note_of_an_arrival_must_make_sense(app: Flask) -> None:
    family = make_household(make_ward())

    for kind, on, code in (
        ("split", TODAY, "arrival_split_from_nobody"),
        ("moved_in", date(2026, 11, 25), "arrival_in_future"),
        ("born", TODAY, "arrival_kind_unknown"),
    ):
        with pytest.raises(Refused) as refused:
            arrivals.note_arrival(
                by=OFFICER, household_id=family.id, kind=kind, on=on, reason=""
            )
        assert refused.value.problems[0].code == code


def test_what_was_known_on_a_day_stays_whatever_is_undone_later(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = make_ward(), make_ward()
    set_clock(monkeypatch, at(2026, 1, 5))
    families = [make_household(old) for _ in range(4)]
    elder, younger, mover, plain = families
    for each in families:
        make_record(each, each.id, date(2025, 10, 1), old)
    made = recognise(
        old, [(each, "POOR") for each in families],
        decided_on=date(2026, 1, 5), valid_from=LAST_YEAR,
    )  # fmt: skip
    set_clock(monkeypatch, at(2026, 2, 1))
    merge(younger, elder, at(2026, 2, 1))
    known_on = date(2026, 3, 1)
    knew = told(None, date(2025, 12, 1), known_on)
    lists = {
        on: queries.lists_on("vn-2022", on, presence.end_of_day(known_on))
        for on in (date(2026, 1, 20), date(2026, 2, 20), TODAY)
    }
    assert len(knew) == 5

    set_clock(monkeypatch, at(2026, 4, 1))
    with transaction() as session:  # the merge is undone
        session.get_one(HouseholdRow, younger.id).state = "live"
        session.get_one(HouseholdRow, younger.id).merged_into = None
        session.query(JudgementRow).one().superseded_at = at(2026, 4, 1)
    make_record(mover, mover.id, date(2026, 1, 15), new)
    with transaction() as session:
        session.get_one(HouseholdRow, mover.id).area_id = new.id
    depart(plain, date(2026, 1, 10))
    arrivals.note_arrival(
        by=OFFICER, household_id=elder.id, kind="moved_in", on=date(2025, 1, 1),
        reason="",
    )  # fmt: skip
    set_clock(monkeypatch, at(2026, 11, 24))
    actions.withdraw(by=Actor("user", 1, "A"), recognition_id=made.id, reason="sai")
    db.session.expire_all()

    assert told(None, date(2025, 12, 1), known_on) == knew
    for on, expected in lists.items():
        assert (
            queries.lists_on("vn-2022", on, presence.end_of_day(known_on)) == expected
        )
    assert told(None, date(2025, 12, 1)) == []
