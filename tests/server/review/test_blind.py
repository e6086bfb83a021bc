"""A share of decided pairs is reviewed by somebody who does not see the decision."""

import pytest
from flask import Flask
from sqlalchemy import select

from server.areas.tables import Area
from server.db import db
from server.domain.actor import EVERYWHERE, Actor
from server.domain.matching.judgement import Verdict
from server.domain.problems import Refused
from server.review.actions import decide
from server.review.blind import agreement, answer_blindly, find_next_blind, is_drawn
from server.review.tables import JudgementRow, MergeProposal
from tests.browsing import Browser
from tests.server.review.surveys import arrive, survey

FIRST = Actor("user", 901, "Trần Thị Bình")
SECOND = Actor("user", 902, "Lê Văn Cường")


@pytest.fixture
def pair(app: Flask, ward: Area) -> MergeProposal:
    app.config["BLIND_REVIEW_PERCENT"] = 100
    arrive(survey("Nguyễn Văn Bình", "1960-03-02"))
    arrive(survey("Nguyen Van Binh", "1960-03-02"))
    return db.session.scalars(select(MergeProposal)).one()


def test_the_share_is_about_what_is_set(app: Flask) -> None:
    drawn = sum(is_drawn(number) for number in range(4000))

    assert 140 < drawn < 260  # 5 in 100


def test_only_somebody_else_reviews_and_only_once(pair: MergeProposal) -> None:
    decide(by=FIRST, proposal_id=pair.id, verdict=Verdict.SAME)
    assert find_next_blind(EVERYWHERE, FIRST.id) is None
    assert find_next_blind(EVERYWHERE, SECOND.id) is not None
    with pytest.raises(Refused):
        answer_blindly(
            by=FIRST, scope=EVERYWHERE, proposal_id=pair.id, verdict=Verdict.SAME
        )

    answer_blindly(
        by=SECOND, scope=EVERYWHERE, proposal_id=pair.id, verdict=Verdict.DIFFERENT
    )

    assert find_next_blind(EVERYWHERE, SECOND.id) is None
    found = agreement(EVERYWHERE)
    assert (found.reviewed, found.agreed, found.kappa) == (1, 0, 0)
    assert db.session.scalars(select(JudgementRow)).one().verdict == "same"


def test_the_page_does_not_tell_what_was_decided(
    officer: Browser, pair: MergeProposal
) -> None:
    decide(by=FIRST, proposal_id=pair.id, verdict=Verdict.DIFFERENT, reason="anh em họ")

    page = officer.get("/review/blind").text

    assert "Nguyen Van Binh" in page
    assert "anh em họ" not in page
    assert FIRST.name + "," not in page
    sent = {"proposal_id": str(pair.id), "verdict": "different"}
    officer.post("/review/blind", data=sent)
    assert "Đã xem lại 1 cặp, cùng ý 1" in officer.get("/review/blind").text
