"""How two words of names are related, looked up by number.

The relation of all pairs of words is worked out once for a table: words one typing
error apart are found by what is left when one letter is deleted, which takes time in
proportion to the words and not to their square.
"""

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations

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
    """The relations of the words of a table."""

    def __init__(self, words: Sequence[str]) -> None:
        self.size = len(words) + 1
        codes: dict[int, int] = {}
        for left, right in _neighbours(words):
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


def _neighbours(words: Sequence[str]) -> set[tuple[int, int]]:
    groups: defaultdict[str, list[int]] = defaultdict(list)
    starts: defaultdict[str, list[int]] = defaultdict(list)
    for number, word in enumerate(words):
        for found in _found_under(word):
            groups[found].append(number)
        for length in (1, 2):
            starts[word[:length]].append(number)
    pairs = {pair for group in groups.values() for pair in combinations(group, 2)}
    for number, word in enumerate(words):
        if len(word) <= 2 and not is_syllable(word):
            pairs |= {
                (min(number, other), max(number, other)) for other in starts[word]
            }
    return {(a, b) for a, b in pairs if a != b}


@lru_cache(maxsize=1 << 15)
def _found_under(word: str) -> tuple[str, ...]:
    """Its sound, itself, and what is left of it without one of its letters.

    A single letter is left of every short word, and brings together nothing that
    `relation` would call a typing error.
    """
    cuts = {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}
    return (f"={sound(word)}", *(cut for cut in cuts if len(cut) > 1))
