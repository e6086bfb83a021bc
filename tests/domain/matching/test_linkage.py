"""Linking records by scores: what people said always holds, strangers never chain."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.matching.evaluation import quality
from server.domain.matching.linkage import components, households, missing_pairs
from server.domain.matching.pairs import pairs_of_keys

COUNT = 9
pairs = st.tuples(st.integers(0, COUNT - 1), st.integers(0, COUNT - 1)).filter(
    lambda pair: pair[0] < pair[1]
)
scores = st.dictionaries(pairs, st.floats(-12, 12), max_size=20)


def linked(
    found: dict[tuple[int, int], float], count: int = COUNT, **judged: object
) -> list[int]:
    left = np.array([a for a, _ in found], np.int64)
    right = np.array([b for _, b in found], np.int64)
    bits = np.array([*found.values()], float)
    return households(count, left, right, bits, **judged).tolist()  # type: ignore[arg-type]


def test_two_families_with_one_strong_pair_between_them_stay_two() -> None:
    found = {
        (0, 1): 9.0,
        (2, 3): 9.0,
        (1, 2): 3.0,
        (0, 2): -6.0,
        (0, 3): -6.0,
        (1, 3): -6.0,
    }

    assert linked(found, 4) == [0, 0, 2, 2]


def test_a_pair_never_compared_speaks_against_linking() -> None:
    assert linked({(0, 1): 5.0, (1, 2): 4.0}, 3) == [0, 0, 2]


@given(scores, st.sets(pairs, max_size=6))
def test_different_is_never_violated(
    found: dict[tuple[int, int], float], different: set[tuple[int, int]]
) -> None:
    home = linked(found, different=different)

    assert all(home[a] != home[b] for a, b in different)


@given(scores, pairs)
def test_same_always_links(
    found: dict[tuple[int, int], float], same: tuple[int, int]
) -> None:
    home = linked(found, same=[same])

    assert home[same[0]] == home[same[1]]


def test_different_holds_through_a_third_record() -> None:
    home = linked({(0, 1): 9.0, (1, 2): 9.0, (0, 2): 9.0}, 3, different=[(0, 2)])

    assert home[0] != home[2]


@given(scores)
def test_an_unrelated_record_changes_nothing(
    found: dict[tuple[int, int], float],
) -> None:
    assert linked(found, COUNT + 1)[:COUNT] == linked(found)


@given(scores)
def test_the_order_of_pairs_means_nothing(found: dict[tuple[int, int], float]) -> None:
    assert linked(dict(reversed(found.items()))) == linked(found)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=40))
def test_what_hangs_together_is_found(edges: list[tuple[int, int]]) -> None:
    groups = {record: {record} for record in range(31)}
    for a, b in edges:
        joined = groups[a] | groups[b]
        groups.update(dict.fromkeys(joined, joined))

    left = np.array([a for a, _ in edges], np.int64)
    right = np.array([b for _, b in edges], np.int64)

    assert components(31, left, right).tolist() == [min(groups[r]) for r in range(31)]


def test_pairs_left_out_of_a_component_are_found() -> None:
    left, right = missing_pairs(np.array([0, 0, 0, 3]), np.array([0]), np.array([1]))

    assert [*zip(left.tolist(), right.tolist(), strict=True)] == [(0, 2), (1, 2)]


@given(st.lists(st.tuples(st.integers(1, 6), st.integers(0, 7)), max_size=40))
def test_pairs_are_those_that_share_a_key_few_have(rows: list[tuple[int, int]]) -> None:
    rows = sorted(set(rows))
    keys = np.array([key for key, _ in rows], np.int64)
    owners = np.array([owner for _, owner in rows], np.int32)
    expected = {
        (a, b)
        for key, a in rows
        for other, b in rows
        if key == other and a < b and sum(k == key for k, _ in rows) <= 3
    }

    codes = pairs_of_keys(keys, owners, 8, common=3)

    assert {(c // 8, c % 8) for c in codes.tolist()} == expected


def test_quality_counts_pairs_and_records() -> None:
    found = quality(["a", "a", "b", "b"], ["x", "x", "x", "y"])

    assert found.pairs == 3
    assert found.precision == pytest.approx(1 / 2)
    assert found.recall == pytest.approx(1 / 3)
