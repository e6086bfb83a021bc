"""One record beside others, by the model in force."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from server.domain.matching.features import Features
from server.domain.matching.frequencies import Counts
from server.domain.matching.model import Model
from server.domain.matching.scoring import look, prepare
from server.domain.matching.shares import shares
from server.domain.matching.waterfall import Explained, Said, explain
from server.domain.survey.record import Household
from server.matching.frequencies import counts_for
from server.matching.in_force import model_in_force
from server.matching.keeping import features_of


@dataclass(frozen=True, slots=True)
class Beside:
    """A record and those it is compared with, as they are compared."""

    model: Model
    counts: Counts
    mine: Features
    others: Mapping[str, Features]

    def bits(self) -> dict[str, float]:
        """The score of the record with each of the others, rounded as it is kept."""
        if not self.others:
            return {}
        prepared = prepare([self.mine, *self.others.values()], self.counts)
        number = np.arange(1, len(self.others) + 1)
        seen = look(self.model, prepared, np.zeros_like(number), number)
        prior, parts = shares(self.model.tables).of(self.model.prior, seen.bands)
        found = prior + parts.sum(axis=1)
        return {
            record_id: round(bits, 3)
            for record_id, bits in zip(self.others, found.tolist(), strict=True)
        }

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


def beside(mine: Features, other_ids: Collection[str]) -> Beside:
    """A record beside others, with the model and the counts that are in force."""
    others = dict(sorted(features_of(other_ids).items()))
    return Beside(model_in_force(), counts_for([mine, *others.values()]), mine, others)
