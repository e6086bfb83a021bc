"""Lists of past days come out as they were: merged, departed and moved households."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from server import clock
from server.db import db, transaction
from server.domain.actor import EVERYWHERE, SYSTEM, Scope
from server.domain.poverty.transitions import Departure
from server.inbox.actions import reinstate, withdraw
from server.inbox.tables import Reading, Submission
from server.registry.tables import HouseholdEvent, HouseholdRow
from server.status import presence, queries
from server.status.contradictions import contradictions
from tests.server.status.households import (
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

SINCE = date(2025, 12, 20)


def on_list(on: date, known_on: date | None = None) -> set[str]:
    known_at = presence.end_of_day(known_on) if known_on else None
    return set(queries.status_map(None, "vn-2022", on, known_at))


def test_a_merged_household_stands_on_the_lists_before_the_merge(app: Flask) -> None:
    ward = make_ward()
    elder, younger = make_household(ward), make_household(ward)
    recognise(ward, [(elder, "POOR"), (younger, "POOR")], valid_from=SINCE)
    merge(younger, elder, at(2026, 6, 1, 1))

    assert on_list(date(2026, 5, 31)) == {elder.id, younger.id}
    assert on_list(date(2026, 6, 1)) == {elder.id}


def test_a_merge_in_the_night_counts_for_the_day_in_vietnam(app: Flask) -> None:
    ward = make_ward()
    elder, younger = make_household(ward), make_household(ward)
    recognise(ward, [(younger, "POOR")], valid_from=SINCE)
    merge(younger, elder, at(2026, 6, 2, 0))

    assert on_list(date(2026, 6, 1)) == {younger.id}
    assert on_list(date(2026, 6, 2)) == set()


def test_a_merge_was_not_known_before_it_was_made(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ward = make_ward()
    elder, younger = make_household(ward), make_household(ward)
    set_clock(monkeypatch, at(2026, 1, 5))
    recognise(ward, [(younger, "POOR")], decided_on=date(2026, 1, 5), valid_from=SINCE)
    set_clock(monkeypatch, at(2026, 11, 24))
    merge(younger, elder, at(2026, 6, 1))

    assert on_list(TODAY, known_on=date(2026, 5, 31)) == {younger.id}
    assert on_list(TODAY, known_on=date(2026, 6, 1)) == set()


def test_of_three_households_each_merge_has_its_own_day(app: Flask) -> None:
    ward = make_ward()
    eldest, second, third = (make_household(ward) for _ in range(3))
    everybody = [(each, "POOR") for each in (eldest, second, third)]
    recognise(ward, everybody, valid_from=SINCE)
    merge(second, eldest, at(2026, 3, 1))
    merge(third, eldest, at(2026, 8, 1))

    assert on_list(date(2026, 7, 1)) == {eldest.id, third.id}
    assert on_list(date(2026, 8, 1)) == {eldest.id}


def test_households_that_no_judgement_joined_were_always_one(app: Flask) -> None:
    ward = make_ward()
    elder, younger = make_household(ward), make_household(ward)
    recognise(ward, [(younger, "POOR")], valid_from=SINCE)
    with transaction() as session:
        row = session.get_one(HouseholdRow, younger.id)
        row.state, row.merged_into = "merged", elder.id

    assert on_list(date(2026, 1, 1)) == set()


def test_who_moved_away_leaves_the_list_on_that_day(app: Flask) -> None:
    ward = make_ward()
    gone = make_household(ward)
    recognise(ward, [(gone, "POOR")], valid_from=SINCE)
    depart(gone, date(2026, 6, 1))

    assert on_list(date(2026, 5, 31)) == {gone.id}
    assert on_list(date(2026, 6, 1)) == set()
    assert presence.gone_by(TODAY) == {gone.id: Departure.OUT_MOVE}


def test_a_departure_was_not_known_before_it_was_recorded(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ward = make_ward()
    gone = make_household(ward)
    set_clock(monkeypatch, at(2026, 1, 5))
    recognise(ward, [(gone, "POOR")], decided_on=date(2026, 1, 5), valid_from=SINCE)
    set_clock(monkeypatch, at(2026, 9, 1))
    depart(gone, date(2026, 6, 1), "dissolved")

    assert on_list(date(2026, 7, 1), known_on=date(2026, 8, 31)) == {gone.id}
    assert on_list(date(2026, 7, 1), known_on=date(2026, 9, 1)) == set()


def test_a_departure_that_was_taken_back_is_forgotten(app: Flask) -> None:
    ward = make_ward()
    back = make_household(ward)
    recognise(ward, [(back, "POOR")], valid_from=SINCE)
    depart(back, date(2026, 6, 1))
    with transaction() as session:
        row = session.get_one(HouseholdRow, back.id)
        row.state, row.departed_on = "live", None
        session.query(HouseholdEvent).one().superseded_at = clock.now()

    assert on_list(TODAY) == {back.id}


def test_who_moves_to_another_ward_stands_on_the_list_of_the_old_one_until_then(
    app: Flask,
) -> None:
    old, new = make_ward(), make_ward()
    mover = make_household(new, reviewed=date(2026, 10, 1))
    make_record(mover, mover.id, date(2025, 10, 1), old)
    make_record(mover, mover.id, date(2026, 10, 1), new)
    recognise(new, [(mover, "POOR")], valid_from=SINCE)

    assert queries.status_map([old.id], "vn-2022", date(2026, 9, 30)) == {
        mover.id: "POOR"
    }
    assert queries.status_map([new.id], "vn-2022", date(2026, 9, 30)) == {}
    assert queries.status_map([new.id], "vn-2022", TODAY) == {mover.id: "POOR"}


def test_people_of_a_ward_that_was_closed_have_not_moved(app: Flask) -> None:
    closed = make_ward(valid_to=date(2025, 7, 1))
    today = make_ward()
    stayed = make_household(today)
    make_record(stayed, stayed.id, date(2025, 3, 1), closed)
    make_record(stayed, stayed.id, date(2026, 10, 1), today)
    recognise(today, [(stayed, "POOR")], valid_from=date(2025, 1, 1))

    assert queries.status_map([today.id], "vn-2022", date(2025, 4, 1)) == {
        stayed.id: "POOR"
    }


def test_two_statuses_of_one_household_wait_for_the_commune(app: Flask) -> None:
    ward = make_ward()
    elder, younger = make_household(ward), make_household(ward)
    recognise(ward, [(younger, "POOR"), (elder, "NEAR_POOR")], valid_from=SINCE)
    merge(younger, elder, at(2026, 11, 24, 10))

    (found,) = contradictions(EVERYWHERE, "vn-2022", TODAY)

    assert (found.household_id, found.merged_id) == (elder.id, younger.id)
    assert (found.category, found.merged_category) == ("NEAR_POOR", "POOR")
    assert contradictions(Scope(frozenset()), "vn-2022", TODAY) == []
    assert queries.statuses_of(younger.id)[-1].superseded_at is None


def test_a_status_that_only_the_merged_household_has_is_not_lost(app: Flask) -> None:
    ward = make_ward()
    elder, younger = make_household(ward), make_household(ward)
    recognise(ward, [(younger, "POOR")], valid_from=SINCE)
    merge(younger, elder, at(2026, 11, 24, 10))

    (found,) = contradictions(EVERYWHERE, "vn-2022", TODAY)

    assert (found.category, found.merged_category) == (None, "POOR")


def test_a_decision_after_the_merge_settles_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ward = make_ward()
    elder, younger = make_household(ward), make_household(ward)
    recognise(ward, [(younger, "POOR"), (elder, "NEAR_POOR")], valid_from=SINCE)
    merge(younger, elder, at(2026, 11, 24, 10))
    set_clock(monkeypatch, at(2026, 11, 24, 11))

    recognise(ward, [(elder, "NEAR_POOR")])

    assert contradictions(EVERYWHERE, "vn-2022", TODAY) == []


@pytest.mark.parametrize(
    ("elder_is", "younger_is"), [("POOR", "POOR"), (None, "NON_POOR")]
)
def test_statuses_that_say_the_same_or_nothing_of_note_need_no_decision(
    app: Flask, elder_is: str | None, younger_is: str
) -> None:
    ward = make_ward()
    elder, younger = make_household(ward), make_household(ward)
    items = [(younger, younger_is), *([(elder, elder_is)] if elder_is else [])]
    recognise(ward, items, valid_from=SINCE)
    merge(younger, elder, at(2026, 11, 24, 10))

    assert contradictions(EVERYWHERE, "vn-2022", TODAY) == []


def withdraw_last_survey() -> None:
    with transaction():
        submission_id = db.session.scalar(select(func.max(Submission.id)))
        assert submission_id is not None
        if db.session.get(Reading, submission_id) is None:
            reading = Reading(submission_id=submission_id, problems=[])
            reading.state, reading.changed_at = "understood", clock.now()
            db.session.add(reading)
            db.session.flush()
        withdraw(by=SYSTEM, submission_id=submission_id, reason="deleted_at_source")


def test_a_survey_that_was_withdrawn_brings_nobody_back(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ward = make_ward()
    gone = make_household(ward)
    set_clock(monkeypatch, at(2026, 1, 5))
    recognise(ward, [(gone, "POOR")], decided_on=date(2026, 1, 5), valid_from=SINCE)
    depart(gone, date(2026, 6, 1))
    make_record(gone, gone.id, date(2026, 7, 1))
    assert on_list(date(2026, 8, 1)) == {gone.id}

    set_clock(monkeypatch, at(2026, 9, 1))
    withdraw_last_survey()

    assert on_list(date(2026, 8, 1)) == set()
    assert on_list(date(2026, 8, 1), known_on=date(2026, 8, 31)) == {gone.id}
    assert on_list(date(2026, 8, 1), known_on=date(2026, 9, 1)) == set()


def test_a_withdrawn_survey_moves_nobody_to_its_ward(app: Flask) -> None:
    here, elsewhere = make_ward(), make_ward()
    stayed = make_household(here, reviewed=date(2025, 10, 1))
    make_record(stayed, stayed.id, date(2025, 10, 1), here)
    recognise(here, [(stayed, "POOR")], valid_from=SINCE)
    make_record(stayed, stayed.id, date(2026, 10, 1), elsewhere)
    withdraw_last_survey()

    assert queries.status_map([here.id], "vn-2022", TODAY) == {stayed.id: "POOR"}


def test_a_survey_that_is_back_counts_again(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ward = make_ward()
    gone = make_household(ward)
    set_clock(monkeypatch, at(2026, 1, 5))
    recognise(ward, [(gone, "POOR")], decided_on=date(2026, 1, 5), valid_from=SINCE)
    depart(gone, date(2026, 6, 1))
    make_record(gone, gone.id, date(2026, 7, 1))
    withdraw_last_survey()
    submission_id = db.session.scalar(select(func.max(Submission.id)))
    assert submission_id is not None
    set_clock(monkeypatch, at(2026, 9, 1))
    reinstate(by=SYSTEM, submission_id=submission_id)

    assert on_list(date(2026, 8, 1)) == {gone.id}
    assert on_list(date(2026, 8, 1), known_on=date(2026, 8, 31)) == set()


def test_a_household_that_was_always_another_one_has_no_events(app: Flask) -> None:
    ward = make_ward()
    elder, younger = make_household(ward), make_household(ward)
    recognise(ward, [(younger, "POOR")], valid_from=SINCE)
    with transaction() as session:
        row = session.get_one(HouseholdRow, younger.id)
        row.state, row.merged_into = "merged", elder.id

    assert queries.transitions(None, "vn-2022", date(2020, 1, 1), TODAY) == []
