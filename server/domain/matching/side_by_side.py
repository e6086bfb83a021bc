"""Two households laid beside each other, line by line, for the person who decides.

Comparisons weigh; this only aligns what both say and names each difference, so that it
can be read without colour. Identity numbers come out masked.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt
from typing import Any

from server.domain.matching.facts import NumberAgreement, find_head, numbers_agree
from server.domain.matching.rosters import same_people
from server.domain.people.birth_dates import BirthAgreement, births_agree
from server.domain.people.identity_numbers import mask
from server.domain.people.names import NameAgreement, names_agree
from server.domain.places.addresses import (
    AddressAgreement,
    addresses_agree,
    format_address,
)
from server.domain.survey.record import BirthDate, Household, Member, Position

EARTH_RADIUS = 6_371_000
# A phone between houses is often this far off.
SAME_PLACE = 30
NEAR_PLACE = 200


class Mark(StrEnum):
    """How what the two sides say agrees."""

    SAME = "same"
    NEAR = "near"
    DIFFERENT = "different"
    LEFT_ONLY = "left_only"
    RIGHT_ONLY = "right_only"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing both sides may say; codes such as "male" stay codes."""

    name: str
    left: str
    right: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person on both rosters, or on one of them; `lines` are those that differ."""

    left: Member | None
    right: Member | None
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Everything to look at; `distance` between the two positions is in metres."""

    lines: tuple[Line, ...]
    people: tuple[PersonLine, ...]
    distance: int | None


def lay(left: Household, right: Household) -> SideBySide:
    """Align two households; what neither of them says is left out."""
    first, second = find_head(left), find_head(right)
    lines = [*_person_lines(first, second, prefix="head_")]
    lines.append(
        _line(
            "address",
            format_address(left.address),
            format_address(right.address),
            lambda: _address_mark(left, right),
        )
    )
    lines.extend(
        _line(name, getattr(left, name), getattr(right, name))
        for name in ("ward_code", "group_code")
    )
    lines.append(
        _line("phones", *_phones(left, right), lambda: _phone_mark(left, right))
    )
    return SideBySide(
        lines=tuple(line for line in lines if line.left or line.right),
        people=align(left.members, right.members),
        distance=_distance(left.position, right.position),
    )


def align(left: Sequence[Member], right: Sequence[Member]) -> tuple[PersonLine, ...]:
    """The people on both lists first, in the order of the left one, then the others."""
    pairs = same_people(left, right)
    pairs.sort(key=lambda sides: left.index(sides[0]))
    mine, theirs = list(left), list(right)
    for one, other in pairs:
        mine.remove(one)
        theirs.remove(other)
    return (
        *(PersonLine(one, other, _differences(one, other)) for one, other in pairs),
        *(PersonLine(member, None) for member in mine),
        *(PersonLine(None, member) for member in theirs),
    )


def masked_numbers(member: Member) -> str:
    """A person's identity numbers as they may be shown."""
    return ", ".join(mask(each.number) for each in member.identifiers)


def birth_text(birth: BirthDate | None) -> str:
    """A birth date as people write it, as precise as it is known."""
    if birth is None:
        return ""
    parts = [f"{part:02}" for part in (birth.day, birth.month) if part is not None]
    return "/".join([*parts, str(birth.year)])


def metres_between(left: Position, right: Position) -> int:
    """The distance over ground of two positions."""
    north = radians(right.latitude - left.latitude)
    east = radians(right.longitude - left.longitude)
    across = (
        sin(north / 2) ** 2
        + cos(radians(left.latitude))
        * cos(radians(right.latitude))
        * sin(east / 2) ** 2
    )
    return round(2 * EARTH_RADIUS * asin(sqrt(across)))


def place_mark(distance: int) -> Mark:
    """Whether two positions so many metres apart are one place."""
    if distance <= SAME_PLACE:
        return Mark.SAME
    return Mark.NEAR if distance <= NEAR_PLACE else Mark.DIFFERENT


def _person_lines(
    left: Member | None, right: Member | None, prefix: str = ""
) -> list[Line]:
    one, other = left or Member("", ""), right or Member("", "")
    return [
        _line(
            f"{prefix}name",
            one.full_name,
            other.full_name,
            lambda: _name_mark(names_agree(one.full_name, other.full_name)),
        ),
        _line(
            f"{prefix}birth",
            birth_text(one.birth),
            birth_text(other.birth),
            lambda: _birth_mark(one.birth, other.birth),
        ),
        _line(f"{prefix}sex", one.sex, other.sex),
        _line(
            f"{prefix}number",
            masked_numbers(one),
            masked_numbers(other),
            lambda: _number_mark(numbers_agree(one, other)),
        ),
    ]


def _differences(left: Member, right: Member) -> tuple[Line, ...]:
    lines = _person_lines(left, right)
    lines.append(_line("relation", left.relation_to_head, right.relation_to_head))
    return tuple(line for line in lines if line.mark is not Mark.SAME)


def _line(
    name: str, left: Any, right: Any, judge: Callable[[], Mark] | None = None
) -> Line:
    mine, theirs = left or "", right or ""
    if mine and theirs:
        mark = judge() if judge else None
        mark = mark or (Mark.SAME if mine == theirs else Mark.DIFFERENT)
    elif mine:
        mark = Mark.LEFT_ONLY
    else:
        mark = Mark.RIGHT_ONLY if theirs else Mark.SAME
    return Line(name, mine, theirs, mark)


def _name_mark(level: NameAgreement) -> Mark:
    if level is NameAgreement.EQUAL:
        return Mark.SAME
    return Mark.NEAR if level >= NameAgreement.NEAR else Mark.DIFFERENT


def _birth_mark(left: BirthDate | None, right: BirthDate | None) -> Mark:
    level = births_agree(left, right)
    if left == right or level is BirthAgreement.EXACT:
        return Mark.SAME
    return Mark.NEAR if level > BirthAgreement.DIFFERENT else Mark.DIFFERENT


def _number_mark(level: NumberAgreement) -> Mark:
    if level is NumberAgreement.SAME:
        return Mark.SAME
    # Numbers of two kinds cannot be compared; that they differ says nothing.
    return Mark.NEAR if level is not NumberAgreement.DIFFERENT else Mark.DIFFERENT


def _address_mark(left: Household, right: Household) -> Mark:
    level = addresses_agree(left.address, right.address)
    if level is AddressAgreement.SAME_HOUSE:
        return Mark.SAME
    return Mark.DIFFERENT if level <= AddressAgreement.DIFFERENT else Mark.NEAR


def _phones(left: Household, right: Household) -> tuple[str, str]:
    return ", ".join(left.phones), ", ".join(right.phones)


def _phone_mark(left: Household, right: Household) -> Mark:
    if set(left.phones) == set(right.phones):
        return Mark.SAME
    return Mark.NEAR if set(left.phones) & set(right.phones) else Mark.DIFFERENT


def _distance(left: Position | None, right: Position | None) -> int | None:
    return metres_between(left, right) if left and right else None
