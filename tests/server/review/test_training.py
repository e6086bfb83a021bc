"""Learning a model from the records and judgements of a registry."""

from itertools import cycle

import numpy as np
import pytest
from flask import Flask
from sqlalchemy import delete, select

from server import clock
from server.db import db, transaction
from server.domain.matching import learning
from server.domain.matching.field_answers import assumed_weights, weights_of
from server.domain.matching.model import load_model
from server.matching import keeping
from server.matching.in_force import model_in_force
from server.matching.tables import MatchingModel
from server.review import learned, training
from server.review.commands import matching
from server.review.tables import JudgementRow, MergeProposal
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


def test_what_was_read_at_arrival_teaches_what_the_surveys_themselves_do(
    decided: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = training.gather()

    # As if an upgrade had changed how records are read: all come from the surveys.
    monkeypatch.setattr(keeping, "READING", keeping.READING + 1)
    told = training.gather()

    for one, other in ((kept.registry, told.registry), (kept.judged, told.judged)):
        assert one.prepared.table.ids == other.prepared.table.ids
        for mine, theirs in (
            (one.prepared.table.persons, other.prepared.table.persons),
            (one.prepared.table.records, other.prepared.table.records),
        ):
            for name, column in mine.items():
                np.testing.assert_array_equal(column, theirs[name])
        assert one.left.tolist() == other.left.tolist()
        assert one.right.tolist() == other.right.tolist()
        assert one.same.tolist() == other.same.tolist()


def test_pairs_keep_the_model_that_scored_them_while_another_is_trained(
    decided: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "FEWEST_JUDGED", 1)
    turns = cycle((True, False, False))
    monkeypatch.setattr(learning, "is_held_out", lambda *_: next(turns))
    before = _scored()

    row = training.train_candidate(by=STAFF)

    assert _scored() == before
    assert {model for *_, model in before} == {model_in_force().name} != {row.name}


def _scored() -> list[tuple[int, float, str]]:
    db.session.rollback()
    found = select(MergeProposal.id, MergeProposal.bits, MergeProposal.model)
    return [(*row,) for row in db.session.execute(found.order_by(MergeProposal.id))]


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
    assert weights_of(origin) == assumed_weights()
    assert origin["judgements"]["learned"] + origin["judgements"]["held_out"] == decided
