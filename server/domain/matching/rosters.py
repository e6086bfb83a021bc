"""Who of one roster is who of another, by the weights of the model.

What is shown side by side must be what the score rests on, so both ask the same
comparison of persons.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from server.domain.matching.assignment import assign, roster_pairs
from server.domain.matching.features import Features
from server.domain.matching.model import load_model
from server.domain.matching.person_levels import is_worth_comparing, levels_of
from server.domain.matching.population import population
from server.domain.matching.records import person_of
from server.domain.matching.scoring import prepare
from server.domain.matching.weights import PersonWeights
from server.domain.survey.record import Member

# From here on the household model counts two lines as one person.
ONE_PERSON = 2.0


def same_people(
    left: Sequence[Member], right: Sequence[Member]
) -> list[tuple[Member, Member]]:
    """The people on both lists, each counted once, whichever list is asked first."""
    if not left or not right:
        return []
    records = [
        Features(side, tuple(person_of(member) for member in members))
        for side, members in (("left", left), ("right", right))
    ]
    prepared = prepare(records, population())
    table, bits = prepared.table, prepared.bits
    pair, one, other = roster_pairs(table.first, np.array([0]), np.array([1]))
    keep = is_worth_comparing(table.persons, prepared.relations, one, other)
    pair, one, other = pair[keep], one[keep], other[keep]
    levels = levels_of(table, prepared.relations, one, other)
    weight = _weights().of(levels, bits.full[one], bits.given[one])
    chosen = [
        row for row in assign(pair, one, other, weight) if weight[row] > ONE_PERSON
    ]
    return [(left[one[row]], right[other[row] - len(left)]) for row in chosen]


@lru_cache(maxsize=1)
def _weights() -> PersonWeights:
    return load_model().persons
