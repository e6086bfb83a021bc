"""A model that learns from what people said, and is compared before it is used."""

import numpy as np
import pytest

from server.domain.matching import boosting
from server.domain.matching.frequencies import bits_of
from server.domain.matching.household_levels import DIRECTIONS, NAMES
from server.domain.matching.learning import (
    TRIED,
    TooFewError,
    changed,
    corrections,
    cross_validated,
    extended,
    fared,
    is_held_out,
    learn_from,
    simplest,
)
from server.domain.matching.lines import features_of_line
from server.domain.matching.model import load_model
from server.domain.matching.scoring import Prepared
from server.domain.matching.table import Array, table_of
from server.domain.matching.training import Labelled
from server.domain.matching.words import Relations
from tests.domain.matching.test_whole import submissions

MODEL = load_model()


def judged(count: int, seed: int) -> tuple[Array, Array]:
    """Pairs on which the model is right, but that people here know something about
    enumerators that it does not."""
    random = np.random.default_rng(seed)
    bands = random.integers(0, 12, (count, len(NAMES))).astype(np.int8)
    bits = boosting.score(MODEL.tables, MODEL.prior, bands)
    bands[:, NAMES.index("same_enumerator")] = random.integers(0, 3, count)
    bits = bits + np.where(bands[:, NAMES.index("same_enumerator")] == 2, 6, -6)
    return bands, (random.random(count) < MODEL.probability(bits)).astype(float)


def test_what_people_know_better_is_learned_and_shows_on_pairs_held_out() -> None:
    bands, same = judged(400, 1)
    unseen, truth = judged(400, 2)
    extra = corrections(MODEL, bands, same, 40, seed=0)

    new = extended(MODEL, MODEL.persons, extra, "households-2", {"date": "2026-11-25"})

    old_fared, new_fared = fared(MODEL, unseen, truth), fared(new, unseen, truth)
    assert new_fared["loss"] < old_fared["loss"]
    moved = changed(MODEL, unseen, new, unseen, truth)
    assert moved["righted"] > moved["broken"]


def test_nothing_is_added_where_the_model_is_right() -> None:
    random = np.random.default_rng(5)
    bands = random.integers(0, 12, (300, len(NAMES))).astype(np.int8)
    chance = MODEL.probability(boosting.score(MODEL.tables, MODEL.prior, bands))
    same = (random.random(300) < chance).astype(float)

    losses = cross_validated(MODEL, bands, same, seed=0)

    assert simplest(
        {("kept", n): loss for n, loss in zip(TRIED, losses, strict=True)}
    ) == ("kept", 0)
    assert corrections(MODEL, bands, same, 0, seed=0) == []


def test_what_is_learned_keeps_to_the_directions() -> None:
    bands, same = judged(300, 3)
    extra = corrections(MODEL, bands, same, 20, seed=0)
    column = NAMES.index("door")
    assert DIRECTIONS["door"] == 1
    low, high = bands.copy(), bands.copy()
    low[:, column], high[:, column] = 1, 6

    difference = boosting.score(extra, 0.0, high) - boosting.score(extra, 0.0, low)

    assert difference.min() > -1e-9


def test_a_pair_is_held_out_for_ever_whichever_side_comes_first() -> None:
    held = [is_held_out(f"a{n}", f"b{n}") for n in range(2000)]

    assert is_held_out("b1", "a1") is is_held_out("a1", "b1")
    assert 0.25 < np.mean(held) < 0.35


def labelled(count: int) -> Labelled:
    records = [features_of_line(line) for line in submissions()]
    table = table_of(records)
    prepared = Prepared(table, Relations(table.words), bits_of(table))
    one = np.arange(0, len(records), 2)
    left = np.r_[one, one[:-1]][:count]
    right = np.r_[one + 1, one[:-1] + 2][:count]
    return Labelled(prepared, left, right, left // 2 == right // 2)


def test_a_candidate_says_where_it_comes_from() -> None:
    data = labelled(200)

    learned = learn_from(
        MODEL, data, data, name="households-2", origin={"date": "2026-11-25"}
    )

    report = learned.report
    assert report["judgements"]["held_out"] + report["judgements"]["learned"] == 119
    assert report["new"]["right"][1] == report["judgements"]["held_out"]
    assert report["new"]["loss"] <= report["old"]["loss"] + 0.05
    assert learned.model.origin["base"]["name"] == MODEL.name
    assert learned.model.zones == MODEL.zones


def test_too_few_judgements_are_refused() -> None:
    with pytest.raises(TooFewError):
        learn_from(MODEL, labelled(20), labelled(20), name="x", origin={})
