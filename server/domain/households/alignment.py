"""The people of two households and of the one they would be, each person once.

A person of the result is the person of a side when both were merged from one roster
line; so what is shown side by side is what merging does. People whom the result does
not know any more, because the newer roster leaves them out, follow; of those, two who
look like one person by the matcher stand together.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from server.domain.households.golden import GoldenHousehold
from server.domain.survey.record import Member

SamePeople = Callable[[Sequence[Member], Sequence[Member]], list[tuple[Member, Member]]]


@dataclass(frozen=True, slots=True)
class Aligned:
    """One person as either side and the result have them."""

    left: Member | None
    right: Member | None
    result: Member | None


def align_with_result(
    left: GoldenHousehold,
    right: GoldenHousehold,
    result: GoldenHousehold,
    same_people: SamePeople,
) -> tuple[Aligned, ...]:
    """Everybody of the result in its order, then those who are on one side only."""
    rows = [
        Aligned(_find(left, result, one), _find(right, result, one), one)
        for one in result.household.members
    ]
    lefts = _left_over(left, [row.left for row in rows])
    rights = _left_over(right, [row.right for row in rows])
    rows = _completed(rows, lefts, rights, same_people)
    pairs = same_people(lefts, rights)
    rows += [Aligned(one, other, None) for one, other in pairs]
    rows += [
        Aligned(one, None, None) for one in lefts if all(one is not p for p, _ in pairs)
    ]
    rows += [
        Aligned(None, one, None)
        for one in rights
        if all(one is not p for _, p in pairs)
    ]
    return tuple(rows)


def _find(
    side: GoldenHousehold, result: GoldenHousehold, person: Member
) -> Member | None:
    lines = set(result.member_keys.get(person.key, ()))
    for member in side.household.members:
        if lines & set(side.member_keys.get(member.key, ())):
            return member
        if not lines and member.key == person.key:  # somebody whom staff added
            return member
    return None


def _left_over(side: GoldenHousehold, placed: list[Member | None]) -> list[Member]:
    keys = {member.key for member in placed if member is not None}
    return [one for one in side.household.members if one.key not in keys]


def _completed(
    rows: list[Aligned],
    lefts: list[Member],
    rights: list[Member],
    same_people: SamePeople,
) -> list[Aligned]:
    """Put somebody left over beside the person of the result whom they look like."""
    for over, is_left in ((lefts, True), (rights, False)):
        open_rows = {
            row.result.key: place
            for place, row in enumerate(rows)
            if row.result is not None and (row.left if is_left else row.right) is None
        }
        people = [
            row.result
            for row in rows
            if row.result is not None and row.result.key in open_rows
        ]
        for one, person in same_people(over, people):
            place = open_rows[person.key]
            row = rows[place]
            rows[place] = Aligned(
                one if is_left else row.left, row.right if is_left else one, row.result
            )
            over.remove(one)
    return rows
