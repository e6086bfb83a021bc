"""A better model out of what a registry knows: its records, and what people said.

Records that nobody judged tell what agreements between persons are worth here
(expectation-maximisation). Judgements tell where the model in use errs: small tables are
added to it that say what to change, as few or as many as cross-validation on the
judgements finds useful, none of them included. Three judgements in ten are never learned
from; on them the old model and the new one are compared before anybody accepts it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

import numpy as np

from server.domain.matching import boosting
from server.domain.matching.boosting import Lookup
from server.domain.matching.household_levels import DIRECTIONS
from server.domain.matching.model import Model
from server.domain.matching.pricing import Share
from server.domain.matching.table import Array
from server.domain.matching.training import Labelled, bands_of, estimate_persons
from server.domain.matching.weights import PersonWeights

HELD_OUT_OF_TEN = 3
FOLDS = 5
# How many tables are tried, and how each is made: three questions, taken carefully.
TRIED = (0, 5, 10, 20, 40)
CAREFUL = boosting.Settings(depth=3, rate=0.15, ridge=4.0, rows_share=1.0)
# With fewer pairs of records there is too little to see of how people type here.
FEWEST_PAIRS = 2_000
# Fewer judgements cannot tell a better model from a lucky one.
FEWEST_JUDGED = 40


@dataclass(frozen=True, slots=True)
class Learned:
    """A candidate, and how it and the old model fare on judgements held out."""

    model: Model
    report: dict[str, Any]


class TooFewError(ValueError):
    """There are not enough judgements to learn from and to compare with."""


def is_held_out(one: str, other: str) -> bool:
    """Whether a pair is for comparing only. By its ids alone: a pair that was once held
    out is never learned from, however often a model is trained."""
    low, high = sorted((one, other))
    digest = blake2b(f"{low} {high}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") % 10 < HELD_OUT_OF_TEN


def learn_from(
    old: Model,
    registry: Labelled,
    judged: Labelled,
    *,
    name: str,
    origin: Mapping[str, Any],
    seed: int = 0,
) -> Learned:
    """A candidate from pairs that share a key (labels unused) and pairs people judged.

    Raises TooFewError.
    """
    held, same = held_out(judged), judged.same.astype(float)
    if (
        min(len(same) - held.sum(), held.sum() * 2) < FEWEST_JUDGED
        or len(set(same)) < 2
    ):
        raise TooFewError(f"{len(same)} judgements, {int(held.sum())} of them held out")
    ways = {"kept": old.persons}
    if len(registry.left) >= FEWEST_PAIRS:
        ways["estimated"] = estimate_persons(registry, seed)
    bands = {way: bands_of(judged, persons) for way, persons in ways.items()}
    losses: dict[tuple[str, int], Array] = {}
    for way in ways:
        found = cross_validated(old, bands[way][~held], same[~held], seed)
        losses.update(
            ((way, count), each) for count, each in zip(TRIED, found, strict=True)
        )
    way, count = simplest(losses)
    said = {
        "persons": way,
        "tables_added": count,
        "judgements": {"learned": int((~held).sum()), "held_out": int(held.sum())},
        "pairs": len(registry.left),
        "records": len(registry.prepared.table),
        "base": {"name": old.name, "date": old.origin.get("date", "")},
        "seed": seed,
    }
    extra = corrections(old, bands[way][~held], same[~held], count, seed)
    model = extended(old, ways[way], extra, name, {**origin, **said})
    before, after = bands["kept"][held], bands[way][held]
    report = {
        "old": fared(old, before, same[held]),
        "new": fared(model, after, same[held]),
        "changed": changed(old, before, model, after, same[held]),
        "losses": {f"{w} {c}": round(float(loss.mean()), 4) for (w, c), loss in losses.items()},
        **said,
    }  # fmt: skip
    return Learned(model, report)


def held_out(judged: Labelled) -> Array:
    """Which of the judged pairs are for comparing only."""
    ids = judged.prepared.table.ids
    sides = zip(judged.left.tolist(), judged.right.tolist(), strict=True)
    return np.array([is_held_out(ids[one], ids[other]) for one, other in sides], bool)


def extended(
    old: Model, persons: PersonWeights, extra: Sequence[Lookup], name: str,
    origin: Mapping[str, Any],
) -> Model:  # fmt: skip
    """The old model with other person weights and further tables; its calibration and
    thresholds keep their meaning, because what is added is in calibrated bits."""
    slope = old.calibration[0]
    scaled = [replace(t, bits=tuple(b / slope for b in t.bits)) for t in extra]
    return replace(
        old,
        name=name,
        persons=persons,
        tables=(*old.tables, *scaled),
        origin=dict(origin),
    )


def corrections(
    old: Model, bands: Array, same: Array, count: int, seed: int
) -> list[Lookup]:
    """`count` tables of what to add to the calibrated bits of the old model."""
    if not count:
        return []
    settings = replace(CAREFUL, tables=count, seed=seed)
    tables, _ = boosting.learn(
        bands, same, [*DIRECTIONS.values()], settings, start=_calibrated(old, bands)
    )
    return tables


def cross_validated(old: Model, bands: Array, same: Array, seed: int) -> Array:
    """The loss of each pair in bits, for each of `TRIED`, by tables that were learned
    without that pair."""
    fold = np.random.default_rng(seed).permutation(len(same)) % FOLDS
    found = np.zeros((len(TRIED), len(same)))
    for number in range(FOLDS):
        rest, own = fold != number, fold == number
        tables = corrections(old, bands[rest], same[rest], max(TRIED), seed)
        known = _calibrated(old, bands[own])
        for position, count in enumerate(TRIED):
            bits = known + boosting.score(tables[:count], 0.0, bands[own])
            found[position, own] = _loss(1 / (1 + np.exp2(-bits)), same[own])
    return found


def simplest(losses: Mapping[tuple[str, int], Array]) -> tuple[str, int]:
    """The simplest way that is not plainly worse than the best: fewest tables, and the
    weights that are in use before others. What is better by less than the standard
    error of the difference may be better by luck."""
    best = losses[min(losses, key=lambda each: float(losses[each].mean()))]
    for each in sorted(losses, key=lambda each: (each[1], each[0] != "kept")):
        worse = losses[each] - best
        if worse.mean() <= worse.std() / np.sqrt(max(len(worse), 1)):
            return each
    raise ValueError("there is no way at all")


def fared(model: Model, bands: Array, same: Array) -> dict[str, Any]:
    """How a model does on judged pairs."""
    bits = boosting.score(model.tables, model.prior, bands)
    chance = model.probability(bits)
    certain = bits >= model.zones.same
    automatic = Share(int(same[certain].sum()), int(certain.sum()))
    right = Share(int(((chance > 0.5) == (same > 0)).sum()), len(same))
    return {
        "loss": round(float(_loss(chance, same).mean()), 4),
        "brier": round(float(((chance - same) ** 2).mean()), 4),
        "right": [right.right, right.total],
        "automatic": [automatic.right, automatic.total],
    }


def changed(
    old: Model, old_bands: Array, new: Model, new_bands: Array, same: Array
) -> dict[str, int]:
    """On how many pairs the new model is right where the old was wrong, and the other
    way round."""
    said = [
        model.probability(boosting.score(model.tables, model.prior, bands)) > 0.5
        for model, bands in ((old, old_bands), (new, new_bands))
    ]
    before, after = (each == (same > 0) for each in said)
    return {
        "righted": int((after & ~before).sum()),
        "broken": int((before & ~after).sum()),
    }


def _calibrated(model: Model, bands: Array) -> Array:
    slope, shift = model.calibration
    return slope * boosting.score(model.tables, model.prior, bands) + shift


def _loss(chance: Array, same: Array) -> Array:
    safe = np.clip(chance, 1e-9, 1 - 1e-9)
    loss: Array = -(same * np.log2(safe) + (1 - same) * np.log2(1 - safe))
    return loss
