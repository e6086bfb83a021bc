"""Values that are chosen while two households are joined, and what would follow."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from server.areas.tables import Area
from server.audit.tables import AuditEvent
from server.db import db
from server.domain.matching.judgement import Verdict
from server.domain.survey.record import BirthDate, Member, Position
from server.invariants import verify
from server.invariants.fingerprints import of_households, of_proposals
from server.registry.actions import take_back_correction
from server.registry.queries import golden_of
from server.registry.tables import (
    Correction,
    HouseholdRecord,
    HouseholdRow,
    SurveyRecordRow,
)
from server.review.actions import decide, undo
from server.review.choosing import Choice
from server.review.outcome import find_outcome
from server.review.tables import JudgementRow, MergeProposal
from server.status.assessing import assess
from server.status.consequences import consequences
from server.status.lists import standard_name
from server.status.queries import assessments_of
from tests.browsing import Browser
from tests.server.review.surveys import (
    COLLEAGUE,
    ELSEWHERE,
    HOME,
    STAFF,
    arrive,
    survey,
    trust_the_model,
)
from tests.server.status.households import recognise

LAN = Member("lan", "Trần Thị Lan", "spouse", "female", BirthDate(1963))
AN = Member("an", "Nguyễn Văn An", "child", "male", BirthDate(1990))
BE = Member("be", "Nguyễn Thị Bé", "grandchild", "female", BirthDate(2015))


@pytest.fixture
def pair(ward: Area) -> MergeProposal:
    """An older survey with An, and a newer one with Bé and without An."""
    arrive(
        survey(
            "Nguyễn Văn Bình",
            "1960-03-02",
            others=(LAN, AN),
            phones=("0912345678",),
            review_date=date(2025, 10, 1),
            position=Position(21.0150, 105.83),
            number="001060012345",
        )
    )
    arrive(
        survey(
            "Nguyen Van Binh",
            "1960-03-02",
            others=(LAN, BE),
            address=HOME,
            phones=("0987654321",),
            position=Position(21.0159, 105.83),
        )
    )
    return only_proposal()


def only_proposal() -> MergeProposal:
    db.session.rollback()
    return db.session.scalars(select(MergeProposal)).one()


def older(pair: MergeProposal) -> str:
    """The letter of the side with the older survey."""
    row = db.session.get_one(HouseholdRow, pair.left_household_id)
    return "A" if row.review_date.year == 2025 else "B"


def household() -> Any:
    db.session.rollback()
    rows = db.session.scalars(select(HouseholdRow).where(HouseholdRow.state == "live"))
    return golden_of(rows.one()).household


def names(found: Any) -> set[str]:
    return {member.full_name for member in found.members}


def everything() -> dict[Any, str]:
    db.session.expire_all()
    ids = set(db.session.scalars(select(HouseholdRow.id)))
    records = set(db.session.scalars(select(SurveyRecordRow.id)))
    return {**of_households(ids), **of_proposals(records)}


def judgement() -> JudgementRow:
    return db.session.scalars(
        select(JudgementRow).where(JudgementRow.superseded_at.is_(None))
    ).one()


def test_what_is_shown_as_the_result_is_what_one_household_becomes(
    pair: MergeProposal,
) -> None:
    outcome = find_outcome(pair)
    assert outcome is not None

    decide(by=STAFF, proposal_id=pair.id, verdict=Verdict.SAME)

    row = db.session.get_one(HouseholdRow, outcome.row_id)
    assert row.state == "live"
    assert golden_of(row) == outcome.result
    assert row.content_hash == outcome.computed.household["content_hash"]


def test_the_page_tells_each_value_with_its_reason(
    officer: Browser, pair: MergeProposal
) -> None:
    page = officer.get(f"/review/{pair.id}").text

    assert "rà soát mới hơn, 01/10/2026" in page
    assert "danh sách mới hơn không còn người này" in page
    assert "danh sách mới nhất có người này" in page
    assert 'name="choose:phones"' in page
    assert "100 m giữa hai vị trí" in page
    assert "<svg" in page


def test_who_is_met_alone_does_not_make_the_family_vanish(
    officer: Browser, ward: Area
) -> None:
    head = {"name": "Nguyễn Văn Bình", "born": "1960-03-02", "number": "001060012345"}
    arrive(survey(**head, others=(LAN, AN), review_date=date(2025, 10, 1)))
    arrive(survey(**head, address=ELSEWHERE))
    pair = only_proposal()

    outcome = find_outcome(pair)
    page = officer.get(f"/review/{pair.id}").text

    assert outcome is not None
    assert "phiếu mới hơn không ghi người này đã rời hộ nên giữ lại" in page
    assert names(outcome.result.household) == {
        head["name"],
        LAN.full_name,
        AN.full_name,
    }


def test_another_value_is_chosen_and_survives_what_comes_later(
    officer: Browser, pair: MergeProposal
) -> None:
    officer.post(
        f"/review/{pair.id}/decide",
        data={"verdict": "same", "choose:phones": older(pair)},
    )
    assert household().phones == ("0912345678",)

    trust_the_model()
    arrive(
        survey(
            "Nguyễn Văn Bình",
            "1960-03-02",
            number="001060012345",
            others=(LAN,),
            phones=("0900000000",),
            review_date=date(2026, 11, 1),
        )
    )
    assert household().phones == ("0912345678",)
    assert verify() == []


def test_a_value_is_typed_and_people_stay_or_leave(
    officer: Browser, pair: MergeProposal
) -> None:
    officer.post(
        f"/review/{pair.id}/decide",
        data={
            "verdict": "same",
            "choose:address.lane": "typed",
            "typed:address.lane": "35",
            "person:an": "stay",
            "person:be": "leave",
        },
    )

    found = household()
    assert found.address.lane == "35"
    assert "Nguyễn Văn An" in names(found)
    assert "Nguyễn Thị Bé" not in names(found)
    assert verify() == []


def test_what_was_typed_and_cannot_be_read_decides_nothing(
    officer: Browser, pair: MergeProposal
) -> None:
    answer = officer.post(
        f"/review/{pair.id}/decide",
        data={"verdict": "same", "choose:phones": "typed", "typed:phones": "12"},
    )

    assert answer.status_code == 422
    assert "12" in answer.text
    assert 'name="verdict"' in answer.text
    assert db.session.scalars(select(JudgementRow)).all() == []


def test_undoing_takes_the_chosen_values_back_too(pair: MergeProposal) -> None:
    before = everything()
    choices = [Choice("address.lane", "35", pair.left_record_id)]

    row = decide(by=STAFF, proposal_id=pair.id, verdict=Verdict.SAME, choices=choices)
    assert household().address.lane == "35"
    undo(by=COLLEAGUE, judgement_id=row.id)

    assert everything() == before
    assert verify() == []


def test_a_replaced_decision_comes_back_with_its_values(pair: MergeProposal) -> None:
    choices = [Choice("address.lane", "35", pair.left_record_id)]
    same = decide(by=STAFF, proposal_id=pair.id, verdict=Verdict.SAME, choices=choices)
    before = everything()

    other = decide(
        by=COLLEAGUE,
        proposal_id=pair.id,
        verdict=Verdict.DIFFERENT,
        replaces=same.id,
    )
    assert (
        db.session.scalars(
            select(Correction).where(Correction.superseded_at.is_(None))
        ).all()
        == []
    )
    undo(by=STAFF, judgement_id=other.id)

    assert everything() == before
    assert verify() == []
    undo(by=STAFF, judgement_id=judgement().id)
    assert verify() == []


def test_a_value_taken_back_before_does_not_come_back(pair: MergeProposal) -> None:
    choices = [Choice("address.lane", "35", pair.left_record_id)]
    same = decide(by=STAFF, proposal_id=pair.id, verdict=Verdict.SAME, choices=choices)
    made = db.session.scalars(select(Correction)).one()
    take_back_correction(by=STAFF, correction_id=made.id)
    other = decide(
        by=COLLEAGUE,
        proposal_id=pair.id,
        verdict=Verdict.UNSURE,
        replaces=same.id,
    )

    undo(by=STAFF, judgement_id=other.id)

    assert household().address.lane == "9"


def test_a_family_that_split_off_leaves_the_household_it_came_from(
    officer: Browser, pair: MergeProposal
) -> None:
    before = everything()
    page = officer.get(f"/review/{pair.id}").text
    assert 'data-key="s"' in page
    leaving = {
        f"leave:{part.split(chr(34))[0]}": "on"
        for part in page.split('name="leave:')[1:]
    }

    officer.post(f"/review/{pair.id}/decide", data={"verdict": "split", **leaving})

    row = judgement()
    assert (row.verdict, row.reason_code) == ("different", "split_off")
    left_over = [
        golden_of(each).household
        for each in db.session.scalars(select(HouseholdRow))
        if each.review_date.year == 2025
    ]
    assert names(left_over[0]) == {"Nguyễn Văn An"}
    assert verify() == []

    undo(by=STAFF, judgement_id=row.id)
    assert everything() == before


def test_identity_numbers_are_shown_in_full_only_when_asked_and_it_is_remembered(
    officer: Browser, pair: MergeProposal
) -> None:
    assert "001060012345" not in officer.get(f"/review/{pair.id}").text

    page = officer.post(f"/review/{pair.id}/numbers").text

    assert "001060012345" in page
    told = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "household.numbers_shown")
    ).all()
    assert {each.subject_id for each in told} == {
        pair.left_household_id,
        pair.right_household_id,
    }


def test_what_would_follow_is_told_before(
    app: Flask, officer: Browser, pair: MergeProposal, ward: Area
) -> None:
    ids = (pair.left_household_id, pair.right_household_id)
    assess(household_ids=ids)
    rows = [db.session.get_one(HouseholdRow, each) for each in ids]
    younger = next(row for row in rows if row.review_date.year == 2026)
    recognise(ward, [(younger, "POOR")])
    outcome = find_outcome(only_proposal())
    assert outcome is not None

    found = consequences(outcome)

    assert found.members[2] == 3
    assert [each.is_contradiction for each in found.standards].count(True) == 1
    [one] = found.wards
    assert one.households == (2, 1)
    assert one.listed == (1, 0)
    page = officer.get(f"/review/{pair.id}").text
    assert "gộp hai hộ không đổi diện đã công nhận" in page
    assert "2 → 1 hộ" in page


def test_what_was_told_is_what_happens(pair: MergeProposal) -> None:
    ids = [pair.left_household_id, pair.right_household_id]
    assess(household_ids=ids)
    outcome = find_outcome(only_proposal())
    assert outcome is not None
    told = {each.name: each.result for each in consequences(outcome).standards}

    decide(by=STAFF, proposal_id=pair.id, verdict=Verdict.SAME)
    assess(household_ids=ids)

    [survivor] = set(db.session.scalars(select(HouseholdRecord.household_id)))
    rows = assessments_of([survivor])[survivor]
    assert {standard_name(row.standard): row.category for row in rows} == told
