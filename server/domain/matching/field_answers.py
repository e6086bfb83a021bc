"""What a family's answer at its door weighs, beside what the machine sees.

Asked whether it is one with another household, a family may err, and so may who writes
the answer down. How often is assumed, with caution, until people have decided enough
pairs after an answer. They decided with the answer before them, so they agree with it
too easily: what they say may make answers count for less than assumed, never for more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import log2
from pathlib import Path
from typing import Any

from server.domain.data_files import read_data

ASSUMED = Path(__file__).with_name("field_answers.yaml")
# What says that there are two households; "unknown" says nothing.
SAME, TWO, UNKNOWN = "same", ("split", "different"), "unknown"
# No probability is kept as nothing or as certainty, or no answer could move it.
_LEAST = 0.0001


@dataclass(frozen=True, slots=True)
class Assumed:
    """How often a person, and so an answer, is taken to be wrong, and how many answers
    that counts as."""

    one_errs: float
    error: float
    counts_as: float
    decided_on: str


@dataclass(frozen=True, slots=True)
class Answered:
    """So many answers were right of so many, among the pairs that people found to be
    one household, and among those they found to be two."""

    same: tuple[int, int] = (0, 0)
    different: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class AnswerWeights:
    """The bits of "one household" and of "two", and where they come from."""

    one: float
    two: float
    origin: Mapping[str, Any]

    def of(self, answer: str) -> float:
        """What an answer adds; 0 of one that says nothing."""
        if answer == SAME:
            return self.one
        return self.two if answer in TWO else 0.0


@lru_cache(maxsize=1)
def assumed() -> Assumed:
    """What is assumed of answers while nothing is known."""
    said = read_data(ASSUMED)
    error = 1 - (1 - said["error"]) ** said["hands"]
    return Assumed(
        said["error"], error, said["mistakes_seen"] / error, str(said["decided_on"])
    )


def estimate(answered: Answered, on: str) -> AnswerWeights:
    """The weights that the judgements of a registry lead to on a day; those that are
    assumed when too few of its answered pairs were decided, either way."""
    prior = assumed()
    if min(answered.same[1], answered.different[1]) < prior.counts_as:
        return assumed_weights()
    origin = {
        "from": "judgements",
        "date": on,
        "same": list(answered.same),
        "different": list(answered.different),
    }
    of_same, of_different = (
        _error(answered.same, prior),
        _error(answered.different, prior),
    )
    return _weights(of_same, of_different, origin)


def assumed_weights() -> AnswerWeights:
    """The weights while nothing is known of this registry."""
    prior = assumed()
    return _weights(
        prior.error, prior.error, {"from": "assumed", "date": prior.decided_on}
    )


def weights_of(model_origin: Mapping[str, Any]) -> AnswerWeights:
    """The weights that came with a model; the assumed ones for a model without any."""
    kept = model_origin.get("field_answers")
    if not kept:
        return assumed_weights()
    return AnswerWeights(kept["one"], kept["two"], kept["origin"])


def chance_after(chance: float, bits: float) -> float:
    """The probability of one household once an answer has added its bits. It never
    moves against the answer."""
    if not bits:
        return chance
    safe = min(max(chance, _LEAST), 1 - _LEAST)
    odds = safe / (1 - safe) * 2**bits
    after = round(odds / (1 + odds), 4)
    return max(after, chance) if bits > 0 else min(after, chance)


def _error(told: tuple[int, int], prior: Assumed) -> float:
    right, total = told
    seen = (prior.counts_as * prior.error + total - right) / (prior.counts_as + total)
    return min(max(seen, prior.error), 0.5)


def _weights(
    of_same: float, of_different: float, origin: Mapping[str, Any]
) -> AnswerWeights:
    """The bits, from how often a family that is one says two, and the other way."""
    return AnswerWeights(
        round(log2((1 - of_same) / of_different), 3),
        round(log2(of_same / (1 - of_different)), 3),
        origin,
    )
