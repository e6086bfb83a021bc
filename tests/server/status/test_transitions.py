"""One question for what happened to the lists, as known on any day."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from server.areas.tables import Area
from server.db import db, transaction
from server.domain.actor import EVERYWHERE, Actor
from server.domain.poverty.pack import PovertyCategory
from server.domain.poverty.transitions import Arrival, Departure, Transition
from server.domain.problems import Refused
from server.registry.tables import HouseholdRow
from server.review.tables import JudgementRow
from server.status import actions, arrivals, presence, queries, ward_list
from server.status.tables import Recognition
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


def test_the_list_of_a_ward_has_those_who_lived_there_then(app: Flask) -> None:
    old, new = make_ward(), make_ward()
    mover = make_household(new, reviewed=date(2026, 10, 1))
    make_record(mover, mover.id, date(2025, 10, 1), old)
    make_record(mover, mover.id, date(2026, 10, 1), new)
    recognise(new, [(mover, "POOR")], valid_from=LAST_YEAR)

    def listed(ward: Area, on: date) -> list[str]:
        moment = ward_list.Moment("vn-2022", on)
        rows, _told = ward_list.rows_on_paper(EVERYWHERE, moment, "poor", [ward.id])
        return [row.id for row in rows]

    assert listed(old, date(2026, 9, 30)) == [mover.id]
    assert listed(new, date(2026, 9, 30)) == []
    assert listed(new, TODAY) == [mover.id]


DAYS = [date(2023, 1, 1), date(2024, 6, 1), date(2025, 1, 1), date(2026, 1, 1)]
decisions = st.tuples(
    st.just("decide"), st.sampled_from(DAYS), st.sampled_from(["POOR", "NON_POOR"])
)
happenings = st.one_of(
    decisions,
    st.tuples(st.just("withdraw"), st.integers(0, 3)),
    st.tuples(st.just("leave"), st.sampled_from(DAYS)),
    st.tuples(st.just("move"), st.sampled_from(DAYS)),
    st.tuples(st.just("merge"), st.just(0)),
    st.tuples(st.just("part"), st.just(0)),
)


@pytest.mark.sqlite_only
@settings(
    max_examples=12,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(happenings, min_size=2, max_size=6))
@example([("decide", DAYS[0], "POOR"), ("merge", 0), ("part", 0), ("move", DAYS[0])])
def test_as_known_on_any_day_is_stable_for_ever(
    app: Flask, told_of: list[tuple[Any, ...]]
) -> None:
    """Whatever is decided, withdrawn, merged, parted, moved or left later."""
    with pytest.MonkeyPatch.context() as patch:
        set_clock(patch, at(2026, 1, 1))
        here, there = make_ward(), make_ward()
        elder, younger = make_household(here), make_household(here)
        for row in (elder, younger):
            make_record(row, row.id, date(2022, 6, 1), here)
        ids = {elder.id, younger.id}
        known: dict[date, Any] = {}
        made: list[Recognition] = []

        for number, step in enumerate(told_of):
            now = at(2026, 1, 2) + timedelta(days=number)
            set_clock(patch, now)
            _happen(step, made, here, there, (elder, younger), now)
            known[now.date()] = _answers(ids, now.date())

        for day, expected in known.items():
            assert _answers(ids, day) == expected


def _answers(ids: set[str], known_on: date) -> Any:
    known_at = presence.end_of_day(known_on)
    lists = {
        on: {
            key: each
            for key, each in queries.lists_on("vn-2022", on, known_at).items()
            if key in ids
        }
        for on in (DAYS[1], DAYS[3], date(2026, 3, 1))
    }
    events = queries.transitions(
        None, "vn-2022", date(2020, 1, 1), date(2026, 12, 31), known_at
    )
    return lists, [each for each in events if each.household_id in ids]


def _happen(
    step: tuple[Any, ...],
    made: list[Recognition],
    here: Area,
    there: Area,
    families: tuple[HouseholdRow, HouseholdRow],
    now: datetime,
) -> None:
    elder, younger = (db.session.get_one(HouseholdRow, each.id) for each in families)
    kind, *given_of = step
    if kind == "decide" and younger.state == "live" and younger.area_id == here.id:
        day, category = given_of
        made.append(
            recognise(
                here, [(younger, category)], decided_on=date(2026, 1, 1), valid_from=day
            )
        )
    elif kind == "withdraw" and given_of[0] < len(made):
        recognition = db.session.get_one(Recognition, made[given_of[0]].id)
        if recognition.withdrawn_at is None:
            actions.withdraw(by=OFFICER, recognition_id=recognition.id, reason="sai")
    elif kind == "leave" and younger.state == "live":
        depart(younger, given_of[0])
    elif kind == "move" and younger.state == "live":
        make_record(younger, younger.id, given_of[0], there)
        with transaction():
            younger.area_id = there.id
    elif kind == "merge" and younger.state == "live" and elder.state == "live":
        merge(younger, elder, now)
    elif kind == "part" and younger.state == "merged":
        with transaction() as session:
            younger.state, younger.merged_into = "live", None
            for row in session.query(JudgementRow).filter_by(superseded_at=None):
                row.superseded_at = now
