"""H, A and M0: the textbook example, and decompositions that add up exactly."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.poverty.alkire_foster import by_area, measure


def table(*households: str) -> Any:
    """Households as texts of one sign per indicator: x lacks, . does not, ? unknown."""
    signs = {"x": 1, ".": 0, "?": -1}
    rows = [[signs[sign] for sign in household] for household in households]
    return np.array(rows, np.int8).T


def test_half_are_poor_and_lack_three_quarters_on_average() -> None:
    found = measure(table("....", "x...", "xx..", "xxxx"), [1, 1, 1, 1], 2)

    assert found.headcount == Fraction(1, 2)
    assert found.intensity == Fraction(3, 4)
    assert found.adjusted == Fraction(3, 8)
    assert found.indicators[0].uncensored == Fraction(3, 4)
    assert found.indicators[0].censored == Fraction(1, 2)
    assert found.indicators[2].contribution == Fraction(1, 6)


def test_people_are_counted_when_sizes_are_given() -> None:
    found = measure(table("xx", ".."), [1, 1], 2, np.array([1, 3]))

    assert (found.people, found.poor) == (4, 1)
    assert found.headcount == Fraction(1, 4)
    assert found.intensity == 1


def test_a_weight_makes_one_lack_reach_the_cut() -> None:
    found = measure(table("x.", ".x"), [2, 1], 2)

    assert found.poor == 1
    assert found.intensity == Fraction(2, 3)


def test_a_household_that_is_not_wholly_known_is_left_out_and_counted() -> None:
    found = measure(table("xx?", "...", "xxx"), [1, 1, 1], 2, np.array([5, 2, 2]))

    assert (found.people, found.poor, found.left_out) == (4, 2, 5)
    assert found.headcount == Fraction(1, 2)


def test_of_nobody_there_is_nothing() -> None:
    found = measure(np.empty((2, 0), np.int8), [1, 1], 1)

    assert found.headcount == found.intensity == found.adjusted == 0
    assert by_area(np.empty((2, 0), np.int8), [1, 1], 1, np.empty(0, np.int64)) == ()


@pytest.mark.parametrize("cut", [0, -1, 5])
def test_a_cut_that_means_nothing_is_a_bug(cut: int) -> None:
    with pytest.raises(ValueError):
        measure(table("xx"), [2, 2], cut)


populations = st.integers(1, 5).flatmap(
    lambda width: st.tuples(
        st.lists(
            st.tuples(
                st.text("x..?", min_size=width, max_size=width),
                st.integers(1, 9),
                st.integers(0, 3),
            ),
            min_size=1,
            max_size=30,
        ),
        st.lists(st.integers(1, 4), min_size=width, max_size=width),
    )
)


@given(populations, st.data())
def test_decompositions_add_up_exactly(population: Any, data: Any) -> None:
    households, weights = population
    verdicts = table(*(signs for signs, _, _ in households))
    sizes = np.array([size for _, size, _ in households])
    areas = np.array([area for _, _, area in households])
    cut = data.draw(st.integers(1, sum(weights)))

    whole = measure(verdicts, weights, cut, sizes)
    parts = by_area(verdicts, weights, cut, areas, sizes)

    assert whole.adjusted == whole.headcount * whole.intensity
    assert whole.adjusted == sum(
        Fraction(weight, sum(weights)) * each.censored
        for weight, each in zip(weights, whole.indicators, strict=True)
    )
    expected = 1 if whole.poor else 0
    assert sum(each.contribution for each in whole.indicators) == expected
    assert sum(each.contribution for each in parts) == expected
    shares = [each.population_share * each.measures.adjusted for each in parts]
    assert sum(shares) == whole.adjusted
    assert sum(each.measures.poor for each in parts) == whole.poor
    assert sum(each.measures.left_out for each in parts) == whole.left_out


@given(populations, st.data())
def test_a_higher_cut_makes_fewer_poor_and_these_poorer(
    population: Any, data: Any
) -> None:
    households, weights = population
    verdicts = table(*(signs for signs, _, _ in households))
    cut = data.draw(st.integers(1, sum(weights)))

    lower = measure(verdicts, weights, cut)
    higher = measure(verdicts, weights, min(cut + 1, sum(weights)))

    assert higher.headcount <= lower.headcount
    assert higher.adjusted <= lower.adjusted
    assert higher.intensity >= lower.intensity or not higher.poor
    for each in lower.indicators:
        assert each.censored <= each.uncensored
    assert all(0 <= each <= 1 for each in (lower.headcount, lower.intensity))


@given(populations, st.data())
def test_gaining_a_lack_never_lowers_poverty(population: Any, data: Any) -> None:
    households, weights = population
    verdicts = table(*(signs.replace("?", ".") for signs, _, _ in households))
    cut = data.draw(st.integers(1, sum(weights)))
    row = data.draw(st.integers(0, verdicts.shape[0] - 1))
    column = data.draw(st.integers(0, verdicts.shape[1] - 1))

    worse = verdicts.copy()
    worse[row, column] = 1

    assert measure(worse, weights, cut).adjusted >= (
        measure(verdicts, weights, cut).adjusted
    )
