"""Statuses through merges and departures that the register itself computed."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import ColumnElement, and_, func, select

from server.areas.tables import Area
from server.db import db
from server.domain.actor import EVERYWHERE
from server.domain.matching.judgement import Verdict
from server.domain.poverty.load import load_pack
from server.domain.poverty.pack import PovertyCategory
from server.domain.survey.record import SurveyRecord
from server.registry.actions import record_departure, take_back_departure
from server.registry.tables import HouseholdRecord, HouseholdRow, SurveyRecordRow
from server.reports.movement import Question, movement_of
from server.review.actions import decide, undo
from server.review.tables import JudgementRow, MergeProposal
from server.status import actions, queries
from server.status.asked import asked
from server.status.contradictions import contradictions
from server.status.proposed import candidates
from server.status.tables import AssessmentRow
from tests.browsing import signed_in
from tests.domain.poverty.households import household
from tests.factories import make_user
from tests.server.review.surveys import (
    STAFF,
    arrive,
    ask_about_everything,
    make_ward,
    survey,
)
from tests.server.status.households import (
    OFFICER,
    SITUATIONS,
    TODAY,
    at,
    recognise,
    set_clock,
)

SINCE = date(2026, 1, 1)
ENTITY = "uuid:11111111-0000-4000-8000-000000000001"


@pytest.fixture
def ward(app: Flask) -> Area:
    make_ward()
    ask_about_everything()
    return db.session.scalars(select(Area).where(Area.level == "ward")).one()


def household_of(record_id: str) -> HouseholdRow:
    link = db.session.get_one(HouseholdRecord, record_id)
    return db.session.get_one(HouseholdRow, link.household_id)


def test_a_merge_that_staff_decided_counts_from_that_day_until_it_is_undone(
    ward: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, at(2026, 2, 1))
    left, right = (arrive(survey(review_date=date(2025, 10, day))) for day in (1, 2))
    elder, younger = household_of(left), household_of(right)
    items = [(elder, "NEAR_POOR"), (younger, "POOR")]
    recognise(ward, items, decided_on=date(2026, 1, 5), valid_from=SINCE)
    actions.assess(household_ids=[elder.id, younger.id])

    set_clock(monkeypatch, at(2026, 6, 1))
    proposal = db.session.scalars(select(MergeProposal)).one()
    decide(by=STAFF, proposal_id=proposal.id, verdict=Verdict.SAME)
    set_clock(monkeypatch, at(2026, 11, 24))

    both = {elder.id: "NEAR_POOR", younger.id: "POOR"}
    eve = date(2026, 5, 31)
    assert queries.status_map(None, "vn-2022", eve) == both
    assert queries.status_map(None, "vn-2022", TODAY) == {elder.id: "NEAR_POOR"}
    (found,) = contradictions(EVERYWHERE, "vn-2022", TODAY)
    assert (found.household_id, found.merged_id) == (elder.id, younger.id)
    table = movement_of(Question(load_pack("vn-2022"), SINCE, TODAY), [ward])
    assert table.total(PovertyCategory.POOR).moved_out == 1
    assert table.reconciles

    undo(by=STAFF, judgement_id=db.session.scalars(select(JudgementRow)).one().id)

    assert queries.status_map(None, "vn-2022", TODAY) == both
    assert contradictions(EVERYWHERE, "vn-2022", TODAY) == []


def test_a_departure_of_the_register_leaves_the_list_and_comes_back(
    ward: Area,
) -> None:
    home = household_of(arrive(survey(review_date=date(2026, 8, 1))))
    recognise(ward, [(home, "POOR")], valid_from=SINCE)

    event = record_departure(
        by=STAFF,
        household_id=home.id,
        kind="moved_out",
        on=date(2026, 9, 1),
        reason="x",
    )
    assert queries.status_map(None, "vn-2022", TODAY) == {}
    assert queries.status_map(None, "vn-2022", date(2026, 8, 31)) == {home.id: "POOR"}

    take_back_departure(by=STAFF, event_id=event.id)
    assert queries.status_map(None, "vn-2022", TODAY) == {home.id: "POOR"}


def test_who_is_reviewed_again_after_leaving_is_back_from_that_day(ward: Area) -> None:
    home = household_of(arrive(survey(review_date=date(2026, 8, 1), entity=ENTITY)))
    recognise(ward, [(home, "POOR")], valid_from=SINCE)
    record_departure(
        by=STAFF,
        household_id=home.id,
        kind="moved_out",
        on=date(2026, 9, 1),
        reason="x",
    )

    arrive(survey(review_date=date(2026, 10, 1), entity=ENTITY))

    assert queries.status_map(None, "vn-2022", date(2026, 9, 30)) == {}
    assert queries.status_map(None, "vn-2022", date(2026, 10, 1)) == {home.id: "POOR"}


def _left_and_came_back(ward: Area, monkeypatch: pytest.MonkeyPatch) -> HouseholdRow:
    """A poor household that left its ward in January and is in another in March, with
    one beside it that looks alike."""
    set_clock(monkeypatch, at(2026, 1, 10))
    arrive(survey(review_date=date(2025, 9, 1)))
    home = household_of(arrive(survey(review_date=date(2025, 10, 1), entity=ENTITY)))
    recognise(ward, [(home, "POOR")], decided_on=SINCE, valid_from=SINCE)
    left = date(2026, 1, 9)
    record_departure(
        by=STAFF, household_id=home.id, kind="moved_out", on=left, reason="x"
    )
    set_clock(monkeypatch, at(2026, 3, 10))
    arrive(survey(review_date=date(2026, 3, 1), entity=ENTITY, ward_code="00226"))
    return home


def _decide_again(proposal: int, verdict: Verdict) -> None:
    """Decide over what was decided; what needs two people gets the second."""
    live = db.session.scalar(
        select(func.max(JudgementRow.id)).where(_is_about(proposal))
    )
    for each in (STAFF, OFFICER):
        said = decide(
            by=each, proposal_id=proposal, verdict=verdict, replaces=live, reason="x"
        )
        if isinstance(said, JudgementRow):
            return


def test_where_a_household_was_stays_known_when_a_merge_takes_its_surveys(
    ward: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It left, came back to another ward, was merged, and the merge was undone."""
    other = make_ward("00226", "Phường khác")
    home = _left_and_came_back(ward, monkeypatch)
    days = [date(2026, 1, 5), date(2026, 2, 1), date(2026, 4, 1)]
    knew: dict[datetime, list[dict[str, queries.Listed]]] = {}

    def lists(known_at: datetime | None) -> list[dict[str, queries.Listed]]:
        return [queries.lists_on("vn-2022", day, known_at) for day in days]

    assert [{each.area_id for each in found.values()} for found in lists(None)] == [
        {ward.id},
        set(),
        {other.id},
    ]
    before, proposal = lists(None), _asked_of(home.id)
    knew[at(2026, 4, 20)] = before
    for month, verdict in ((5, Verdict.SAME), (6, Verdict.DIFFERENT)):
        set_clock(monkeypatch, at(2026, month, 10))
        _decide_again(proposal, verdict)
        knew[at(2026, month, 20)] = lists(None)
    set_clock(monkeypatch, at(2026, 7, 10))
    last = db.session.scalars(select(JudgementRow).where(_is_about(proposal))).all()[-1]
    undo(by=STAFF, judgement_id=last.id)
    restored = db.session.scalars(
        select(JudgementRow).where(_is_about(proposal))
    ).all()[-1]

    assert restored.restores_id and restored.at == at(2026, 5, 10)
    assert knew[at(2026, 5, 20)] == before
    assert knew[at(2026, 6, 20)] == before
    for known_at, expected in knew.items():
        assert lists(known_at) == expected


def _is_about(proposal_id: int) -> ColumnElement[bool]:
    proposal = db.session.get_one(MergeProposal, proposal_id)
    return and_(
        JudgementRow.left_record_id == proposal.left_record_id,
        JudgementRow.right_record_id == proposal.right_record_id,
    )


def _asked_of(household_id: str) -> int:
    """The first question about a record that the household was first known by."""
    records = select(SurveyRecordRow.id).where(
        SurveyRecordRow.seed_household_id == household_id
    )
    rows = db.session.scalars(select(MergeProposal).order_by(MergeProposal.id)).all()
    known = set(db.session.scalars(records))
    return next(
        row.id for row in rows if known & {row.left_record_id, row.right_record_id}
    )


def test_who_may_be_counted_twice_is_not_ticked_before_somebody_looked(
    app: Flask, ward: Area
) -> None:
    left, right = (arrive(poor(date(2026, 10, day))) for day in (1, 2))
    homes = {household_of(left).id, household_of(right).id}
    actions.assess(household_ids=sorted(homes))
    pair = db.session.scalars(select(MergeProposal)).one()
    officer = signed_in(app, make_user(areas=[ward]))

    page = officer.get(f"/recognitions/new?ward={ward.id}&every=1").text
    ticked = {
        c.id
        for c in candidates(asked({"ward": str(ward.id)}, EVERYWHERE), EVERYWHERE)
        if c.is_ticked
    }

    assert f"/review/{pair.id}" in page
    assert "Có thể trùng với hộ khác" in page
    assert not ticked & homes
    assert {row.category for row in db.session.scalars(select(AssessmentRow))} == {
        "POOR"
    }


def poor(reviewed: date) -> SurveyRecord:
    record = survey(review_date=reviewed)
    answers = household(**SITUATIONS["POOR"])
    return replace(
        record,
        household=replace(
            record.household,
            dwelling=answers.dwelling,
            information=answers.information,
            economy=answers.economy,
            overrides=answers.overrides,
        ),
    )
