"""What differs between two states of one household, answer by answer."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from server.domain.households.corrections import SCORES
from server.domain.survey.record import Household, Member, ScoreAnswers
from server.domain.survey.score_answers import item_path

# What phones worked out, and names of files: nobody reads them as answers.
_PASSED_OVER = frozenset({"members", "phone_results", "overrides", "photo", "scores"})


@dataclass(frozen=True, slots=True)
class Change:
    """One answer that is another one now; `path` is that of a correction.

    A whole person who came or left has the path of the person, with the `Member` on one
    side and None on the other.
    """

    path: str
    before: Any
    after: Any


def changes(before: Household, after: Household) -> tuple[Change, ...]:
    """Everything that differs, the household first, then person by person."""
    return (
        *_of_parts(before, after),
        *_of_scores(before.scores, after.scores),
        *_of_people(before, after),
    )


def _of_parts(before: Any, after: Any, prefix: str = "") -> Iterator[Change]:
    for each in fields(before):
        if not prefix and each.name in _PASSED_OVER:
            continue
        one, other = getattr(before, each.name), getattr(after, each.name)
        if one == other:
            continue
        is_block = is_dataclass(one) and is_dataclass(other) and not prefix
        if is_block and each.name != "position":
            yield from _of_parts(one, other, f"{each.name}.")
        else:
            yield Change(f"{prefix}{each.name}", one, other)


def _of_scores(
    before: tuple[ScoreAnswers, ...], after: tuple[ScoreAnswers, ...]
) -> Iterator[Change]:
    """The items of score tables, each by itself; what a phone added up is no answer."""
    one, other = (
        {
            item_path(scores.standard, int(item)): chosen
            for scores in side
            for item, chosen in scores.items.items()
        }
        for side in (before, after)
    )
    for name in sorted(one.keys() | other.keys()):
        if one.get(name) != other.get(name):
            yield Change(f"{SCORES}.{name}", one.get(name), other.get(name))


def _of_people(before: Household, after: Household) -> Iterator[Change]:
    old = {member.key: member for member in before.members}
    new = {member.key: member for member in after.members}
    for key in (*old, *(key for key in new if key not in old)):
        one, other = old.get(key), new.get(key)
        if one is None or other is None:
            yield Change(f"members[{key}]", one, other)
        else:
            yield from _of_person(one, other)


def _of_person(before: Member, after: Member) -> Iterator[Change]:
    for each in fields(before):
        one, other = getattr(before, each.name), getattr(after, each.name)
        if each.name != "key" and one != other:
            yield Change(f"members[{before.key}].{each.name}", one, other)
