"""Learning a model from the records and judgements of a registry."""

from itertools import cycle

import pytest
from flask import Flask
from sqlalchemy import delete, select

from server import clock
from server.db import db, transaction
from server.domain.matching import learning
from server.domain.matching.model import load_model
from server.matching.in_force import model_in_force
from server.matching.tables import MatchingModel
from server.review import learned, training
from server.review.commands import matching
from server.review.tables import JudgementRow
from tests.server.review.surveys import ELSEWHERE, STAFF, arrive, survey

pytestmark = [pytest.mark.usefixtures("ward"), pytest.mark.sqlite_only]
NAMES = ("Nguyễn Văn Bình", "Trần Thị Hoa", "Lê Văn Sơn", "Phạm Thị Mai", "Đỗ Văn Long")


@pytest.fixture
def decided(app: Flask) -> int:
    """Families visited twice, about whom people decided one way and the other; returns
    how many pairs were decided."""
    for number, name in enumerate(NAMES):
        sides = sorted((
            arrive(survey(name, f"{1950 + number}", number=f"00116000{number:04}")),
            arrive(survey(name, f"{1950 + number}", address=ELSEWHERE)),
        ))  # fmt: skip
        with transaction() as session:
            session.execute(
                delete(JudgementRow).where(JudgementRow.left_record_id == sides[0])
            )
            session.add(
                JudgementRow(
                    left_record_id=sides[0],
                    right_record_id=sides[1],
                    verdict="different" if number % 2 else "same",
                    reason="đã hỏi",
                    at=clock.now(),
                    actor_kind="user",
                    actor_id=STAFF.id,
                    actor_name=STAFF.name,
                )
            )
    return len(NAMES)


def test_what_a_registry_knows_is_gathered(decided: int) -> None:
    material = training.gather()

    assert len(material.registry.prepared.table) == 2 * len(NAMES)
    assert len(material.registry.left) > 0
    assert len(material.judged.left) == decided
    assert 0 < material.judged.same.sum() < decided


def test_too_few_judgements_are_told_in_the_shell(app: Flask, decided: int) -> None:
    said = app.test_cli_runner().invoke(matching, ["train", "--from-registry"])

    assert said.exit_code == 1
    assert f"Too few to learn from: {decided} judgements" in said.output


def test_a_candidate_is_made_and_waits(
    app: Flask, decided: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "FEWEST_JUDGED", 1)
    turns = cycle((True, False))
    monkeypatch.setattr(learning, "is_held_out", lambda *_: next(turns))

    said = app.test_cli_runner().invoke(matching, ["train", "--from-registry"])

    assert said.exit_code == 0, said.output
    row = db.session.scalars(select(MatchingModel)).one()
    assert row.name == "ours-1"
    assert not row.is_in_force
    assert model_in_force().name == load_model().name
    learned.accept(by=STAFF, model_id=row.id)
    origin = model_in_force().origin
    assert origin["base"]["name"] == load_model().name
    assert origin["date"]
    assert origin["judgements"]["learned"] + origin["judgements"]["held_out"] == decided
