"""What the machine joins by itself is listed, drawn, and measured by people."""

import pytest
from flask import Flask
from sqlalchemy import BigInteger, literal, literal_column, select

from server.areas.tables import Area
from server.db import db
from server.domain.actor import EVERYWHERE
from server.domain.matching.judgement import Verdict
from server.review import sampling
from server.review.actions import decide
from server.review.blind import agreement, answer_blindly, find_next_blind
from server.review.tables import JudgementRow, MergeProposal
from tests.browsing import Browser
from tests.server.review.surveys import (
    COLLEAGUE,
    STAFF,
    arrive,
    ask_about_everything,
    survey,
)
from tests.server.review.test_views import LAN, NUMBER


@pytest.fixture(autouse=True)
def caution(app: Flask) -> None:
    """As they were measured for the model."""


@pytest.fixture
def joined(app: Flask, ward: Area) -> JudgementRow:
    """Two surveys that the machine found to be of one household."""
    app.config["MACHINE_REVIEW_PERCENT"] = 100
    for _time in range(2):
        arrive(survey(number=NUMBER, others=(LAN,)))
    return db.session.scalars(select(JudgementRow)).one()


def test_the_share_is_about_what_is_set(app: Flask) -> None:
    drawn = [sampling.place_of(number) < 5 for number in range(1, 4001)]
    rows = {sum(drawn[start : start + 100]) for start in range(0, 4000, 100)}
    found = db.session.scalar(select(sampling.place_of(literal(3999, BigInteger))))

    assert 140 < sum(drawn) < 260
    assert len(rows) > 3  # by chance, and not every twentieth
    assert found == sampling.place_of(3999)


def test_people_measure_the_machine_without_seeing_its_answer(
    officer: Browser, joined: JudgementRow
) -> None:
    assert joined.actor_kind == "system"
    page = officer.get("/review/blind").text
    assert "Nguyễn Văn Bình" in page
    assert "Máy" not in page.partition("<main")[2].partition("</main>")[0]

    pair = find_next_blind(EVERYWHERE, STAFF.id)
    assert pair is not None
    answer_blindly(
        by=STAFF, scope=EVERYWHERE, proposal_id=pair.id, verdict=Verdict.DIFFERENT
    )

    found = sampling.figures(EVERYWHERE)
    assert (found.joined, found.drawn, found.reviewed) == (1, 1, 1)
    assert (found.share.right, found.share.total) == (0, 1)
    assert found.low == 0
    assert 0.5 < found.high < 1
    assert agreement(EVERYWHERE).reviewed == 0
    listed = officer.get("/review/machine").text
    assert f"/review/judgements/{joined.id}/undo" in listed
    assert "0 trong 1 cặp" in listed
    officer.post(f"/review/judgements/{joined.id}/undo")
    assert sampling.figures(EVERYWHERE).undone == 1
    assert f"/review/judgements/{joined.id}/undo" not in (
        officer.get("/review/machine").text
    )


def test_what_is_not_drawn_is_not_asked(app: Flask, joined: JudgementRow) -> None:
    app.config["MACHINE_REVIEW_PERCENT"] = 0

    assert find_next_blind(EVERYWHERE, STAFF.id) is None
    assert (
        db.session.scalar(select(literal_column("1")).where(sampling.is_drawn()))
        is None
    )


def test_decisions_of_people_do_not_count_for_the_machine(
    app: Flask, ward: Area
) -> None:
    ask_about_everything()
    app.config["BLIND_REVIEW_PERCENT"] = 100
    arrive(survey("Nguyễn Văn Bình", "1960-03-02"))
    arrive(survey("Nguyen Van Binh", "1960-03-02"))
    pair = db.session.scalars(select(MergeProposal)).one()
    decide(by=STAFF, proposal_id=pair.id, verdict=Verdict.SAME)

    answer_blindly(
        by=COLLEAGUE, scope=EVERYWHERE, proposal_id=pair.id, verdict=Verdict.SAME
    )

    assert sampling.figures(EVERYWHERE).reviewed == 0
    assert agreement(EVERYWHERE).reviewed == 1
