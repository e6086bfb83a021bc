"""An "unsure" that goes to the door of the family, and comes back with its answer."""

from typing import Any

import pytest
from sqlalchemy import select

from server.areas.tables import Area
from server.db import db
from server.dispatch.actions import publish
from server.dispatch.queries import entity_list
from server.domain.actor import EVERYWHERE
from server.domain.matching.judgement import Verdict
from server.jobs.tables import Job
from server.review.actions import decide, undo
from server.review.door_tables import FieldCheck
from server.review.tables import JudgementRow, MergeProposal, QueueEntry
from tests.browsing import Browser
from tests.server.review.surveys import COLLEAGUE, STAFF, arrive, survey

PHONE = ("0912345678",)


@pytest.fixture
def pair(ward: Area) -> MergeProposal:
    """Two households that look alike, about which somebody has them asked."""
    arrive(survey(phones=PHONE))
    arrive(survey("Nguyen Van Binh", phones=PHONE))
    found = db.session.scalars(select(MergeProposal)).one()
    unsure(found)
    return found


def unsure(pair: MergeProposal, side: str = "A") -> JudgementRow:
    row = decide(by=STAFF, proposal_id=pair.id, verdict=Verdict.UNSURE, ask=side)
    assert isinstance(row, JudgementRow)
    return row


def check() -> FieldCheck:
    db.session.rollback()
    return db.session.scalars(select(FieldCheck)).one()


def on_phones() -> dict[str, tuple[str, str]]:
    """What each household is to be asked, as phones get it when the jobs are done."""
    for job in db.session.scalars(select(Job)):
        if "household_ids" in job.payload:
            publish(household_ids=job.payload["household_ids"])
    return {
        row["name"]: (row.get("check_id", ""), row.get("check_about", ""))
        for row in entity_list(EVERYWHERE)
    }


def answered(pair: MergeProposal, said: str | None, **given: Any) -> str:
    """The next survey of the household that was asked."""
    return arrive(
        survey(
            phones=PHONE,
            entity=check().asked_household_id,
            asked_check=str(check().id),
            same_family=said,
            **given,
        )
    )


def test_the_question_is_on_the_phone_with_the_household(pair: MergeProposal) -> None:
    asked, other = pair.left_household_id, pair.right_household_id

    said = on_phones()

    assert said[asked][0] == str(check().id)
    assert said[asked][1].startswith("Nguy")
    assert said[other] == ("", "")
    assert pair.state == "decided"


def test_an_answer_brings_the_pair_back_with_what_was_said(
    pair: MergeProposal, officer: Browser
) -> None:
    answered(pair, "same")

    pair = db.session.get_one(MergeProposal, pair.id)
    assert (check().state, pair.state) == ("answered", "open")
    assert db.session.get(QueueEntry, pair.id) is not None
    assert set(on_phones().values()) == {("", "")}
    page = officer.get(f"/review/{pair.id}").text
    assert "Là một gia đình, ghi hai lần" in page
    assert "nên chọn: Cùng một hộ" in page
    assert 'value="same" data-key="x"' in page


def test_deciding_the_pair_withdraws_the_question(pair: MergeProposal) -> None:
    [live] = db.session.scalars(select(JudgementRow)).all()

    row = decide(
        by=COLLEAGUE,
        proposal_id=pair.id,
        verdict=Verdict.DIFFERENT,
        replaces=live.id,
    )
    assert check().state == "withdrawn"
    assert set(on_phones().values()) == {("", "")}

    undo(by=COLLEAGUE, judgement_id=row.id)
    assert check().state == "open"
    assert str(check().id) in {number for number, _about in on_phones().values()}


def test_taking_the_unsure_back_withdraws_the_question(pair: MergeProposal) -> None:
    [live] = db.session.scalars(select(JudgementRow)).all()

    undo(by=STAFF, judgement_id=live.id)

    assert check().state == "withdrawn"
    assert db.session.get_one(MergeProposal, pair.id).state == "open"


def test_what_could_not_be_found_out_is_told_and_not_taken_for_no(
    pair: MergeProposal, officer: Browser
) -> None:
    answered(pair, None)

    assert check().state == "answered"
    page = officer.get(f"/review/{pair.id}").text
    assert "Không hỏi được" in page
    assert "nên chọn:" not in page


def test_answers_to_what_nobody_asked_are_passed_over(ward: Area) -> None:
    for number in ("1", "x", "99999999999999"):
        arrive(survey(asked_check=number, same_family="same"))

    assert db.session.scalars(select(FieldCheck)).all() == []


def test_the_screen_asks_at_the_side_seen_longest_ago(
    ward: Area, officer: Browser
) -> None:
    arrive(survey(phones=PHONE))
    arrive(survey("Nguyen Van Binh", phones=PHONE))
    [pair] = db.session.scalars(select(MergeProposal)).all()

    assert 'name="ask"' in officer.get(f"/review/{pair.id}").text
    sent = {"verdict": "unsure", "ask": "B"}
    officer.post(f"/review/{pair.id}/decide", data=sent)

    assert check().asked_household_id == pair.right_household_id
    listed = officer.get("/review/checks").text
    assert "Đang hỏi" in listed
    assert f'href="/review/{pair.id}"' in listed
    withdrawn = officer.get("/review/checks?state=withdrawn").text
    assert f"/review/{pair.id}" not in withdrawn
