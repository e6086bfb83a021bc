"""How two words of names are related, looked up by number.

The relation of all pairs of words is worked out once for a table: words one typing
error apart are found by what is left when one letter is deleted, which takes time in
proportion to the words and not to their square.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from functools import lru_cache

import numpy as np

from server.domain.matching.table import Array
from server.domain.people.names import within_one_edit
from server.domain.people.syllables import is_syllable, sound

# A shared first letter, another real word, the same sound, and a plain typing error.
NONE, INITIAL, OTHER_WORD, SOUND, TYPO, EQUAL = range(6)


@lru_cache(maxsize=1 << 17)
def relation(left: str, right: str) -> int:
    """How two different skeletons are related."""
    if left == right:
        return EQUAL
    short, long = sorted((left, right), key=len)
    if len(short) <= 2 and long.startswith(short) and not is_syllable(short):
        return INITIAL
    if sound(left) == sound(right):
        return SOUND
    if len(long) < 3 or not within_one_edit(left, right):
        return NONE
    both_real = is_syllable(left) and is_syllable(right)
    return OTHER_WORD if both_real else TYPO


class Relations:
    """The relations of the words of a table; where every pair of records has one of a
    few, only those with the words of these few, which are `asked`."""

    def __init__(
        self, words: Sequence[str], asked: Collection[str] | None = None
    ) -> None:
        self.size = len(words) + 1
        codes: dict[int, int] = {}
        for left, right in _neighbours(words, words if asked is None else asked):
            found = relation(words[left], words[right])
            if found:
                codes[(left + 1) * self.size + right + 1] = found
        self.codes = np.array(sorted(codes), np.int64)
        self.levels = np.array([codes[c] for c in self.codes.tolist()], np.int8)

    def of(self, left: Array, right: Array) -> Array:
        """The relation of words by their numbers; 0 where one is missing."""
        low, high = np.minimum(left, right), np.maximum(left, right)
        found = np.where(low == high, np.int8(EQUAL), np.int8(NONE))
        found[low == 0] = NONE
        if not len(self.codes):
            return found
        ask = np.flatnonzero((low != high) & (low > 0))
        wanted = low[ask].astype(np.int64) * self.size + high[ask]
        place = np.searchsorted(self.codes, wanted)
        place[place == len(self.codes)] = 0
        found[ask] = np.where(self.codes[place] == wanted, self.levels[place], NONE)
        return found


def _neighbours(words: Sequence[str], asked: Collection[str]) -> set[tuple[int, int]]:
    number = {word: place for place, word in enumerate(words)}
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for word in asked:
        for found in _found_under(word):
            groups[found].append(number[word])
    pairs = {
        (place, other) if place < other else (other, place)
        for word, place in number.items()
        for found in _found_under(word)
        if found in groups
        for other in groups[found]
        if place != other
    }
    return pairs | _shortened(words)


def _shortened(words: Sequence[str]) -> set[tuple[int, int]]:
    """Pairs of a word that may be an initial, and all that begin with it."""
    short = [
        (number, word)
        for number, word in enumerate(words)
        if len(word) <= 2 and not is_syllable(word)
    ]
    if not short:
        return set()
    starts: defaultdict[str, list[int]] = defaultdict(list)
    for number, word in enumerate(words):
        for length in (1, 2):
            starts[word[:length]].append(number)
    return {
        (min(number, other), max(number, other))
        for number, word in short
        for other in starts[word]
        if number != other
    }


@lru_cache(maxsize=1 << 15)
def _found_under(word: str) -> tuple[str, ...]:
    """Its sound, itself, and what is left of it without one of its letters.

    A single letter is left of every short word, and brings together nothing that
    `relation` would call a typing error.
    """
    cuts = {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}
    return (f"={sound(word)}", *(cut for cut in cuts if len(cut) > 1))
