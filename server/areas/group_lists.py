"""Residential groups as people list them: one a line, ranges, or a column of a CSV.

Real numbers of groups are known to nobody but the ward, and wards renumber them, so a
list is read leniently and shown again before anything is kept.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from server.domain.people.names import fold, normalise_name
from server.domain.problems import Problem

MOST_IN_A_RANGE = 200
LONGEST_NAME = 60
_NUMBER = r"(\d{1,3})"
_RANGE = re.compile(
    rf"^(?P<word>\D*?)\s*{_NUMBER}\s*(?:\.{{2,}}|…|-|–|đến)\s*(?P<again>\D*?)\s*{_NUMBER}$"
)
_ONE = re.compile(rf"^(?P<word>\D*?)\s*{_NUMBER}$")
_HEADERS = {"ten", "ten to", "to", "to dan pho", "name", "group", "thon", "ap"}


@dataclass(frozen=True, slots=True)
class ListedGroup:
    """One group of a list: where it stood, what it is called, what is wrong with it."""

    line: int
    name: str
    problem: Problem | None = None


def number_in(name: str) -> int | None:
    """12 of "Tổ dân phố số 12"; None without a number at the end."""
    found = _ONE.match(name)
    return int(found[2]) if found else None


def read_groups(text: str, taken: Iterable[str] = ()) -> list[ListedGroup]:
    """Every group of a pasted list or a CSV file, in its order.

    `taken` are the names the ward has already. What cannot be kept carries its problem.
    """
    seen = {fold(name) for name in taken}
    read: list[ListedGroup] = []
    for line, name in _names(text):
        problem = _problem(line, name, seen)
        seen.add(fold(name))
        read.append(ListedGroup(line, name, problem))
    return read


def _names(text: str) -> Iterator[tuple[int, str]]:
    rows = csv.reader(text.replace("\t", ",").replace(";", ",").splitlines())
    for line, row in enumerate(rows, start=1):
        cell = normalise_name(row[0]) if row else ""
        if not cell or (line == 1 and fold(cell) in _HEADERS):
            continue
        yield from ((line, name) for name in _spread(cell))


def _spread(cell: str) -> list[str]:
    """Twenty groups of "Tổ 1..Tổ 20"; "Tổ 7" of a bare 7."""
    if found := _RANGE.match(cell):
        word, (first, last) = found["word"].strip() or "Tổ", (found[2], found[4])
        numbers = range(int(first), int(last) + 1)
        is_plain = fold(found["again"]) in {"", fold(word)}
        if is_plain and 0 < len(numbers) <= MOST_IN_A_RANGE:
            return [f"{word} {number}" for number in numbers]
        return [cell]
    if found := _ONE.match(cell):
        return [f"{found['word'].strip() or 'Tổ'} {int(found[2])}"]
    return [cell]


def _problem(line: int, name: str, seen: set[str]) -> Problem | None:
    values = {"line": line, "value": name, "limit": MOST_IN_A_RANGE}
    if _RANGE.match(name):
        return Problem("group_range_unusable", "", values)
    if len(name) > LONGEST_NAME:
        return Problem("group_name_long", "", {**values, "limit": LONGEST_NAME})
    if not any(char.isalnum() for char in name):
        return Problem("group_name_unreadable", "", values)
    if fold(name) in seen:
        return Problem("group_name_taken", "", values)
    return None
