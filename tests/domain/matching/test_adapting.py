"""What a registry tells by itself: pairs that follow from two sure ones."""

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.matching import adapting
from server.domain.matching.adapting import implied_pairs

# Numbers as one machine gives them, and as many machines do.
numbers = st.sampled_from([0, 1, 2, 3, 4, 5, 6, (5 << 33) + 1, (5 << 33) + 2])
rows = st.lists(st.tuples(numbers, numbers, st.sampled_from([-3.0, 9.0, 9.5, 20.0])))


@given(rows)
def test_a_pair_follows_from_two_sure_ones_with_a_third_record(
    given_rows: list[tuple[int, int, float]],
) -> None:
    found = [row for row in given_rows if row[0] != row[1]]
    near: defaultdict[int, set[int]] = defaultdict(set)
    for a, b, bits in found:
        if bits > adapting.SURE:
            near[a].add(b)
            near[b].add(a)
    left, right, bits = (
        np.array([row[column] for row in found], kind)
        for column, kind in enumerate((np.int64, np.int64, float))
    )

    implied = implied_pairs(left, right, bits)

    assert implied.tolist() == [bool(near[a] & near[b]) for a, b, _ in found]


def test_it_does_not_depend_on_how_many_pairs_are_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    left, right = np.triu_indices(30, 1)
    bits = (left * 31 + right * 17) % 40 - 25.0
    at_once = implied_pairs(left, right, bits)

    monkeypatch.setattr(adapting, "PART", 7)

    assert 0 < at_once.sum() < len(left)
    assert implied_pairs(left, right, bits).tolist() == at_once.tolist()
