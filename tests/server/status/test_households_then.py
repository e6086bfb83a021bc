"""What was known of a household on a day stays what was known of it then."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from server.areas.tables import Area
from server.db import db
from server.domain.actor import EVERYWHERE
from server.domain.matching.judgement import Verdict
from server.domain.poverty.transitions import Transition
from server.domain.reporting.definition import catalogue
from server.domain.survey.record import Household, SurveyRecord
from server.registry.actions import correct, take_back_correction
from server.registry.queries import household_of
from server.registry.tables import HouseholdRow
from server.reports.movement import movement_of
from server.reports.official_asked import asked
from server.review.actions import decide, relink, undo
from server.review.tables import MergeProposal
from server.status.households_then import households_then
from tests.factories import make_area
from tests.server.review.surveys import STAFF, arrive, ask_about_everything, survey
from tests.server.status.households import at, recognise, set_clock

DAY = date(2026, 10, 15)
Known = dict[str, Household | None]


def known(ids: list[str], on: date, known_at: datetime | None) -> Known:
    found = households_then(ids, on, known_at)
    return {
        each: golden.household if golden else None
        for each, (_row, golden) in found.items()
    }


def live() -> list[str]:
    statement = select(HouseholdRow.id).where(HouseholdRow.state == "live")
    return sorted(db.session.scalars(statement))


@pytest.fixture
def ward(app: Flask) -> Area:
    return make_area(code="00229", level="ward", name="Phường Kim Liên")


def test_no_survey_correction_merge_or_undoing_changes_what_was_known(
    app: Flask, ward: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[tuple[datetime, list[str], Known]] = []

    def look(month: int, day: int) -> None:
        """Remember what is known now, then let some hours pass."""
        said.append((at(2026, month, day, 12), live(), known(live(), DAY, None)))
        set_clock(monkeypatch, at(2026, month, day, 15))

    set_clock(monkeypatch, at(2026, 9, 1))
    ask_about_everything()
    asked = survey("Nguyễn Văn Bình", "1960", review_date=date(2026, 9, 1))
    first = arrive(asked)
    arrive(survey("Nguyễn Văn Bình", "1960-03-02", review_date=date(2026, 9, 1)))
    proposal = db.session.scalars(select(MergeProposal)).one()
    look(9, 1)
    set_clock(monkeypatch, at(2026, 9, 10))
    home = household_of(first)
    fixed = correct(
        by=STAFF, household_id=home.id, path="address.street", value="Tôn Đức Thắng",
        reason="ghi nhầm",
    )  # fmt: skip
    relink(record_ids={first})  # as the job does that a correction leaves
    look(9, 10)
    set_clock(monkeypatch, at(2026, 9, 20))
    judged = decide(by=STAFF, proposal_id=proposal.id, verdict=Verdict.SAME)
    look(9, 20)
    set_clock(monkeypatch, at(2026, 10, 20))
    edited = {"deprecated_id": asked.instance_id, "review_date": date(2026, 10, 18)}
    arrive(survey("Nguyễn Văn Bình", "1960", **edited))
    look(10, 20)
    set_clock(monkeypatch, at(2026, 11, 1))
    undo(by=STAFF, judgement_id=judged.id, reason="hai hộ")
    take_back_correction(by=STAFF, correction_id=fixed.id)
    relink(record_ids={first})
    look(11, 1)

    assert [len(ids) for _, ids, _ in said] == [2, 2, 1, 1, 2]
    for known_at, ids, then in said:
        assert known(ids, DAY, known_at) == then
    streets = [
        then[home.id].address.street if then.get(home.id) else None
        for _, _, then in said
    ]
    assert streets[0] != "Tôn Đức Thắng"
    assert streets[1] == "Tôn Đức Thắng"


def test_before_its_first_survey_nothing_is_known_of_a_household(
    app: Flask, ward: Area
) -> None:
    record = arrive(survey(review_date=date(2026, 9, 1)))
    home = household_of(record)

    assert known([home.id], date(2026, 8, 31), None) == {home.id: None}
    assert known([home.id], date(2026, 9, 1), None)[home.id] is not None
    assert known([home.id], date(2026, 9, 1), at(2026, 8, 1)) == {home.id: None}


def test_a_report_of_a_past_day_has_the_groups_of_that_day(
    app: Flask, ward: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (
        make_area(level="group", parent_id=ward.id, code=f"00229-0{number}")
        for number in (1, 2)
    )
    set_clock(monkeypatch, at(2026, 9, 2))
    before = survey(review_date=date(2026, 9, 1))
    home = household_of(arrive(in_group(before, first)))
    since = date(2026, 9, 2)
    recognise(ward, [(home, "POOR")], decided_on=since, valid_from=since)
    set_clock(monkeypatch, at(2026, 10, 20))
    later = {"deprecated_id": before.instance_id, "review_date": date(2026, 10, 18)}
    arrive(in_group(survey(**later), second))

    for end, group in ((DAY, first), (date(2026, 10, 20), second)):
        args = {"to": end.isoformat(), "unit": str(ward.id), "standard": "vn-2022"}
        wanted = asked(args, EVERYWHERE)
        table = wanted.fill(catalogue().tables["groups"])
        moved = movement_of(wanted.question, [ward])
        lines = [line.key for line in moved.lines if line.end]
        assert table.register.end[home.id].place == group.code
        assert lines == [group.code]
    across = asked({**args, "from": "2026-09-30"}, EVERYWHERE)
    moved = movement_of(across.question, [ward])
    assert moved.reconciles  # who changes groups leaves the one and comes to the other
    assert [(line.key, [*line.table.codes.values()]) for line in moved.lines] == [
        (first.code, [Transition.OUT_MOVE]),
        (second.code, [Transition.IN_MOVE]),
    ]


def in_group(record: SurveyRecord, group: Area) -> SurveyRecord:
    return replace(record, household=replace(record.household, group_code=group.code))
