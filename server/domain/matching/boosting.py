"""A score of many small tables: the household model.

Each table asks a few questions ("share of matched members >= 6?", "old head still
there?") and adds the bits that stand for its answers. Questions of one table are the
same for every pair, so a table is an array that is looked up: a million pairs take
milliseconds, and what each evidence adds can be told exactly. Where more of an evidence
can only speak for "same", the entries are held to that.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from server.domain.matching.table import Array

BANDS = 64


@dataclass(frozen=True, slots=True)
class Question:
    """Whether the band of `column` reaches `least`."""

    column: int
    least: int


@dataclass(frozen=True, slots=True)
class Lookup:
    """The bits for each combination of answers, the first question in the lowest bit;
    `counts` are how many pairs of the training had it."""

    questions: tuple[Question, ...]
    bits: tuple[float, ...]
    counts: tuple[float, ...]


def score(lookups: Sequence[Lookup], prior: float, bands: Array) -> Array:
    """The bits of every row of `bands`."""
    columns = np.ascontiguousarray(bands.T)
    total = np.full(len(bands), prior)
    for lookup in lookups:
        place = np.zeros(len(bands), np.uint8)
        for position, question in enumerate(lookup.questions):
            answer = columns[question.column] >= question.least
            place |= answer.view(np.uint8) << np.uint8(position)
        total += np.array(lookup.bits)[place]
    return total


def contributions(
    lookups: Sequence[Lookup], prior: float, bands: Array
) -> tuple[float, Array]:
    """The bits of one row, split by column: the sum of all is its score.

    A table is walked question by question; what an answer changes in the mean of the
    entries still possible belongs to the column that was asked about.
    """
    start, parts = prior, np.zeros(len(bands))
    for lookup in lookups:
        bits, counts = np.array(lookup.bits), np.array(lookup.counts)
        place = np.arange(len(bits))
        mean = float((bits * counts).sum() / counts.sum())
        start += mean
        for position, question in enumerate(lookup.questions):
            answer = int(bands[question.column] >= question.least)
            place = place[(place >> position & 1) == answer]
            narrowed = float((bits[place] * counts[place]).sum() / counts[place].sum())
            parts[question.column] += narrowed - mean
            mean = narrowed
    return start, parts


@dataclass(frozen=True, slots=True)
class Settings:
    """How long and how carefully to learn."""

    tables: int = 150
    depth: int = 6
    rate: float = 0.12
    ridge: float = 5.0
    columns_share: float = 0.6
    rows_share: float = 0.4
    seed: int = 0


def learn(
    bands: Array, same: Array, directions: Sequence[int], settings: Settings,
    weights: Array | None = None, start: Array | None = None,
) -> tuple[list[Lookup], float]:  # fmt: skip
    """Tables that tell pairs of one household (`same`) from others, and the prior.

    With `start`, the bits that are known of each pair, tables say what to add to them.
    """
    random = np.random.default_rng(settings.seed)
    weight = np.ones(len(same)) if weights is None else weights
    prior = 0.0
    if start is None:
        share = float((same * weight).sum() / weight.sum())
        prior = float(np.log2(share / (1 - share)))
        start = np.full(len(same), prior)
    logit = start * np.log(2)
    columns = np.ascontiguousarray(bands.T)
    lookups = []
    for _ in range(settings.tables):
        chance = 1 / (1 + np.exp(-logit))
        slope, curve = (same - chance) * weight, chance * (1 - chance) * weight
        rows = np.flatnonzero(random.random(len(same)) < settings.rows_share)
        asked = np.flatnonzero(random.random(len(columns)) < settings.columns_share)
        questions = _questions(
            columns, rows, slope[rows], curve[rows], asked, directions, settings
        )
        place = _places(columns, questions)
        size = 1 << len(questions)
        gain = np.bincount(place, weights=slope, minlength=size)
        mass = np.bincount(place, weights=curve, minlength=size) + settings.ridge
        value = _held(gain / mass, mass, questions, directions) * settings.rate
        logit += value[place]
        counts = np.bincount(place, minlength=size) + 0.01
        lookups.append(
            Lookup(
                tuple(questions),
                tuple((value / np.log(2)).tolist()),
                tuple(counts.tolist()),
            )
        )
    return lookups, prior


def _places(columns: Array, questions: Sequence[Question]) -> Array:
    place = np.zeros(columns.shape[1], np.int64)
    for position, question in enumerate(questions):
        place |= (columns[question.column] >= question.least).astype(
            np.int64
        ) << position
    return place


def _questions(
    columns: Array, rows: Array, slope: Array, curve: Array, asked: Array,
    directions: Sequence[int], settings: Settings,
) -> list[Question]:  # fmt: skip
    """The questions that, asked together, explain most of what is still unexplained.

    An answer that would move the score against its direction explains nothing: its
    entries are levelled afterwards, and a question chosen for them would be wasted.
    """
    place = np.zeros(len(rows), np.int64)
    chosen: list[Question] = []
    for depth in range(settings.depth):
        best, found = 1e-9, None
        leaves = 1 << depth
        for column in asked.tolist():
            index = place * BANDS + columns[column][rows]
            g = np.bincount(index, weights=slope, minlength=leaves * BANDS).reshape(
                leaves, BANDS
            )
            h = np.bincount(index, weights=curve, minlength=leaves * BANDS).reshape(
                leaves, BANDS
            )
            gain = _gain(
                g.cumsum(axis=1), h.cumsum(axis=1), directions[column], settings
            )
            least = int(gain.argmax())
            if gain[least] > best:
                best, found = float(gain[least]), Question(column, least + 1)
        if found is None:
            break
        chosen.append(found)
        place |= (columns[found.column][rows] >= found.least).astype(np.int64) << depth
    return chosen


def _gain(below: Array, mass: Array, direction: int, settings: Settings) -> Array:
    """What asking whether a band is reached explains, for each band but the first.

    `below` and `mass` are slope and curve of all rows below a band, one line a leaf.
    """
    ridge = settings.ridge
    above, rest = below[:, -1:] - below, mass[:, -1:] - mass + ridge
    gain = below**2 / (mass + ridge) + above**2 / rest
    gain -= below[:, -1:] ** 2 / (mass[:, -1:] + ridge)
    if direction:
        gain[(above / rest - below / (mass + ridge)) * direction < 0] = 0
    total: Array = gain.sum(axis=0)[:-1]
    return total


def _held(
    value: Array, mass: Array, questions: Sequence[Question], directions: Sequence[int]
) -> Array:
    """The nearest entries that move in the directions asked for."""
    shape = (2,) * len(questions)
    # The first question is the last axis of the array.
    held, weight = value.reshape(shape).copy(), mass.reshape(shape)
    bound = [
        (len(questions) - 1 - position, directions[question.column])
        for position, question in enumerate(questions)
        if directions[question.column]
    ]
    for _ in range(8):
        for axis, direction in bound:
            low, high = np.take(held, 0, axis), np.take(held, 1, axis)
            low_w, high_w = np.take(weight, 0, axis), np.take(weight, 1, axis)
            mean = (low * low_w + high * high_w) / (low_w + high_w)
            wrong = (high - low) * direction < 0
            held = np.stack(
                [np.where(wrong, mean, low), np.where(wrong, mean, high)], axis=axis
            )
    # Means come near. What is left over is settled halfway between the nearest table
    # above and the nearest below, both of which keep the directions: always giving way
    # to one side would make every later table undo it.
    above, below = held, held
    for axis, direction in bound:
        low, high = np.take(above, 0, axis), np.take(above, 1, axis)
        pair = (
            [low, np.maximum(low, high)]
            if direction > 0
            else [np.maximum(low, high), high]
        )
        above = np.stack(pair, axis=axis)
        low, high = np.take(below, 0, axis), np.take(below, 1, axis)
        pair = (
            [np.minimum(low, high), high]
            if direction > 0
            else [low, np.minimum(low, high)]
        )
        below = np.stack(pair, axis=axis)
    return ((above + below) / 2).reshape(-1)
