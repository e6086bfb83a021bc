"""The queue, the page of a pair and the list of judgements, as people see them."""

import pytest
from flask import Flask
from sqlalchemy import select

from server.accounts.tables import User
from server.areas.tables import Area
from server.db import db, transaction
from server.domain.survey.record import BirthDate, Member, Position
from server.registry.tables import SurveyRecordRow
from server.review.tables import JudgementRow, MergeProposal
from tests.browsing import Browser
from tests.server.review.surveys import HOME, arrive, survey

NUMBER = "001060012345"
LAN = Member("lan", "Trần Thị Lan", "spouse", "female", BirthDate(1963))
AN = Member("an", "Nguyễn Văn An", "child", "male", BirthDate(1990))


@pytest.fixture
def pair(ward: Area) -> MergeProposal:
    """Two households of the ward that look alike."""
    arrive(
        survey(
            number=NUMBER,
            others=(LAN, AN),
            phones=("0912345678",),
            position=Position(21.0150, 105.83),
        )
    )
    arrive(
        survey(
            "Nguyen Van Binh",
            number="001060012354",
            others=(LAN,),
            phones=("0912345678",),
            position=Position(21.0159, 105.83),
        )
    )
    return only_proposal()


@pytest.fixture
def across(ward: Area, other_ward: Area) -> MergeProposal:
    """One household of the ward, and one like it in the other ward."""
    arrive(survey(born="1960-03-02", phones=("0912345678",)))
    arrive(
        survey(
            "Nguyễn Văn Bình",
            "1960-03-02",
            phones=("0912345678",),
            ward_code=other_ward.code,
        )
    )
    return only_proposal()


def only_proposal() -> MergeProposal:
    db.session.rollback()
    return db.session.scalars(select(MergeProposal)).one()


def judgements() -> list[JudgementRow]:
    db.session.rollback()
    return list(db.session.scalars(select(JudgementRow).order_by(JudgementRow.id)))


def test_the_queue_shows_both_heads_and_the_main_evidence(
    officer: Browser, pair: MergeProposal
) -> None:
    page = officer.get("/review").text

    assert "Nguyễn Văn Bình" in page
    assert "Nguyen Van Binh" in page
    assert "Khâm Thiên" in page
    assert f'href="/review/{pair.id}"' in page


def test_the_queue_is_searched_without_marks_and_filtered(
    officer: Browser, pair: MergeProposal, ward: Area
) -> None:
    link = f'href="/review/{pair.id}'

    assert link in officer.get("/review?q=binh+nguyen").text
    assert link not in officer.get("/review?q=tuan").text
    assert link in officer.get(f"/review?ward={ward.id}").text
    assert link in officer.get("/review?evidence=phone").text
    assert link not in officer.get("/review?evidence=head_elsewhere").text
    assert link not in officer.get("/review?band=certain").text
    assert link not in officer.get("/review?state=decided").text


def test_two_households_have_one_line_however_many_pairs_of_surveys(
    officer: Browser, pair: MergeProposal
) -> None:
    first = db.session.get_one(SurveyRecordRow, pair.left_record_id)
    arrive(survey(others=(LAN, AN), deprecated_id=first.instance_id))

    page = officer.get("/review").text

    assert len(db.session.scalars(select(MergeProposal)).all()) == 3
    assert page.count('data-label="Hộ B"') == 1


def test_the_page_of_a_pair_lays_both_side_by_side(
    officer: Browser, pair: MergeProposal
) -> None:
    page = officer.get(f"/review/{pair.id}").text

    assert "Nguyễn Văn An" in page
    assert "Chỉ " in page  # who is on one list only is said in words
    assert "100 m giữa hai vị trí" in page
    assert "Phạm Thu Hà" in page
    assert "345" in page
    assert NUMBER not in page
    assert 'data-key="x"' in page


def test_after_a_verdict_the_page_offers_to_take_it_back(
    officer: Browser, pair: MergeProposal
) -> None:
    answer = officer.post(f"/review/{pair.id}/decide", data={"verdict": "same"})
    page = officer.get(answer.location).text

    [row] = judgements()
    assert (row.verdict, row.actor_name) == ("same", "Trần Thị Bình")
    assert f"/review/judgements/{row.id}/undo" in page
    assert "Không có cặp hộ nào" in page

    answer = officer.post(f"/review/judgements/{row.id}/undo")
    assert judgements()[0].superseded_at is not None
    assert answer.location == f"/review/{pair.id}"
    assert 'value="same"' in officer.get(answer.location).text


def test_the_next_pair_comes_after_a_verdict(
    officer: Browser, pair: MergeProposal
) -> None:
    arrive(survey("Lê Thị Hoa", "1970", address=HOME))
    arrive(survey("Lê Thị Hoà", "1970", address=HOME))
    others = db.session.scalars(
        select(MergeProposal.id).where(MergeProposal.id != pair.id)
    ).all()

    answer = officer.post(f"/review/{pair.id}/decide", data={"verdict": "different"})

    assert answer.status_code == 303
    assert answer.location in {f"/review/{each}" for each in others}


def test_the_slower_of_two_reviewers_is_told_in_words(
    officer: Browser, chief: Browser, pair: MergeProposal
) -> None:
    officer.post(f"/review/{pair.id}/decide", data={"verdict": "same"})

    answer = chief.post(f"/review/{pair.id}/decide", data={"verdict": "different"})

    assert answer.status_code == 409
    assert "Trần Thị Bình" in answer.text
    assert len(judgements()) == 1


def test_a_decided_pair_can_be_replaced_from_its_page(
    officer: Browser, pair: MergeProposal
) -> None:
    officer.post(f"/review/{pair.id}/decide", data={"verdict": "unsure"})
    [row] = judgements()
    page = officer.get(f"/review/{pair.id}").text
    assert f'name="replaces" value="{row.id}"' in page

    officer.post(
        f"/review/{pair.id}/decide",
        data={"verdict": "same", "replaces": str(row.id)},
    )

    assert [each.verdict for each in judgements()] == ["unsure", "same"]


def test_a_household_of_another_ward_stays_hidden(
    officer: Browser, across: MergeProposal
) -> None:
    queue = officer.get("/review").text
    page = officer.get(f"/review/{across.id}").text

    for text in (queue, page):
        assert text.count("Nguyễn Văn Bình") >= 1
        assert "Cát Linh" in text
        assert "0912345678" not in text
    assert "Hộ ngoài địa bàn" in queue
    assert "ngoài địa bàn của anh/chị" in page
    assert 'name="verdict"' not in page


def test_only_who_is_responsible_for_both_decides(
    officer: Browser, chief: Browser, across: MergeProposal
) -> None:
    refused = officer.post(f"/review/{across.id}/decide", data={"verdict": "same"})
    assert refused.status_code == 403
    assert judgements() == []

    chief.post(f"/review/{across.id}/decide", data={"verdict": "different"})
    [row] = judgements()

    assert officer.post(f"/review/judgements/{row.id}/undo").status_code == 404
    assert judgements()[0].superseded_at is None


def test_a_pair_of_other_areas_looks_absent(
    neighbour: Browser, pair: MergeProposal
) -> None:
    assert neighbour.get(f"/review/{pair.id}").status_code == 404
    assert f"/review/{pair.id}" not in neighbour.get("/review").text
    assert (
        neighbour.post(
            f"/review/{pair.id}/decide", data={"verdict": "same"}
        ).status_code
        == 404
    )


def test_nobody_sees_pairs_without_signing_in(app: Flask, pair: MergeProposal) -> None:
    stranger = app.test_client()

    assert stranger.get(f"/review/{pair.id}").status_code in (302, 401)
    assert stranger.post(f"/review/{pair.id}/decide").status_code == 401


def test_a_verdict_that_is_none_is_refused(
    officer: Browser, pair: MergeProposal
) -> None:
    for sent in ({}, {"verdict": "perhaps"}, {"verdict": "same", "replaces": "x"}):
        answer = officer.post(f"/review/{pair.id}/decide", data=sent)
        assert answer.status_code == 422
    assert judgements() == []


def test_the_list_of_judgements_offers_to_take_each_back(
    officer: Browser, pair: MergeProposal
) -> None:
    officer.post(
        f"/review/{pair.id}/decide",
        data={"verdict": "different", "reason": "Hai anh em"},
    )
    [row] = judgements()

    page = officer.get("/review/judgements").text
    assert "Hai anh em" in page
    assert f"/review/judgements/{row.id}/undo" in page
    assert f"/{row.id}/undo" not in officer.get("/review/judgements?verdict=same").text

    officer.post(f"/review/judgements/{row.id}/undo", data={"reason": "xem lại"})
    after = officer.get("/review/judgements?held=undone").text
    assert "xem lại" in after
    assert f"/review/judgements/{row.id}/undo" not in after


def test_lists_can_be_taken_home(officer: Browser, pair: MergeProposal) -> None:
    officer.post(f"/review/{pair.id}/decide", data={"verdict": "different"})

    for address in ("/review?state=decided", "/review/judgements"):
        separator = "&" if "?" in address else "?"
        answer = officer.get(f"{address}{separator}format=csv")
        assert answer.status_code == 200
        assert "Nguyễn Văn Bình" in answer.data.decode("utf-8-sig")


def test_the_page_speaks_english(officer: Browser, pair: MergeProposal) -> None:
    with transaction() as session:
        for user in session.scalars(select(User)):
            user.language = "en"

    page = officer.get(f"/review/{pair.id}").text

    assert "Is this one household?" in page
    assert "The same phone number" in page
