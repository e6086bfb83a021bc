"""Models of a registry: a candidate judges nothing before somebody accepted it."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from server.audit.tables import AuditEvent
from server.db import db
from server.domain.matching.field_answers import Answered, estimate, weights_of
from server.domain.matching.model import load_model
from server.domain.plain import to_plain
from server.domain.problems import Refused
from server.matching.in_force import model_in_force
from server.matching.tables import MatchingModel
from server.review import learned
from tests.browsing import signed_in
from tests.factories import make_user
from tests.server.review.surveys import STAFF

pytestmark = pytest.mark.usefixtures("app")
FARED = {"loss": 0.4, "brier": 0.1, "right": [90, 100], "automatic": [40, 40]}
ANSWERS = estimate(Answered((80, 100), (90, 100)), "2026-12-01")
REPORT = {
    "old": FARED,
    "new": {**FARED, "loss": 0.2, "right": [97, 100]},
    "changed": {"righted": 8, "broken": 1},
    "persons": "estimated",
    "tables_added": 10,
    "judgements": {"learned": 233, "held_out": 100},
    "pairs": 4000,
    "base": {"name": "households-1", "date": "2026-11-25"},
    "field_answers": to_plain(ANSWERS),
}


@pytest.fixture(autouse=True)
def caution(app: Flask) -> None:
    """As they were measured for the model."""


def candidate() -> MatchingModel:
    name = learned.next_name()
    origin = {
        "date": "2026-12-01",
        **{k: REPORT[k] for k in ("judgements", "pairs", "base", "field_answers")},
    }
    model = replace(load_model(), name=name, origin=origin)
    return learned.keep_candidate(by=STAFF, model=model, report=REPORT)


def test_a_candidate_waits_until_it_is_accepted() -> None:
    row = candidate()

    assert model_in_force().name == load_model().name

    learned.accept(by=STAFF, model_id=row.id)

    assert model_in_force().name == "ours-1"
    assert model_in_force().origin["judgements"]["learned"] == 233
    assert weights_of(model_in_force().origin) == ANSWERS
    said = db.session.scalars(select(AuditEvent.action)).all()
    assert said[-2:] == ["model.trained", "model.accepted"]


def test_taking_a_model_back_returns_to_the_one_before() -> None:
    first, second = candidate(), candidate()
    learned.accept(by=STAFF, model_id=first.id)
    learned.accept(by=STAFF, model_id=second.id)
    assert model_in_force().name == "ours-2"

    learned.take_back(by=STAFF, model_id=second.id)
    assert model_in_force().name == "ours-1"

    learned.take_back(by=STAFF, model_id=first.id)
    assert model_in_force().name == load_model().name


def test_what_is_not_so_is_refused() -> None:
    row = candidate()

    for action, model_id, status in (
        (learned.take_back, row.id, 409),
        (learned.accept, row.id + 1, 404),
    ):
        with pytest.raises(Refused) as refused:
            action(by=STAFF, model_id=model_id)
        assert refused.value.status == status


def test_an_administrator_compares_accepts_and_takes_back(app: Flask) -> None:
    admin = signed_in(app, make_user(role="admin", language="en"))
    row = candidate()

    page = admin.get("/review/models").text
    assert "97 of 100 = 97%" in page.replace("\xa0", "")
    assert "It puts 8 pairs right and gets 1 wrong." in page
    assert "as 200 pairs say that were answered and then decided here" in page
    assert "each err 2 % of the time" in page

    assert admin.post(f"/review/models/{row.id}/accept").status_code == 303
    assert "233 judgements and 4,000 pairs" in admin.get("/review/models").text
    assert admin.post(f"/review/models/{row.id}/take-back").status_code == 303
    assert model_in_force().name == load_model().name
