"""By which model and which thresholds pairs are judged."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from server import clock
from server.db import transaction
from server.domain.matching.model import load_model, save_model
from server.matching.in_force import model_in_force, thresholds_in_force
from server.matching.tables import MatchingModel, MatchingThresholds

pytestmark = pytest.mark.usefixtures("app")
WHO = {"actor_kind": "user", "actor_id": 1, "actor_name": "Trần Thị Bình"}


@pytest.fixture
def trained(app: Flask, tmp_path: Path) -> str:
    """The text of a model that was trained here."""
    save_model(replace(load_model(), name="ours-1"), tmp_path / "ours.json")
    return (tmp_path / "ours.json").read_text(encoding="utf-8")


def keep(content: str, *, name: str = "ours-1", is_in_force: bool = True) -> None:
    with transaction() as session:
        session.add(
            MatchingModel(
                name=name,
                content=content,
                report={},
                made_at=clock.now(),
                is_in_force=is_in_force,
                **WHO,
            )
        )


def decide_thresholds(model: str, auto_from: float) -> None:
    with transaction() as session:
        session.add(
            MatchingThresholds(
                model=model,
                auto_from=auto_from,
                propose_from=-3.0,
                price={},
                reason="ít câu hỏi hơn",
                at=clock.now(),
                **WHO,
            )
        )


def test_the_model_of_the_program_holds_until_another_is_accepted(trained: str) -> None:
    keep(trained, is_in_force=False)
    shipped = load_model()

    assert model_in_force().name == shipped.name
    found = thresholds_in_force()
    assert (found.auto_from, found.propose_from) == (
        shipped.zones.same,
        shipped.zones.propose,
    )
    assert (found.origin, found.decided_at) == (shipped.name, None)


def test_an_accepted_model_holds_with_thresholds_decided_for_it(trained: str) -> None:
    decide_thresholds("another", 9.0)
    keep(trained)
    assert model_in_force().name == "ours-1"
    assert thresholds_in_force().origin == "ours-1"

    decide_thresholds("ours-1", 6.0)

    found = thresholds_in_force()
    assert (found.auto_from, found.propose_from) == (6.0, -3.0)
    assert found.origin == "Trần Thị Bình"


def test_there_are_no_two_models_in_force(trained: str) -> None:
    keep(trained)

    with pytest.raises(IntegrityError):
        keep(trained, name="ours-2")
