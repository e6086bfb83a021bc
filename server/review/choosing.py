"""Values chosen with a judgement: corrections that hold as long as the judgement does."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from server.db import db, transaction
from server.domain.actor import Actor
from server.registry import actions as registry
from server.registry.queries import household_of
from server.registry.tables import Correction
from server.review.tables import JudgementCorrection, JudgementRow

CHOSEN = "Chọn khi phán quyết hai hộ"


@dataclass(frozen=True, slots=True)
class Choice:
    """One value in place of what the households would say by themselves: a correction
    path and its value, in the household of one of the two records."""

    path: str
    value: Any
    record_id: str


def lay(*, by: Actor, judgement: JudgementRow, choices: Iterable[Choice]) -> set[str]:
    """Make the corrections that were chosen; returns the records they are anchored at."""
    anchors = set()
    with transaction() as session:
        for choice in choices:
            made = registry.correct(
                by=by,
                household_id=household_of(choice.record_id).id,
                path=choice.path,
                value=choice.value,
                reason=judgement.reason or CHOSEN,
            )
            session.add(
                JudgementCorrection(judgement_id=judgement.id, correction_id=made.id)
            )
            anchors.add(made.record_id)
        session.flush()
    return anchors


def take_back(*, by: Actor, judgement: JudgementRow) -> set[str]:
    """What was chosen with a judgement does not hold any more, but for what somebody
    had taken back before; returns the records it was anchored at."""
    anchors = set()
    for row in chosen_with(judgement.id):
        if row.superseded_at is None:
            registry.take_back_correction(by=by, correction_id=row.id)
            anchors.add(row.record_id)
    return anchors


def restore(*, by: Actor, earlier: JudgementRow, restored: JudgementRow) -> set[str]:
    """What held when a judgement was replaced holds again with it."""
    anchors = set()
    for row in chosen_with(earlier.id):
        if _fell_with(row, earlier):
            again = registry.restore_correction(by=by, correction_id=row.id)
            db.session.add(
                JudgementCorrection(judgement_id=restored.id, correction_id=again.id)
            )
            anchors.add(row.record_id)
    db.session.flush()
    return anchors


def chosen_with(judgement_id: int) -> list[Correction]:
    """The corrections made with a judgement, oldest first."""
    return list(
        db.session.scalars(
            select(Correction)
            .join(
                JudgementCorrection, JudgementCorrection.correction_id == Correction.id
            )
            .where(JudgementCorrection.judgement_id == judgement_id)
            .order_by(Correction.id)
        )
    )


def _fell_with(row: Correction, judgement: JudgementRow) -> bool:
    return (
        row.superseded_at is not None
        and judgement.superseded_at is not None
        and row.superseded_at >= judgement.superseded_at
    )
