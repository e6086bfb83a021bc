"""Tables that arrive one after another become one, and none of them is held twice.

A registry is read a few thousand records at a time. To keep all parts and then lay them
together would need its columns twice, in the very moment in which they are largest.
"""

from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from server.domain.matching.table import Array, Table, table_of

WORDS = ("family", "given", "middle")
# More than what the C library ever keeps in its heap.
PAGED = 1 << 26


class Growing:
    """A column to which parts are added.

    Room is made by doubling. It is always so large that the machine gives it page by
    page, as it is written, and gets all of it back: smaller pieces leave holes.
    """

    def __init__(self) -> None:
        self._room: Array | None = None
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, part: Array) -> None:
        """Lay a part behind what is there."""
        end = self._count + len(part)
        if self._room is None:
            width = part.shape[1] if part.ndim > 1 else 1
            rows = max(end, PAGED // (part.itemsize * width))
            self._room = np.empty((rows, *part.shape[1:]), part.dtype)
        if end > len(self._room):
            room = np.empty((2 * end, *part.shape[1:]), part.dtype)
            room[: self._count] = self._room[: self._count]
            self._room = room
        self._room[self._count : end] = part
        self._count = end

    def whole(self, kind: type = np.int64) -> Array:
        """The column, which must not grow any more; `kind` when nothing was added."""
        if self._room is None:
            return np.empty(0, kind)
        room, self._room = self._room, None
        # Nothing else refers to it: the end is cut off where it lies, without a copy.
        room.resize((self._count, *room.shape[1:]), refcheck=False)
        return room


def join(tables: Iterable[Table]) -> Table:
    """Several tables as one; words that more than one of them has become one."""
    words: dict[str, int] = {}
    ids: list[str] = []
    nobody: dict[str, Array] = {}
    first, count = Growing(), 0
    records: defaultdict[str, Growing] = defaultdict(Growing)
    persons: defaultdict[str, Growing] = defaultdict(Growing)
    first.add(np.zeros(1, np.int64))
    for table in tables:
        ids += table.ids
        first.add(table.first[1:] + count)
        for name, column in table.records.items():
            records[name].add(column + count if name == "head" else column)
        size = int(table.first[-1])
        numbers = _numbers(table.words, words)
        for name, column in table.persons.items():
            some = column[:size]
            persons[name].add(numbers[some] if name in WORDS else some)
        count += size
        nobody = {} if count else table.persons
    if not ids:
        return table_of([])
    people = {name: column.whole() for name, column in persons.items()}
    return Table(
        ids,
        first.whole(),
        {name: column.whole() for name, column in records.items()},
        people if count else nobody,
        [*words],
    )


def _numbers(some: list[str], words: dict[str, int]) -> Array:
    """What the numbers of words of one table are in all of them; 0 stays 0."""
    for word in some:
        words.setdefault(word, len(words))
    return np.array([0, *(words[word] + 1 for word in some)], np.int32)
