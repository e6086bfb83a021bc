"""Which pairs people are asked about: once for two households, not for each pair of
their surveys."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import select

from server.db import GIVEN, db
from server.domain.matching.judgement import pair
from server.domain.matching.linkage import NEVER_COMPARED
from server.matching.in_force import thresholds_in_force
from server.registry.queries import in_chunks
from server.review import queries
from server.review.tables import MergeProposal

Pair = tuple[str, str]
# What decides by itself, whatever the model weighs.
BY_RULE = frozenset({"edit", "entity"})

_ABOUT = (
    select(MergeProposal)
    .where(MergeProposal.left_household_id.in_(GIVEN))
    .options(*queries.UNOPENED)
)


def between_households(rows: Iterable[MergeProposal]) -> list[MergeProposal]:
    """Every proposal between the households that any of these is about."""
    homes = {
        side
        for row in rows
        for side in (row.left_household_id, row.right_household_id)
        if side
    }
    found: list[MergeProposal] = []
    for chunk in in_chunks(homes):
        found += db.session.scalars(_ABOUT, {"given": chunk})
    return [row for row in found if row.right_household_id in homes]


def asked_among(rows: Iterable[MergeProposal]) -> set[int]:
    """Which pairs people are asked about: when the surveys of two households, on
    average, come near enough, when something certain could not be done, or a family has answered.

    A pair that was never compared shares no key and speaks against.
    """
    by_households: defaultdict[Pair, list[MergeProposal]] = defaultdict(list)
    for row in rows:
        sides = pair(row.left_household_id, row.right_household_id)
        if row.left_household_id and sides[0] != sides[1]:
            by_households[sides].append(row)
    sizes = queries.sizes_of({each for sides in by_households for each in sides})
    propose_from = thresholds_in_force().propose_from
    found: set[int] = set()
    for (left, right), between in by_households.items():
        pairs = sizes[left] * sizes[right]
        total = sum(row.bits for row in between)
        mean = (total + NEVER_COMPARED * (pairs - len(between))) / pairs
        if mean > propose_from or any(_is_claimed(row) for row in between):
            found |= {row.id for row in between}
    return found


def _is_claimed(row: MergeProposal) -> bool:
    """Who had a family asked gets to decide, whatever it answered."""
    return row.is_certain or row.answer is not None or is_by_rule(row)


def is_by_rule(row: MergeProposal) -> bool:
    """Whether people or phones said what the model cannot weigh: one is an edit of the
    other, or both were surveyed as one household of the list."""
    return not BY_RULE.isdisjoint(row.evidence_codes.split())
