"""What an answer at the door weighs."""

from hypothesis import given
from hypothesis import strategies as st

from server.domain.matching.field_answers import (
    Answered,
    assumed_weights,
    chance_after,
    estimate,
    weights_of,
)
from server.domain.matching.zones import TAKEN_ERROR

chances = st.floats(0, 1)
# How many of how many answers were right.
told = st.tuples(st.integers(0, 2000), st.integers(0, 2000)).map(
    lambda each: (min(each), max(each))
)


def test_an_answer_passes_two_people_who_each_err_as_often_as_a_reviewer() -> None:
    wrong = 1 - (1 - TAKEN_ERROR) ** 2

    assert round(2 ** assumed_weights().one, 1) == round((1 - wrong) / wrong, 1)
    assert assumed_weights().two == -assumed_weights().one
    assert assumed_weights().of("split") == assumed_weights().of("different")
    assert assumed_weights().of("unknown") == 0
    assert assumed_weights().origin == {"from": "assumed", "date": "2026-11-25"}


@given(same=told, different=told, chance=chances)
def test_yes_never_lowers_and_no_never_raises_the_probability(
    same: tuple[int, int], different: tuple[int, int], chance: float
) -> None:
    weights = estimate(Answered(same, different), "2026-12-01")

    assert chance_after(chance, weights.of("same")) >= chance
    assert chance_after(chance, weights.of("split")) <= chance
    assert chance_after(chance, weights.of("different")) <= chance
    assert chance_after(chance, weights.of("unknown")) == chance


@given(one=chances, other=chances)
def test_a_pair_that_was_nearer_stays_nearer(one: float, other: float) -> None:
    low, high = sorted((one, other))

    for answer in ("same", "different"):
        bits = assumed_weights().of(answer)
        assert chance_after(low, bits) <= chance_after(high, bits)


def test_few_judgements_change_nothing() -> None:
    few = Answered(same=(10, 25), different=(900, 1000))

    assert estimate(few, "2026-12-01") == assumed_weights()


def test_judgements_make_answers_count_for_less_and_never_for_more() -> None:
    wrong = estimate(Answered((80, 100), (100, 100)), "2026-12-01")
    right = estimate(Answered((1000, 1000), (1000, 1000)), "2026-12-01")

    assert assumed_weights().two < wrong.two < 0
    assert 0 < wrong.one < assumed_weights().one
    assert right.one == assumed_weights().one
    assert wrong.origin == {
        "from": "judgements",
        "date": "2026-12-01",
        "same": [80, 100],
        "different": [100, 100],
    }


def test_weights_come_with_the_model_that_was_learned_here() -> None:
    kept = {"field_answers": {"one": 2.0, "two": -3.0, "origin": {"date": "x"}}}

    assert weights_of(kept).of("same") == 2.0
    assert weights_of(kept).of("split") == -3.0
    assert weights_of({}) == assumed_weights()
