"""Recognising the heading row of a list, and what each of its columns is.

Headings are compared without marks, case, line breaks and punctuation. Printed lists
have headings of two rows ("Ngày sinh" over "Nam" and "Nữ"), which are read as one. A
column nobody knows is kept with its rows; a person may say what it is.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from server.domain.people.names import fold
from server.domain.register.columns import register_columns

SEARCHED_ROWS = 30
MOST_DEEP = 3  # rows on top of each other that are one heading
FEWEST_COLUMNS = 2
_BETWEEN = re.compile(r"[^\w./#]+|_{2,}")
_BRACKETS = re.compile(r"\([^)]*\)")
# What a heading must name at least, for a row to be one: somebody.
_NAMES = frozenset({"full_name", "head_name"})


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a sheet: its last row (counted from 1), and what each column is
    called and is (`columns`: place from 0 -> key; a place that is absent is unknown)."""

    row: int
    texts: tuple[str, ...]
    columns: Mapping[int, str]


def find_heading(rows: Sequence[tuple[int, Sequence[str]]]) -> Heading | None:
    """The heading among the first rows of a sheet, given as (number, cells).

    The row, or two rows on top of each other, in which most columns are recognised;
    None when no row names people.
    """
    best: tuple[int, Heading] | None = None
    for place, (number, cells) in enumerate(rows[:SEARCHED_ROWS]):
        either = [(number, tuple(cells))]
        if place and rows[place - 1][0] == number - 1:
            either.append((number, _joined(rows[place - 1][1], cells)))
        for row, texts in either:
            columns = recognise(texts)
            found = set(columns.values())
            if len(found) < FEWEST_COLUMNS or not found & _NAMES:
                continue
            if best is None or len(columns) > best[0]:
                best = len(columns), Heading(row, texts, columns)
    return best[1] if best else None


def readings(
    rows: Sequence[tuple[int, Sequence[str]]], place: int
) -> Iterator[tuple[str, ...]]:
    """The row at a place as a heading: alone, then with the one or two rows that stand
    right above it."""
    for deep in range(1, MOST_DEEP + 1):
        together = rows[max(place - deep + 1, 0) : place + 1]
        number = rows[place][0]
        if [row for row, _ in together] != list(range(number - deep + 1, number + 1)):
            return
        texts = tuple(together[0][1])
        for _number, cells in together[1:]:
            texts = _joined(texts, cells)
        yield texts


def heading_at(
    rows: Sequence[tuple[int, Sequence[str]]], number: int, deep: int
) -> Heading | None:
    """The heading that a person points at: its last row, and of how many rows it is.
    None when these rows are not there."""
    for place, (row, _cells) in enumerate(rows):
        if row == number:
            for said, texts in enumerate(readings(rows, place), start=1):
                if said == deep:
                    return Heading(number, texts, recognise(texts))
    return None


def recognise(texts: Sequence[str]) -> dict[int, str]:
    """What each column is, by what it is called. The first of two columns with one
    meaning has it; the other stays unknown."""
    found: dict[int, str] = {}
    for strictly in (True, False):
        for place, text in enumerate(texts):
            key = _key_of(text, strictly) if place not in found else None
            if key is None:
                continue
            if key in found.values() and not register_columns()[key].is_repeatable:
                continue
            found[place] = key
    return dict(sorted(found.items()))


def plain_heading(text: str) -> str:
    """A heading as it is compared."""
    return " ".join(_BETWEEN.sub(" ", fold(text)).split()).strip(" .:*")


def _key_of(text: str, strictly: bool) -> str | None:
    plain = plain_heading(text)
    bare = plain_heading(_BRACKETS.sub(" ", text)) or plain
    exact, beginnings = _aliases()
    for said in (plain, bare):
        if said in exact:
            return exact[said]
    if strictly or len(plain) > 120:
        return None
    fitting = [a for a in beginnings if plain.startswith(a) or bare.startswith(a)]
    return beginnings[max(fitting, key=len)] if fitting else None


@cache
def _aliases() -> tuple[dict[str, str], dict[str, str]]:
    """Alias -> key; and the aliases that a heading may go on behind."""
    exact: dict[str, str] = {}
    beginnings: dict[str, str] = {}
    for column in register_columns().values():
        for alias in (*column.aliases, column.vi, column.en):
            plain = plain_heading(alias)
            if not plain:
                continue
            exact.setdefault(plain, column.key)
            if alias.endswith("*"):
                beginnings[f"{plain} "] = column.key
            elif alias.endswith("."):
                beginnings.setdefault(f"{plain}.", column.key)
            elif " " in plain:
                beginnings.setdefault(f"{plain} ", column.key)
    return exact, beginnings


def _joined(upper: Sequence[str], lower: Sequence[str]) -> tuple[str, ...]:
    """Two rows as one heading: a text of the upper row stands over all columns up to
    the next one, but only over those that have a text of their own below."""
    texts: list[str] = []
    above = ""
    for place in range(max(len(upper), len(lower))):
        over = upper[place].strip() if place < len(upper) else ""
        under = lower[place].strip() if place < len(lower) else ""
        above = over or above
        texts.append(f"{above} {under}".strip() if under else over)
    return tuple(texts)
