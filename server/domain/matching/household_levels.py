"""What can be seen when two whole records are laid side by side, in bands.

The records of a pair come as earlier and later visit, because a household goes on with
its head: who was the head then and is now, and who left, is what tells a household that
changed from one that split off. A band is a step of some evidence; 0 means that nothing
is known. What bands are worth together is learned (`boosting`).
"""

from dataclasses import dataclass

import numpy as np

from server.domain.matching.assignment import assign, roster_pairs
from server.domain.matching.features import RELATIONS
from server.domain.matching.frequencies import Bits
from server.domain.matching.person_levels import (
    BIRTH,
    NAME,
    NUMBER,
    is_worth_comparing,
    levels_of,
)
from server.domain.matching.place_levels import add_place, agree
from server.domain.matching.table import Array, Table
from server.domain.matching.weights import PersonWeights
from server.domain.matching.words import Relations

# How more of an evidence must move the score: +1 never down, -1 never up, 0 either way.
DIRECTIONS = {
    "best_person": 1, "second_person": 1, "all_persons": 1, "matched": 1,
    "share_of_smaller": 1, "share_of_larger": 1, "heads": 1, "other_person": 1,
    "old_head_now": 1, "new_head_then": 0, "old_head_age": 0, "old_spouse_stayed": 1,
    "others_stayed": 1, "numbers_equal": 1, "numbers_differ": -1, "births_equal": 1,
    "gone_adults": -1, "new_adults": -1, "gone_children": -1, "door": 1, "street": 1,
    "distance": -1, "phone": 1, "ward": 1, "group": 1, "days_between": 0,
    "same_enumerator": 0, "smaller_size": 0, "larger_size": 0, "entity": 1,
    "namesakes": -1, "certain_person": 1, "head_name": 1, "head_birth": 1, "heads_differ": -1, "number_of_heads": 1,
}  # fmt: skip
NAMES = tuple(DIRECTIONS)
_HEAD, _SPOUSE, _CHILD = (RELATIONS.index(r) for r in ("head", "spouse", "child"))
ADULT = 17
# From so many bits on two lines are of one person, whatever else is known.
CERTAIN = 15.0
# Levels in the order in which they speak for one person; what is missing lies between.
_NAME_BAND = np.array([3, 0, 1, 2, 4, 5, 6, 7, 7, 10, 8, 9, 11, 12, 13])
_BIRTH_BAND = np.array([4, 0, 1, 2, 3, 5, 3, 6, 5, 7, 8, 9, 10, 11, 12])
_NUMBER_BAND = np.array([3, 0, 1, 2, 5, 6, 7])


@dataclass(slots=True)
class Seen:
    """The bands of each pair, and of every two lines taken for one person: the pair
    they belong to, both lines, their levels and their weight."""

    bands: Array
    pair: Array
    left: Array
    right: Array
    levels: Array
    weight: Array


def see(
    table: Table,
    relations: Relations,
    bits: Bits,
    weights: PersonWeights,
    earlier: Array,
    later: Array,
) -> Seen:
    """Compare the records of each pair; `earlier` and `later` are their numbers."""
    pair, left, right = roster_pairs(table.first, earlier, later)
    keep = is_worth_comparing(table.persons, relations, left, right)
    pair, left, right = pair[keep], left[keep], right[keep]
    levels = levels_of(table, relations, left, right)
    weight = weights.of(levels, bits.full[left], bits.given[left])
    chosen = assign(pair, left, right, weight)
    seen = Seen(
        np.zeros((len(earlier), len(NAMES)), np.uint8),
        pair[chosen], left[chosen], right[chosen], levels[chosen], weight[chosen],
    )  # fmt: skip
    columns: dict[str, Array] = {}
    _people(table, seen, earlier, later, columns)
    _registry(seen, bits, columns, len(earlier))
    _heads(table, seen, earlier, later, columns)
    _two_heads(table, relations, earlier, later, columns)
    add_place(table, earlier, later, columns)
    _circumstances(table, bits, earlier, later, columns)
    for position, name in enumerate(NAMES):
        seen.bands[:, position] = columns[name]
    return seen


def _bits_band(weight: Array) -> Array:
    """Two bits a step, from 1 for anything up to -8 on; 0 is for nothing."""
    band: Array = np.clip(np.floor(weight / 2) + 5, 1, 30)
    return band


def _per_pair(seen: Seen, values: Array, count: int) -> Array:
    return np.bincount(seen.pair, weights=values, minlength=count)


def _people(
    table: Table, seen: Seen, earlier: Array, later: Array, columns: dict[str, Array]
) -> None:
    count = len(earlier)
    size_e = table.first[earlier + 1] - table.first[earlier]
    size_l = table.first[later + 1] - table.first[later]
    best = np.zeros(count)
    np.maximum.at(best, seen.pair, seen.weight)
    # `assign` gives the heaviest of each pair first.
    is_best = np.zeros(len(seen.pair), bool)
    is_best[np.unique(seen.pair, return_index=True)[1]] = True
    second = np.zeros(count)
    np.maximum.at(second, seen.pair[~is_best], seen.weight[~is_best])
    good = (seen.weight > 2).astype(float)
    matched = _per_pair(seen, good, count)
    total = _per_pair(seen, np.minimum(seen.weight, 25), count)
    columns["best_person"] = np.where(best > 0, _bits_band(best), 0)
    columns["second_person"] = np.where(second > 0, _bits_band(second), 0)
    columns["all_persons"] = np.where(total > 0, np.clip(total // 3 + 1, 1, 40), 0)
    columns["matched"] = matched
    smaller, larger = np.minimum(size_e, size_l), np.maximum(size_e, size_l)
    columns["share_of_smaller"] = np.round(8 * matched / np.maximum(smaller, 1))
    columns["share_of_larger"] = np.round(8 * matched / np.maximum(larger, 1))
    columns["smaller_size"], columns["larger_size"] = smaller, larger
    number, birth = seen.levels[:, 2], seen.levels[:, 1]
    columns["numbers_equal"] = _per_pair(seen, number >= NUMBER.index("card"), count)
    columns["numbers_differ"] = _per_pair(
        seen, good * ((number > 0) & (number < NUMBER.index("near"))), count
    )
    columns["births_equal"] = _per_pair(seen, birth == BIRTH.index("day"), count)
    year = np.floor(1970 + table.records["at"] / 365.25).astype(int)
    ages_e, ages_l = year[earlier], year[later]
    for name, side, size, ages, of_adults in (
        ("gone_adults", seen.left, earlier, ages_e, True),
        ("new_adults", seen.right, later, ages_l, True),
        ("gone_children", seen.left, earlier, ages_e, False),
    ):
        columns[name] = _left_over(table, seen, side, size, ages, count, of_adults)


def _registry(seen: Seen, bits: Bits, columns: dict[str, Array], count: int) -> None:
    """What the best match is worth among so many persons: in a large registry there
    are more strangers who agree by chance. Of several certain matches the rarest name
    counts, so that one who agrees even better cannot make a namesake of the others."""
    first = np.unique(seen.pair, return_index=True)[1]
    pair, size = seen.pair[first], np.log2(max(bits.persons, 2))
    rarest = np.minimum(bits.full[seen.left], bits.full[seen.right])
    bearers = np.clip(np.round(2 * (size - rarest)) + 1, 1, 40)
    columns["namesakes"] = np.zeros(count)
    columns["namesakes"][pair] = bearers[first]
    certain = seen.weight > CERTAIN
    np.minimum.at(columns["namesakes"], seen.pair[certain], bearers[certain])
    columns["certain_person"] = np.zeros(count)
    columns["certain_person"][pair] = np.clip(
        np.round(seen.weight[first] - size) + 25, 1, 60
    )


def _left_over(
    table: Table, seen: Seen, side: Array, record: Array, year: Array, count: int,
    of_adults: bool,
) -> Array:  # fmt: skip
    """How many adults, or children, of one roster are not on the other."""
    birth = table.persons["year"]
    size = table.first[record + 1] - table.first[record]
    pair = np.repeat(np.arange(count), size)
    begin = np.cumsum(size) - size
    line = table.first[record][pair] + np.arange(len(pair)) - begin[pair]
    is_adult = (birth[line] == 0) | (year[pair] - birth[line] >= ADULT)
    wanted = is_adult == of_adults
    total = np.bincount(pair, weights=wanted, minlength=count)
    known = (birth[side] == 0) | (year[seen.pair] - birth[side] >= ADULT)
    return np.clip(total - _per_pair(seen, known == of_adults, count), 0, 6)


def _head_line(table: Table, record: Array) -> Array:
    """The line of the head, the first one when nobody is called that; -1 for none."""
    size = table.first[record + 1] - table.first[record]
    return np.where(size > 0, table.records["head"][record], -1)


def _heads(
    table: Table, seen: Seen, earlier: Array, later: Array, columns: dict[str, Array]
) -> None:
    count = len(earlier)
    relation = table.persons["relation"]
    then, now = _head_line(table, earlier), _head_line(table, later)
    is_then, is_now = seen.left == then[seen.pair], seen.right == now[seen.pair]
    good = seen.weight > 0
    both = is_then & is_now & good
    columns["heads"] = np.zeros(count)
    columns["heads"][seen.pair[both]] = _bits_band(seen.weight[both])
    other = np.zeros(count)
    loose = ~both
    np.maximum.at(other, seen.pair[loose], seen.weight[loose])
    columns["other_person"] = np.where(other > 0, _bits_band(other), 0)
    columns["old_head_now"] = np.zeros(count)
    columns["old_head_now"][seen.pair[is_then & good]] = 1
    columns["old_head_now"][seen.pair[both]] = 2
    columns["new_head_then"] = np.zeros(count)
    found = is_now & good
    was = relation[seen.left[found]]
    columns["new_head_then"][seen.pair[found]] = np.select(
        [was == _HEAD, was == _SPOUSE, was == _CHILD], [4, 3, 1], 2
    )
    born = np.where(then >= 0, table.persons["year"][np.maximum(then, 0)], 0)
    year = 1970 + table.records["at"][later] / 365.25
    columns["old_head_age"] = np.where(born > 0, np.clip((year - born) // 10, 1, 10), 0)
    stayed = np.zeros(count)
    has_spouse = np.zeros(count)
    size = table.first[earlier + 1] - table.first[earlier]
    for place in range(1, 4):
        line = np.minimum(table.first[earlier] + place, len(relation) - 1)
        has_spouse[(size > place) & (relation[line] == _SPOUSE)] = 1
    stayed[seen.pair[good & (relation[seen.left] == _SPOUSE)]] = 1
    columns["old_spouse_stayed"] = np.where(has_spouse > 0, 1 + stayed, 1)
    rest = _per_pair(seen, good & ~is_then & ~is_now, count)
    others = np.maximum(size - 1 - (columns["new_head_then"] % 4 > 0), 0)
    columns["others_stayed"] = np.where(
        others > 0, 1 + np.round(4 * np.minimum(rest / np.maximum(others, 1), 1)), 5
    )


def _two_heads(
    table: Table, relations: Relations, earlier: Array, later: Array,
    columns: dict[str, Array],
) -> None:  # fmt: skip
    """How the two heads agree, whether or not they are taken for one person."""
    then, now = _head_line(table, earlier), _head_line(table, later)
    at = np.flatnonzero((then >= 0) & (now >= 0))
    levels = levels_of(table, relations, then[at], now[at])
    for name, values in (
        ("head_name", _NAME_BAND[levels[:, 0]]),
        ("head_birth", _BIRTH_BAND[levels[:, 1]]),
        ("number_of_heads", _NUMBER_BAND[levels[:, 2]]),
    ):
        columns[name] = np.full(len(earlier), 3)
        columns[name][at] = values
    sex = levels[:, 4] == 1
    number = (levels[:, 2] > 0) & (levels[:, 2] < NUMBER.index("near"))
    birth = (levels[:, 1] > 0) & (levels[:, 1] <= BIRTH.index("decade_mistyped"))
    tones = levels[:, 0] == NAME.index("tones_differ")
    columns["heads_differ"] = np.zeros(len(earlier))
    columns["heads_differ"][at] = number * 3 + birth * 2 + sex * 1 + tones * 1


def _circumstances(
    table: Table, bits: Bits, one: Array, two: Array, columns: dict[str, Array]
) -> None:
    r = table.records
    phones_e, phones_l = r["phones"][one], r["phones"][two]
    known = (phones_e[:, 0] != 0) & (phones_l[:, 0] != 0)
    rarest = np.full(len(one), 99.0)
    for column in range(phones_e.shape[1]):
        mine = phones_e[:, column]
        shared = ((mine[:, None] == phones_l) & (mine[:, None] != 0)).any(axis=1)
        count = bits.phones[one, column]
        rarest = np.where(shared, np.minimum(rarest, count), rarest)
    columns["phone"] = np.where(
        rarest < 99, np.clip(8 - np.floor(np.log2(np.maximum(rarest, 2))), 2, 7),
        np.where(known, 0, 1),
    )  # fmt: skip
    days = np.abs(r["at"][two] - r["at"][one])
    columns["days_between"] = np.clip(np.floor(2 * np.log2(days + 1)), 0, 24)
    columns["same_enumerator"] = agree(r["enumerator"], one, two)
    columns["entity"] = agree(r["entity"], one, two)
