"""A registry tells by its own pairs what a score means there; no label is looked at."""

import numpy as np
import pytest

from server.domain.matching.meaning import (
    FURTHEST,
    MIDDLES,
    Slopes,
    counted,
    own_meaning,
    slopes_of,
)
from server.domain.matching.model import load_model

SLOPES = Slopes(-0.6, 0.32, 0.05)
USUAL = (0.74, -0.91)
EVEN_EARLY = (0.74, 1.5)


def made(strangers: int, families: int, *, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]  # fmt: skip
    """Scores of so many pairs of each kind, and which are one household."""
    random = np.random.default_rng(seed)
    found = []
    for count, slope in ((strangers, -0.6), (families, 0.32)):
        weight = 2 ** (slope * MIDDLES)
        middle = random.choice(MIDDLES, count, p=weight / weight.sum())
        found.append(middle + random.uniform(-0.25, 0.25, count))
    return np.concatenate(found), np.arange(strangers + families) >= strangers


def even(meaning: tuple[float, float]) -> float:
    """The score at which a pair is as likely one household as not."""
    return -meaning[1] / meaning[0]


@pytest.mark.parametrize(
    ("strangers", "families", "usual"),
    [(9000, 1500, USUAL), (3000, 9000, EVEN_EARLY), (900, 900, EVEN_EARLY)],
)
def test_what_is_said_is_what_is_true_wherever_strangers_and_families_are_many(
    strangers: int, families: int, usual: tuple[float, float]
) -> None:
    bits, same = made(strangers, families)

    slope, shift = own_meaning(bits, SLOPES, usual)

    chance = 1 / (1 + np.exp2(-(slope * bits + shift)))
    for low in (0.1, 0.3, 0.5, 0.7):
        rows = (chance >= low) & (chance < low + 0.2)
        assert abs(chance[rows].mean() - same[rows].mean()) < 0.12


def test_more_strangers_make_the_same_score_less_likely() -> None:
    few, many = (own_meaning(made(n, 2000)[0], SLOPES, USUAL) for n in (1000, 20_000))

    assert even(many) > even(few) + 2


def test_pairs_are_never_held_more_likely_than_is_usual() -> None:
    bits, _ = made(500, 20_000)

    slope, shift = own_meaning(bits, SLOPES, USUAL)

    assert even((slope, shift)) == pytest.approx(even(USUAL))
    assert even(own_meaning(bits, SLOPES, EVEN_EARLY)) < even(USUAL)


def test_too_few_pairs_or_an_older_model_say_what_is_usual() -> None:
    bits, _ = made(100, 100)

    assert own_meaning(bits, SLOPES, USUAL) == USUAL
    assert own_meaning(made(5000, 5000)[0], None, USUAL) == USUAL


@pytest.mark.parametrize(("strangers", "families"), [(5000, 0), (0, 5000)])
def test_a_registry_of_one_kind_only_is_no_reason_to_go_astray(
    strangers: int, families: int
) -> None:
    slope, shift = own_meaning(made(strangers, families)[0], SLOPES, USUAL)

    assert slope > 0
    assert abs(even((slope, shift)) - even(USUAL)) <= FURTHEST + 1e-9


def test_slopes_are_counted_where_the_truth_is_known() -> None:
    found = slopes_of(
        [counted(*made(30_000, 30_000, seed=n)) or (0, 0) for n in (1, 2)]
    )

    assert found is not None
    assert found.strangers == pytest.approx(-0.6, abs=0.03)
    assert found.families == pytest.approx(0.32, abs=0.03)


def test_too_few_pairs_say_nothing_of_slopes() -> None:
    assert counted(*made(5000, 50)) is None
    assert slopes_of([]) is None


def test_the_shipped_model_knows_its_slopes() -> None:
    slopes = load_model().slopes

    assert slopes is not None
    assert slopes.strangers < 0 < slopes.families
