"""Any history of decisions keeps invariant 4, and yesterday's answers stay."""

from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from server.db import db, transaction
from server.domain.poverty import periods
from server.status import actions, queries
from server.status.tables import PovertyStatus, Recognition
from tests.server.status.households import (
    OFFICER,
    at,
    make_household,
    make_ward,
    recognise,
    set_clock,
)

DAYS = [date(2023, 1, 1), date(2024, 6, 1), date(2025, 1, 1), date(2026, 1, 1)]
CATEGORIES = ["POOR", "NEAR_POOR", "NON_POOR"]
decisions = st.tuples(
    st.sampled_from(DAYS),
    st.dictionaries(st.integers(0, 2), st.sampled_from(CATEGORIES), min_size=1),
)
# A number takes back one of the decisions made so far.
steps = st.lists(st.one_of(decisions, st.integers(0, 5)), min_size=1, max_size=8)


@pytest.mark.sqlite_only
@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps)
def test_any_history_keeps_one_status_a_day_and_every_past_answer(
    app: Flask, history: list[tuple[date, dict[int, str]] | int]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        set_clock(patch, at(2026, 1, 1))
        ward = make_ward()
        families = [make_household(ward) for _ in range(3)]
        ids = [each.id for each in families]
        answers: dict[tuple[datetime, date], dict[str, str]] = {}
        made: list[Recognition] = []

        for hour, step in enumerate(history):
            instant = at(2026, 1, 2) + timedelta(hours=hour)
            set_clock(patch, instant)
            _take(step, made, ward, families)
            answers |= _believed(ids, instant + timedelta(minutes=30))

        _check_rows(ids)
        for (known_at, on), expected in answers.items():
            found = queries.status_map(None, "vn-2022", on, known_at)
            assert {k: v for k, v in found.items() if k in ids} == expected


def _take(step: object, made: list[Recognition], ward: object, families: list) -> None:  # type: ignore[type-arg]
    if isinstance(step, int):
        live = [each for each in made if each.withdrawn_at is None]
        if live:
            chosen = live[step % len(live)]
            actions.withdraw(by=OFFICER, recognition_id=chosen.id, reason="thử")
        return
    valid_from, said = step  # type: ignore[misc]
    items = [(families[number], category) for number, category in said.items()]
    made.append(
        recognise(ward, items, decided_on=date(2026, 1, 1), valid_from=valid_from)  # type: ignore[arg-type]
    )


def _believed(
    ids: list[str], known_at: datetime
) -> dict[tuple[datetime, date], dict[str, str]]:
    said = {}
    for on in DAYS:
        found = queries.status_map(None, "vn-2022", on)
        said[known_at, on] = {key: each for key, each in found.items() if key in ids}
    return said


def _check_rows(ids: list[str]) -> None:
    """I4 as the register verifies it: no overlap, and each row has its decision."""
    for household_id in ids:
        rows = queries.statuses_of(household_id)
        live = [queries.period_of(row) for row in rows if row.superseded_at is None]
        for number, one in enumerate(live):
            assert not any(one.overlaps(other) for other in live[number + 1 :])
        for row in rows:
            assert db.session.get(Recognition, row.recognition_id) is not None
        withdrawn = {
            each.id
            for each in db.session.scalars(select(Recognition))
            if each.withdrawn_at is not None
        }
        assert not {each.recognition for each in live} & withdrawn


def test_the_database_agrees_with_the_domain_row_by_row(app: Flask) -> None:
    ward = make_ward()
    found = make_household(ward)
    rows: tuple[periods.Period, ...] = ()
    for number, (day, category) in enumerate(zip(DAYS, CATEGORIES * 2, strict=False)):
        made = recognise(
            ward, [(found, category)], decided_on=date(2026, 2, number + 1),
            valid_from=day,
        )  # fmt: skip
        change = periods.recognise(rows, category, day, made.at, made.id)
        rows = periods.apply_change(rows, change)

    stored = [queries.period_of(row) for row in queries.statuses_of(found.id)]

    def plain(each: periods.Period) -> tuple[object, ...]:
        superseded = each.superseded_at is not None
        return (each.category, each.valid_from, each.valid_to or date.max, superseded)

    assert sorted(map(plain, stored)) == sorted(map(plain, rows))


def test_a_superseded_row_is_marked_and_never_changed(app: Flask) -> None:
    ward = make_ward()
    found = make_household(ward)
    recognise(ward, [(found, "POOR")], valid_from=date(2025, 1, 1))
    with transaction() as session:
        before = session.scalars(select(PovertyStatus)).one()
        kept = (before.id, before.valid_from, before.valid_to, before.recorded_at)

    recognise(ward, [(found, "NON_POOR")], valid_from=date(2026, 1, 1))

    row = db.session.get_one(PovertyStatus, kept[0])
    assert (row.id, row.valid_from, row.valid_to, row.recorded_at) == kept
    assert row.superseded_at is not None
