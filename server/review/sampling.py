"""How often the machine is right when it joins two surveys by itself.

A share of its judgements is drawn by their numbers and goes to people who do not see
what it said (`server.review.blind`). What they say changes nothing by itself; it is the
measured precision of the machine, and shows which of its judgements to look at.
"""

from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlalchemy import BigInteger, ColumnElement, Select, cast, func, select

from server.db import db
from server.domain.actor import Scope
from server.domain.matching.pricing import Share
from server.review.queries import decidable
from server.review.tables import BlindReview, JudgementRow, MergeProposal

# Numbers in a row are drawn as if by chance, the same in Python and in the database.
_FACTOR, _MORE, _RANGE, _LOW = 1_103_515_245, 12_345, 2**31, 2**16
SHOWN = 50


@dataclass(frozen=True, slots=True)
class MachineFigures:
    """What the machine joined, what people took back, and what they say who were asked
    without knowing. `share` counts who said "same" of those who could tell."""

    joined: int
    undone: int
    drawn: int
    reviewed: int
    unsure: int
    share: Share

    @property
    def low(self) -> float:
        return self.share.bounds[0]

    @property
    def high(self) -> float:
        return self.share.bounds[1]


def is_of_machine() -> ColumnElement[bool]:
    """A judgement by which the machine joined two surveys."""
    joined: ColumnElement[bool] = (JudgementRow.actor_kind == "system") & (
        JudgementRow.verdict == "same"
    )
    return joined & JudgementRow.restores_id.is_(None)


def is_drawn() -> ColumnElement[bool]:
    """A judgement of the share that is looked at."""
    return (
        place_of(cast(JudgementRow.id, BigInteger))
        < current_app.config["MACHINE_REVIEW_PERCENT"]
    )


def place_of(number: Any) -> Any:
    """0 to 99 for the number of a judgement, or for a column of them."""
    return (number * _FACTOR + _MORE) % _RANGE // _LOW % 100


def figures(scope: Scope) -> MachineFigures:
    """How the machine does in these areas."""
    joined = _count(is_of_machine(), scope)
    undone = _count(is_of_machine() & JudgementRow.superseded_at.is_not(None), scope)
    drawn = _count(is_of_machine() & is_drawn(), scope)
    said = dict.fromkeys(("same", "different", "unsure"), 0)
    counted = _of_machine(
        select(BlindReview.verdict, func.count())
        .select_from(JudgementRow)
        .join(BlindReview, BlindReview.judgement_id == JudgementRow.id)
        .group_by(BlindReview.verdict),
        scope,
    )
    said.update((row[0], row[1]) for row in db.session.execute(counted))
    told = said["same"] + said["different"]
    return MachineFigures(
        joined=joined,
        undone=undone,
        drawn=drawn,
        reviewed=told + said["unsure"],
        unsure=said["unsure"],
        share=Share(said["same"], told),
    )


def doubted(scope: Scope) -> list[tuple[JudgementRow, BlindReview, MergeProposal]]:
    """Judgements of the machine that hold though somebody who was asked said otherwise,
    the newest answer first."""
    statement = _of_machine(
        select(JudgementRow, BlindReview, MergeProposal)
        .join(BlindReview, BlindReview.judgement_id == JudgementRow.id)
        .where(
            JudgementRow.superseded_at.is_(None),
            BlindReview.verdict != JudgementRow.verdict,
        )
        .order_by(BlindReview.at.desc(), JudgementRow.id)
        .limit(SHOWN),
        scope,
    )
    return [(row[0], row[1], row[2]) for row in db.session.execute(statement)]


def _count(condition: ColumnElement[bool], scope: Scope) -> int:
    counted = _of_machine(select(func.count()).select_from(JudgementRow), scope)
    return db.session.scalar(counted.where(condition)) or 0


def _of_machine(statement: Select[Any], scope: Scope) -> Select[Any]:
    """Of a statement about judgements: the machine's, of pairs in these areas."""
    joined = statement.join(
        MergeProposal,
        (MergeProposal.left_record_id == JudgementRow.left_record_id)
        & (MergeProposal.right_record_id == JudgementRow.right_record_id),
    )
    return decidable(joined.where(is_of_machine()), scope)
