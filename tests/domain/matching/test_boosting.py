"""Tables that are learned keep the directions they are held to."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain.matching import boosting
from server.domain.matching.boosting import Lookup, Question, Settings
from server.domain.matching.household_levels import DIRECTIONS, NAMES
from server.domain.matching.model import load_model

MODEL = load_model()
bands = st.lists(st.integers(0, 30), min_size=len(NAMES), max_size=len(NAMES))


@settings(max_examples=200, deadline=None)
@given(bands, st.integers(0, len(NAMES) - 1), st.integers(1, 20))
def test_more_agreeing_evidence_never_lowers_the_score(
    row: list[int], column: int, more: int
) -> None:
    raised = [*row]
    raised[column] += more
    scores = boosting.score(
        MODEL.tables, MODEL.prior, np.array([row, raised], np.uint8)
    )

    direction = [*DIRECTIONS.values()][column]
    assert direction * (scores[1] - scores[0]) >= -1e-9


def test_learning_finds_what_was_put_in_and_keeps_its_directions() -> None:
    random = np.random.default_rng(1)
    rows = random.integers(0, 8, (6000, 3)).astype(np.uint8)
    chance = 1 / (1 + np.exp2(-(rows[:, 0].astype(float) - rows[:, 1])))
    same = (random.random(len(rows)) < chance).astype(float)
    settings_ = Settings(tables=60, depth=3, ridge=5.0)

    lookups, prior = boosting.learn(rows, same, [1, -1, 0], settings_)

    losses = [loss(boosting.score(lookups[:n], prior, rows), same) for n in (5, 20, 60)]
    assert all(later < earlier for earlier, later in pairwise(losses))
    ladder = np.array([[step, 4, 4] for step in range(8)], np.uint8)
    assert (np.diff(boosting.score(lookups, prior, ladder)) >= -1e-9).all()
    assert (np.diff(boosting.score(lookups, prior, ladder[:, [1, 0, 2]])) <= 1e-9).all()


def test_a_question_that_could_only_move_the_score_the_wrong_way_is_not_asked() -> None:
    random = np.random.default_rng(2)
    rows = random.integers(0, 8, (4000, 2)).astype(np.uint8)
    chance = 1 / (1 + np.exp2(3.0 * rows[:, 1] - 10 - 0.3 * rows[:, 0]))
    same = (random.random(len(rows)) < chance).astype(float)
    settings_ = Settings(tables=20, depth=1, columns_share=1.0)

    lookups, _ = boosting.learn(rows, same, [1, 1], settings_)

    assert {question.column for each in lookups for question in each.questions} == {0}


def loss(bits: np.ndarray, same: np.ndarray) -> float:  # type: ignore[type-arg]
    chance = 1 / (1 + np.exp2(-bits))
    return float(-np.log(np.where(same > 0, chance, 1 - chance)).mean())


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-4, 4), min_size=8, max_size=8), st.sampled_from((1, -1, 0)))
def test_what_each_column_adds_sums_up(bits: list[float], direction: int) -> None:
    questions = (Question(0, 1), Question(1, 2), Question(2, 1))
    table = Lookup(questions, tuple(bits), (1.0,) * 8)
    rows = np.array([[1, 2, 0], [0, 0, 1], [3, 3, 3]], np.uint8)

    for row, score in zip(rows, boosting.score([table], 0.5, rows), strict=True):
        start, parts = boosting.contributions([table], 0.5, row)
        assert abs(start + parts.sum() - score) < 1e-9
    held = boosting._held(
        np.array(bits), np.ones(8), questions, [direction, 1, -1]
    ).reshape(2, 2, 2)
    assert (np.diff(held, axis=1) >= -1e-9).all()
    assert (np.diff(held, axis=0) <= 1e-9).all()
    if direction:
        assert (np.diff(held, axis=2) * direction >= -1e-9).all()
