"""Thresholds: what they cost is told from scores that are really there."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.matching.model import load_model
from server.domain.matching.pricing import Share, Spread, price, spread_from

MODEL = load_model()


def spread() -> Spread:
    found = Spread()
    found.add(
        np.array([-20.0, -3.0, 0.1, 4.0, 9.0, 30.0]), np.array([0, 0, 1, 1, 1, 1])
    )
    return found


def test_a_share_is_told_with_wilsons_interval() -> None:
    low, high = Share(98, 100).bounds

    assert Share(98, 100).value == 0.98
    assert (low, high) == pytest.approx((0.9300, 0.9945), abs=1e-4)
    assert Share(0, 0).value is None
    assert Share(0, 0).bounds == (0.0, 1.0)
    assert Share(40, 40).bounds[1] == pytest.approx(1.0)


@given(st.integers(0, 500), st.integers(0, 500))
def test_the_interval_holds_the_share(right: int, wrong: int) -> None:
    share = Share(right, right + wrong)
    low, high = share.bounds

    assert 0 <= low <= high <= 1
    assert share.value is None or low - 1e-9 <= share.value <= high + 1e-9


def test_what_lies_beyond_the_ends_counts_at_them() -> None:
    assert spread().between(-100) == Share(4, 6)
    assert spread().between(4.0) == Share(3, 3)
    assert spread().between(-4.0, 4.0) == Share(1, 2)
    assert spread_from(spread().to_json()).to_json() == spread().to_json()


def test_a_price_counts_questions_and_expects_errors() -> None:
    found = price(spread(), MODEL, 500, 4.0, -4.0)

    assert found.questions == 4.0  # two pairs of 500 records
    assert found.joined == 6.0
    assert 0 < found.wrong < 0.5
    assert found.precision == pytest.approx(1 - found.wrong / found.joined)


@given(st.floats(0, 12), st.floats(0, 4), st.floats(-8, 0))
def test_asking_more_never_joins_more_wrongly(
    auto_from: float, more: float, propose_from: float
) -> None:
    eager = price(spread(), MODEL, 500, auto_from, propose_from)
    careful = price(spread(), MODEL, 500, auto_from + more, propose_from)

    assert careful.wrong <= eager.wrong
    assert careful.questions >= eager.questions
    assert careful.missed == eager.missed
