"""What must hold of any two records, tried on families who are really alike.

Pairs come from the upland world: the same family visited twice, its neighbours, parts
that split off. Records made up at random would hardly ever meet, and what holds for
strangers would prove nothing.
"""

import json
from collections.abc import Sequence
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.matching.features import DAY, Features, Person
from server.domain.matching.frequencies import Counts, bits_of
from server.domain.matching.lines import features_of_line
from server.domain.matching.linkage import components, households
from server.domain.matching.model import load_model
from server.domain.matching.scoring import Prepared, prepare, score, score_many
from server.domain.matching.whole import Registry, match, read
from server.domain.matching.words import Relations
from tests.bench.uplands import Uplands
from tests.bench.uplands_written import CARELESS

MODEL = load_model()


@cache
def lines() -> list[str]:
    """Submissions of a few hamlets."""
    return [json.dumps(line) for line, _ in Uplands(140, 5, CARELESS).visits()]


@cache
def records() -> list[Features]:
    return [features_of_line(json.loads(line)) for line in lines()]


@cache
def counts() -> Counts:
    found = Counts()
    for record in records():
        found.add(record)
    return found


@cache
def registry() -> Registry:
    """Every pair that shares a key: families visited again, and whoever is like them."""
    return read(lines(), quiet)


def bits(firsts: Sequence[Features], seconds: Sequence[Features]) -> np.ndarray:  # type: ignore[type-arg]
    """The scores of many pairs, one record of each from either side."""
    prepared = prepare([*firsts, *seconds], counts())
    left = np.arange(len(firsts))
    return score_many(MODEL, prepared, left, left + len(firsts))


def test_pairs_of_every_kind_have_one_score_from_both_sides_alone_and_together() -> (
    None
):
    table, left, right = registry().table, registry().left, registry().right
    prepared = Prepared(table, Relations(table.words), bits_of(table))

    forth = score_many(MODEL, prepared, left, right)
    back = score_many(MODEL, prepared, right, left)

    assert (forth == back).all()
    kinds = [
        np.flatnonzero((forth > low) & (forth <= high))
        for low, high in ((-40, -8), (-8, -2), (-2, 7.5), (7.5, 40))
    ]
    assert min(len(kind) for kind in kinds) >= 5
    for row in np.concatenate([kind[:5] for kind in kinds]).tolist():
        one, other = records()[left[row]], records()[right[row]]
        alone = score(MODEL, one, other, counts())
        assert alone == score(MODEL, other, one, counts())
        assert alone.bits == pytest.approx(forth[row], abs=1e-9)


# What is made to agree in the second record; None where it does already.


def same_place(one: Features, other: Features) -> Features | None:
    if one.latitude is None:
        return None
    return other._replace(latitude=one.latitude, longitude=one.longitude)


def same_door(one: Features, other: Features) -> Features | None:
    if not one.street and not one.numbers:
        return None
    return other._replace(street=one.street, numbers=one.numbers)


def same_group(one: Features, other: Features) -> Features | None:
    return other._replace(group=one.group) if one.group else None


def same_phone(one: Features, other: Features) -> Features | None:
    return other._replace(phones=one.phones) if one.phones else None


def same_ward(one: Features, other: Features) -> Features | None:
    return other._replace(ward=one.ward)


def head_with(one: Features, other: Features, **changes: object) -> Features | None:
    head, *rest = other.persons
    return other._replace(persons=(head._replace(**changes), *rest))  # type: ignore[arg-type]


def heads(one: Features, other: Features) -> tuple[Person, Person] | None:
    if not one.persons or not other.persons:
        return None
    mine, theirs = one.persons[0], other.persons[0]
    return (mine, theirs) if mine.words and mine.words == theirs.words else None


def same_card(one: Features, other: Features) -> Features | None:
    """Two heads of one name get one number; one that was there and differed goes."""
    found = heads(one, other)
    if not found or not found[0].card:
        return None
    return head_with(one, other, card=found[0].card)


def same_birth(one: Features, other: Features) -> Features | None:
    found = heads(one, other)
    if not found or found[0].precision != DAY or not found[1].year:
        return None
    mine = found[0]
    return head_with(
        one, other, year=mine.year, month=mine.month, day=mine.day, precision=DAY
    )


AGREEING = (same_place, same_door, same_group, same_phone, same_ward, same_card, same_birth)  # fmt: skip


@pytest.mark.parametrize("agree", AGREEING, ids=lambda made: made.__name__)
def test_evidence_that_agrees_more_never_lowers_the_score(agree: object) -> None:
    sides = (
        np.r_[registry().left, registry().right],
        np.r_[registry().right, registry().left],
    )
    tried = [
        (first, second, closer)
        for first, second in (
            (records()[a], records()[b]) for a, b in zip(*sides, strict=True)
        )
        if (closer := agree(first, second)) not in (None, second)  # type: ignore[operator]
    ][:800]

    firsts, seconds, closers = zip(*tried, strict=True)
    gain = bits(firsts, closers) - bits(firsts, seconds)

    assert len(tried) > 20
    assert (gain > 0).mean() > 0.25
    worst = int(gain.argmin())
    assert gain[worst] >= -1e-9, tried[worst]


COUNT = 8
numbers = st.tuples(st.integers(0, COUNT - 1), st.integers(0, COUNT - 1)).filter(
    lambda pair: pair[0] < pair[1]
)
scores = st.dictionaries(numbers, st.floats(-12, 12), min_size=4, max_size=20)


def linked(found: dict[tuple[int, int], float], count: int, **judged: object) -> list[int]:  # fmt: skip
    left, right = np.array([*found], np.int64).reshape(-1, 2).T
    values = np.array([*found.values()], float)
    return households(count, left, right, values, **judged).tolist()  # type: ignore[arg-type]


@given(scores, st.sets(numbers, max_size=6), st.sets(numbers, max_size=6))
def test_different_holds_whatever_else_was_judged_the_same(
    found: dict[tuple[int, int], float],
    same: set[tuple[int, int]],
    different: set[tuple[int, int]],
) -> None:
    home = linked(found, COUNT, same=same, different=different)

    assert all(home[a] != home[b] for a, b in different)
    left, right = np.array([*same], np.int64).reshape(-1, 2).T
    said = components(COUNT, left, right)
    # Where people contradict each other nobody can say which of their words gives way.
    if all(said[a] != said[b] for a, b in different):
        assert all(home[a] == home[b] for a, b in same)


@given(scores, st.lists(st.floats(-12, 0), min_size=COUNT, max_size=COUNT))
def test_a_stranger_who_is_compared_with_everybody_changes_nothing(
    found: dict[tuple[int, int], float], strange: list[float]
) -> None:
    more = found | {(record, COUNT): value for record, value in enumerate(strange)}

    assert linked(more, COUNT + 1) == [*linked(found, COUNT), COUNT]


def test_a_stranger_of_the_same_hamlet_changes_no_household() -> None:
    texts = lines()
    stranger = json.loads(texts[0])
    stranger |= {"submission_id": "stranger", "phone": None, "lat": None, "members": [
        {"name": "Hoàng Quốc Khánh", "relation": "head", "sex": "Nam", "dob": "1931-03-17", "id_number": "081999888"},
    ]}  # fmt: skip

    before, after = (
        match(MODEL, read(some, quiet), quiet).household.tolist()
        for some in (texts, [*texts, json.dumps(stranger)])
    )

    assert after == [*before, len(texts)]
    assert len({*before}) < len(before) * 0.8


def quiet(step: str, done: int, total: int) -> None:
    """No progress."""
