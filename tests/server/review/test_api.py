"""The review desk for programs: the actions of the screens, as JSON."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from server.accounts.api_tokens import create_token
from server.areas.tables import Area
from server.db import db, transaction
from server.domain.survey.record import BirthDate, Member
from server.registry.actions import correct
from server.registry.queries import golden_of
from server.registry.tables import HouseholdRow
from server.review.actions import relink
from server.review.queue import queue
from server.review.tables import HouseholdStake, JudgementRow, MergeProposal
from tests.browsing import Browser
from tests.factories import make_user
from tests.server.review.surveys import STAFF, arrive, survey

NUMBER = "001060012345"
LAN = Member("lan", "Trần Thị Lan", "spouse", "female", BirthDate(1963))
AN = Member("an", "Nguyễn Văn An", "child", "male", BirthDate(1990))


class Program:
    """A program with a token of its own."""

    def __init__(self, app: Flask, areas: list[Area], **given: Any) -> None:
        self.user = make_user(areas=areas, **given.pop("user", {}))
        _row, text = create_token(
            by=STAFF,
            user_id=self.user.id,
            name="sổ huyện",
            **{"days": 30, "may_write": True, **given},
        )
        self.client: Browser = app.test_client()
        self.headers = {"Authorization": f"Bearer {text}"}

    def get(self, address: str) -> Any:
        return self.client.get(address, headers=self.headers)

    def post(self, address: str, sent: Any = None) -> Any:
        return self.client.post(address, headers=self.headers, json=sent or {})


@pytest.fixture
def program(app: Flask, ward: Area) -> Program:
    return Program(app, [ward], user={"name": "Trần Thị Bình"})


@pytest.fixture
def pair(ward: Area) -> int:
    arrive(survey(number=NUMBER, others=(LAN, AN), phones=("0912345678",)))
    arrive(
        survey(
            "Nguyen Van Binh",
            number="001060012354",
            others=(LAN,),
            phones=("0912345678",),
        )
    )
    return db.session.scalars(select(MergeProposal.id)).one()


def told(answer: Any) -> list[str]:
    return [problem["code"] for problem in answer.json["problems"]]


def test_the_queue_is_the_queue_of_the_screen(program: Program, pair: int) -> None:
    page = program.get("/api/proposals").json

    [line] = page["proposals"]
    assert (line["id"], line["state"], page["total"]) == (pair, "open", 1)
    assert page["next"] is None
    assert {side["area"] for side in line["sides"]} == {"Khâm Thiên"}
    assert program.get("/api/proposals?band=certain").json["proposals"] == []
    assert told(program.get("/api/proposals?band=huge")) == ["form_field_not_offered"]


def test_what_the_queue_can_be_asked_is_described(app: Flask, ward: Area) -> None:
    from server.domain.actor import EVERYWHERE
    from server.review.api_schemas import JudgementQuery, ProposalQuery
    from server.review.decided import judgements

    with app.test_request_context():
        asked = {one.key for one in queue(EVERYWHERE, "open", 1, {}).filters}
        listed = {one.key for one in judgements(EVERYWHERE).filters}

    assert asked | {"sort", "after"} == set(ProposalQuery().fields)
    assert listed | {"sort", "after"} == set(JudgementQuery().fields)


def test_a_pair_shows_what_its_page_shows_and_no_number_in_full(
    program: Program, pair: int
) -> None:
    answer = program.get(f"/api/proposals/{pair}")

    found = answer.json
    assert found["may_decide"]
    assert found["evidence"]
    assert {person["name"] for person in found["people"]} >= {"Nguyễn Văn An"}
    assert [side["side"] for side in found["sides"]] == ["A", "B"]
    assert NUMBER not in answer.text


def test_a_decision_by_program_is_one_by_its_person(
    program: Program, pair: int
) -> None:
    shown = program.get(f"/api/proposals/{pair}").json["shown"]

    answer = program.post(
        f"/api/proposals/{pair}/decide",
        {
            "verdict": "same",
            "shown": shown,
            "reason_code": "asked_the_family",
            "values": [{"path": "address.lane", "value": "47"}],
            "people": [{"key": "an", "stays": False}],
        },
    )

    assert answer.status_code == 200
    assert answer.json["judgement"]["by"] == "Trần Thị Bình (sổ huyện)"
    [household_id] = answer.json["household_ids"]
    household = golden_of(db.session.get_one(HouseholdRow, household_id)).household
    assert household.address is not None
    assert household.address.lane == "47"
    assert "Nguyễn Văn An" not in {member.full_name for member in household.members}

    undone = program.post(f"/api/judgements/{answer.json['judgement']['id']}/undo")
    assert undone.status_code == 200
    assert len(undone.json["household_ids"]) == 2
    [listed] = program.get("/api/judgements?held=undone").json["judgements"]
    assert listed["superseded_by"] == "Trần Thị Bình (sổ huyện)"


def test_a_stale_decision_gets_the_difference(program: Program, pair: int) -> None:
    shown = program.get(f"/api/proposals/{pair}").json["shown"]
    row = db.session.get_one(MergeProposal, pair)
    made = correct(
        by=STAFF,
        household_id=row.left_household_id,
        path="address.lane",
        value="48",
        reason="xem lại",
    )
    relink(record_ids={made.record_id})

    answer = program.post(
        f"/api/proposals/{pair}/decide", {"verdict": "same", "shown": shown}
    )

    assert answer.status_code == 409
    assert told(answer) == ["pair_changed_meanwhile"]
    [difference] = answer.json["differences"]
    assert [change["after"] for change in difference["changes"]] == ["48"]
    assert answer.json["proposal"]["shown"] != shown
    assert db.session.scalars(select(JudgementRow)).all() == []


def test_of_what_needs_two_people_the_first_gives_an_opinion(
    app: Flask, ward: Area, pair: int
) -> None:
    row = db.session.get_one(MergeProposal, pair)
    with transaction() as session:
        session.add(HouseholdStake(household_id=row.left_household_id, stake=3))
    first, second = Program(app, [ward]), Program(app, [ward])

    statuses = []
    for each in (first, first, second):
        shown = each.get(f"/api/proposals/{pair}").json["shown"]
        sent = {"verdict": "same", "shown": shown}
        statuses.append(each.post(f"/api/proposals/{pair}/decide", sent).status_code)

    assert statuses == [202, 202, 200]


def test_what_a_pair_does_not_have_cannot_be_chosen(
    program: Program, pair: int
) -> None:
    shown = program.get(f"/api/proposals/{pair}").json["shown"]

    for sent in (
        {"values": [{"path": "address.planet", "side": "A"}]},
        {"people": [{"key": "nobody", "stays": True}]},
        {"verdict": "split", "leaving": ["nobody"]},
        {"colour": "red"},
    ):
        answer = program.post(
            f"/api/proposals/{pair}/decide",
            {"verdict": "same", "shown": shown, **sent},
        )
        assert answer.status_code == 422
    assert db.session.scalars(select(JudgementRow)).all() == []


def test_the_lineage_of_a_household_tells_who_joined_what(
    program: Program, pair: int
) -> None:
    shown = program.get(f"/api/proposals/{pair}").json["shown"]
    program.post(f"/api/proposals/{pair}/decide", {"verdict": "same", "shown": shown})
    row = db.session.get_one(MergeProposal, pair)

    found = program.get(f"/api/households/{row.left_household_id}/lineage").json

    assert [each["depth"] for each in found["surveys"]] == [0, 1]
    assert found["surveys"][1]["judgement"]["by_kind"] == "user"
    assert program.get("/api/households/none/lineage").status_code == 404


def test_programs_see_no_more_than_their_people(
    app: Flask, other_ward: Area, pair: int
) -> None:
    elsewhere = Program(app, [other_ward])
    reading = Program(app, [other_ward], may_write=False)

    assert elsewhere.get("/api/proposals").json["proposals"] == []
    assert elsewhere.get(f"/api/proposals/{pair}").status_code == 404
    sent = {"verdict": "same", "shown": ""}
    decide = f"/api/proposals/{pair}/decide"
    assert elsewhere.post(decide, sent).status_code == 404
    assert reading.post(decide, sent).status_code == 403
    assert db.session.scalars(select(JudgementRow)).all() == []


def test_what_is_no_json_is_told_so(program: Program, pair: int) -> None:
    answer = program.client.post(
        f"/api/proposals/{pair}/decide", headers=program.headers, data="same"
    )

    assert answer.status_code == 400
    assert told(answer) == ["api_body_not_json"]
