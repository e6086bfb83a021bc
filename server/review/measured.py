"""How often the machine is right, as far as anybody knows.

Two sources say so. Data whose truth is known was measured when the model was made, and
is published with it. In this registry people decided pairs; of those that the machine
scores alike, so many were one household. Neither is the whole truth: made-up families
are not real ones, and people mostly look at pairs that are doubtful.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Integer, case, cast, func, select

from server.db import db
from server.domain.matching.model import Model
from server.domain.matching.pricing import (
    BINS,
    LOWEST,
    STEP,
    Price,
    Share,
    Spread,
    price,
    spread_from,
)
from server.registry.tables import HouseholdRecord
from server.review.tables import JudgementRow, MergeProposal


@dataclass(frozen=True, slots=True)
class Zone:
    """Pairs from one score to another: how many of them are one household, on each set
    of data with known truth and among the pairs that people decided here."""

    low: float
    high: float
    known: tuple[tuple[str, int, Share], ...]
    reviewed: Share


@dataclass(frozen=True, slots=True)
class Registry:
    """The pairs of this registry by score, and how many records it has."""

    spread: Spread
    records: int

    def price(self, model: Model, auto_from: float, propose_from: float) -> Price:
        """What these thresholds cost here."""
        return price(self.spread, model, self.records, auto_from, propose_from)


def registry_pairs() -> Registry:
    """Where the pairs that were compared lie now."""
    place = _place().label("place")
    rows = db.session.execute(select(place, func.count()).group_by(place))
    spread = Spread()
    for number, pairs in rows:
        spread.pairs[_within(number)] += pairs
    records = db.session.scalar(select(func.count()).select_from(HouseholdRecord))
    return Registry(spread, records or 0)


def reviewed_pairs() -> Spread:
    """Where the pairs lie that people decided, and which of them are one household."""
    place = _place().label("place")
    is_same = func.sum(case((JudgementRow.verdict == "same", 1), else_=0))
    rows = db.session.execute(
        select(place, func.count(), is_same)
        .join(
            JudgementRow,
            (JudgementRow.left_record_id == MergeProposal.left_record_id)
            & (JudgementRow.right_record_id == MergeProposal.right_record_id),
        )
        .where(
            JudgementRow.superseded_at.is_(None),
            JudgementRow.actor_kind == "user",
            JudgementRow.verdict.in_(("same", "different")),
        )
        .group_by(place)
    )
    spread = Spread()
    for number, pairs, same in rows:
        spread.pairs[_within(number)] += pairs
        spread.same[_within(number)] += same
    return spread


def zone(model: Model, reviewed: Spread, low: float, high: float) -> Zone:
    """What is known of the pairs from `low` to below `high`."""
    published = model.origin.get("evaluation", ())
    known = tuple(
        (each["data"], each["submissions"], spread_from(each).between(low, high))
        for each in published
    )
    return Zone(low, high, known, reviewed.between(low, high))


def _place() -> ColumnElement[int]:
    # Rounded and not cut off: the two databases cut differently, and neither always has
    # a function for it. What is added keeps halves from being rounded to even numbers.
    steps = (MergeProposal.bits - LOWEST) / STEP
    return cast(func.round(steps - 0.5 + 1e-6), Integer)


def _within(number: int) -> int:
    return min(max(number, 0), BINS - 1)
