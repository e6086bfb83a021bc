"""One record beside others, by the model in force."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from server.domain.matching.features import Features
from server.domain.matching.frequencies import Counts
from server.domain.matching.model import Model
from server.domain.matching.scoring import Prepared, chunks, look, prepare
from server.domain.matching.shares import shares
from server.domain.matching.waterfall import Explained, Said, explain
from server.domain.survey.record import Household
from server.matching.frequencies import counts_for
from server.matching.in_force import model_in_force

# Pairs scored at once; more are no faster, and need more memory.
TOGETHER = 4096


@dataclass(frozen=True, slots=True)
class Beside:
    """A record and those it is compared with, as they are compared; `bits` is its score
    with each of them, rounded as it is kept."""

    model: Model
    counts: Counts
    mine: Features
    others: Mapping[str, Features]
    bits: Mapping[str, float]

    def explain(self, households: Mapping[str, Household]) -> dict[str, Explained]:
        """How the scores with some of the others come about; `households` are what
        those records say, and the record itself."""
        ids = [each for each in self.others if each in households]
        if not ids:
            return {}
        found = explain(
            self.model,
            self.counts,
            Said(self.mine, households[self.mine.record_id]),
            [Said(self.others[each], households[each]) for each in ids],
        )
        return dict(zip(ids, found, strict=True))


def beside(mine: Features, others: Mapping[str, Features]) -> Beside:
    """A record beside others, with the model and the counts that are in force."""
    return beside_each([(mine, others)])[0]


def beside_each(
    given: Sequence[tuple[Features, Mapping[str, Features]]],
) -> list[Beside]:
    """Each of some records beside its own others, scored together: most of what one
    costs is the same for a hundred."""
    model = model_in_force()
    records: dict[str, Features] = {}
    for mine, others in given:
        records.update(others)
        records[mine.record_id] = mine
    counts = counts_for(records.values())
    number = {record_id: place for place, record_id in enumerate(records)}
    pairs = [
        (number[mine.record_id], number[each])
        for mine, others in given
        for each in others
    ]
    prepared = prepare([*records.values()], counts, [mine for mine, _ in given])
    bits = iter(_bits(model, prepared, pairs))
    return [
        Beside(model, counts, mine, others, {each: next(bits) for each in others})
        for mine, others in given
    ]


def _bits(
    model: Model, prepared: Prepared, pairs: Sequence[tuple[int, int]]
) -> Iterator[float]:
    for at in chunks(len(pairs), TOGETHER):
        left, right = np.array(pairs[at], np.int64).T
        seen = look(model, prepared, left, right)
        found = shares(model.tables).total(model.prior, seen.bands)
        yield from (round(bits, 3) for bits in found.tolist())
