"""What is hard to put right is decided by two people."""

import pytest
from sqlalchemy import select

from server.areas.tables import Area
from server.db import db
from server.domain.matching.judgement import Verdict
from server.invariants import verify
from server.review.actions import decide, undo
from server.review.risk import needs_two_people
from server.review.tables import JudgementRow, MergeProposal, Opinion
from server.review.weighing import keep_stakes
from tests.browsing import Browser
from tests.server.review.surveys import COLLEAGUE, STAFF, arrive, survey


@pytest.fixture
def pair(ward: Area) -> MergeProposal:
    """A household recognised as poor, and one like it that is not."""
    arrive(survey("Nguyễn Văn Bình", "1960-03-02"))
    arrive(survey("Nguyen Van Binh", "1960-03-02"))
    row = only_proposal()
    keep_stakes(stakes={row.left_household_id: 3})
    return only_proposal()


def only_proposal() -> MergeProposal:
    db.session.rollback()
    return db.session.scalars(select(MergeProposal)).one()


def judgements() -> list[JudgementRow]:
    db.session.rollback()
    return list(db.session.scalars(select(JudgementRow).order_by(JudgementRow.id)))


def test_a_poor_household_and_one_that_is_not_need_two_people(
    pair: MergeProposal,
) -> None:
    assert needs_two_people(pair)

    keep_stakes(stakes={pair.right_household_id: 3})

    assert not needs_two_people(only_proposal())


def test_the_second_person_decides_and_nobody_approves_themselves(
    pair: MergeProposal,
) -> None:
    for _twice in range(2):
        said = decide(by=STAFF, proposal_id=pair.id, verdict=Verdict.SAME)
        assert isinstance(said, Opinion)
    assert judgements() == []
    assert only_proposal().state == "open"

    row = decide(by=COLLEAGUE, proposal_id=pair.id, verdict=Verdict.SAME)

    assert isinstance(row, JudgementRow)
    assert [each.actor_name for each in judgements()] == [COLLEAGUE.name]
    assert verify() == []
    undo(by=STAFF, judgement_id=row.id)
    assert isinstance(
        decide(by=COLLEAGUE, proposal_id=pair.id, verdict=Verdict.SAME), Opinion
    )


def test_telling_two_households_apart_needs_one_person(pair: MergeProposal) -> None:
    decide(by=STAFF, proposal_id=pair.id, verdict=Verdict.SAME)

    row = decide(by=COLLEAGUE, proposal_id=pair.id, verdict=Verdict.DIFFERENT)

    assert isinstance(row, JudgementRow)
    live = select(Opinion).where(Opinion.superseded_at.is_(None))
    assert db.session.scalars(live).all() == []


def test_two_wards_need_two_people(ward: Area, other_ward: Area) -> None:
    arrive(survey("Nguyễn Văn Bình", "1960-03-02"))
    arrive(survey("Nguyễn Văn Bình", "1960-03-02", ward_code=other_ward.code))

    assert needs_two_people(only_proposal())


def test_the_screens_tell_what_the_first_person_said(
    officer: Browser, chief: Browser, pair: MergeProposal
) -> None:
    assert "cần hai người cùng ý" in officer.get(f"/review/{pair.id}").text
    answer = officer.post(
        f"/review/{pair.id}/decide",
        data={"verdict": "same", "reason": "đã hỏi tổ trưởng"},
    )
    page = officer.get(answer.location).text
    assert "cần người thứ hai cùng ý" in page
    assert "không tự duyệt" in officer.get(f"/review/{pair.id}").text
    assert 'data-key="j"' not in officer.get("/review").text

    page = chief.get(f"/review/{pair.id}").text
    assert "Trần Thị Bình đã nói: cùng một hộ" in page
    assert "đã hỏi tổ trưởng" in page
    chief.post(f"/review/{pair.id}/decide", data={"verdict": "same"})

    assert [each.verdict for each in judgements()] == ["same"]
