"""Values of the domain as JSON and back."""

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum

import pytest

from server.domain.plain import from_plain, to_plain


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Leaf:
    day: date
    colour: Colour | None = None


@dataclass(frozen=True)
class Tree:
    name: str
    at: datetime
    leaves: tuple[Leaf, ...] = ()
    pair: tuple[str, date] | None = None
    by_name: dict[str, dict[str, date]] = field(default_factory=dict)


LEAF = Leaf(date(2026, 11, 24), Colour.RED)
TREE = Tree(
    "gốc",
    datetime(2026, 11, 24, 9, 5, tzinfo=UTC),
    leaves=(LEAF, Leaf(date(2024, 2, 29))),
    pair=("a", date(2026, 1, 1)),
    by_name={"x": {"y": date(2026, 1, 2)}},
)


def kept(value: object) -> object:
    return json.loads(json.dumps(to_plain(value)))


def test_what_was_written_is_read_again() -> None:
    assert from_plain(Tree, kept(TREE)) == TREE


def test_what_a_later_version_dropped_or_added_does_no_harm() -> None:
    plain = {"day": "2026-11-24", "dropped": 1}

    assert from_plain(Leaf, plain) == Leaf(date(2026, 11, 24))


def test_a_pair_of_another_length_is_no_pair() -> None:
    plain = {"name": "a", "at": "2026-11-24T09:05:00+00:00", "pair": ["a"]}

    with pytest.raises(ValueError, match="shorter"):
        from_plain(Tree, plain)
