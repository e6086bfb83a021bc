"""What two households agree and differ in, in sentences a person can check.

Facts weigh nothing by themselves: each is told with the bits that the model gave to
what it is about. Identity numbers come masked, because facts are kept with a pair.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from server.domain.people.birth_dates import BirthAgreement, births_agree
from server.domain.people.identity_numbers import (
    PERSONAL_KINDS,
    comparable,
    is_well_formed,
    mask,
)
from server.domain.people.names import NameAgreement, names_agree, within_one_edit
from server.domain.places.addresses import (
    AddressAgreement,
    addresses_agree,
    format_address,
)
from server.domain.survey.record import BirthDate, Household, Member

People = Sequence[tuple[Member, Member]]
# What the model weighs of that which a fact is about.
WEIGHED_AS = {
    "head_number": ("number_of_heads",),
    "head_name": ("head_name",),
    "head_birth": ("head_birth",),
    "head_sex": ("heads_differ",),
    "shared_members": ("other_person", "second_person"),
    "head_elsewhere": ("old_head_now", "new_head_then"),
    "address": ("door", "street"),
    "phone": ("phone",),
}


class NumberAgreement(IntEnum):
    """How two people's identity numbers compare; kinds that differ do not."""

    MISSING = -1
    DIFFERENT = 0
    NEAR = 1
    SAME = 2


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing seen: `left` and `right` are shown side by side, `level` says how well
    they agree, `bits` what the model makes of it."""

    code: str
    level: str
    left: str
    right: str
    values: dict[str, Any] = field(default_factory=dict)
    bits: float = 0.0


def facts(
    left: Household,
    right: Household,
    people: People,
    weights: Mapping[str, float],
    *,
    is_same_entity: bool = False,
    are_two_entities: bool = False,
    is_edit: bool = False,
) -> tuple[Fact, ...]:
    """Everything worth telling about a pair. `people` are those on both rosters, and
    `weights` the bits of each evidence of the model."""
    heads = find_head(left), find_head(right)
    found = [Fact("edit", "same", "", "")] if is_edit else []
    if is_same_entity:
        found.append(Fact("entity", "same", "", ""))
    if are_two_entities:
        found.append(Fact("entity", "different", "", ""))
    seen = (
        *_of_heads(*heads),
        _shared_members(people, heads),
        _head_elsewhere(people, heads),
        _address(left, right),
        _phone(left, right),
    )
    found += [_weighed(fact, weights) for fact in seen if fact is not None]
    return tuple(found)


def find_head(household: Household) -> Member | None:
    """The head as a person; only a name when the roster has no head."""
    for member in household.members:
        if member.relation_to_head == "head":
            return member
    if household.head_name:
        return Member(key="", full_name=household.head_name)
    return None


def numbers_agree(left: Member, right: Member) -> NumberAgreement:
    """How the numbers of two people compare.

    One equal number is enough; different means that both have a 12-digit number and
    those are not even one typing error apart.
    """
    numbers = [
        {c for i in person.identifiers if (c := comparable(i))}
        for person in (left, right)
    ]
    if numbers[0] & numbers[1]:
        return NumberAgreement.SAME
    personal = [
        [i.number for i in person.identifiers if _is_personal(i)]
        for person in (left, right)
    ]
    if not personal[0] or not personal[1]:
        return NumberAgreement.MISSING
    near = any(within_one_edit(a, b) for a in personal[0] for b in personal[1])
    return NumberAgreement.NEAR if near else NumberAgreement.DIFFERENT


def _weighed(fact: Fact, weights: Mapping[str, float]) -> Fact:
    bits = sum(weights.get(name, 0.0) for name in WEIGHED_AS[fact.code])
    return Fact(
        fact.code, fact.level, fact.left, fact.right, fact.values, round(bits, 3)
    )


def _of_heads(first: Member | None, second: Member | None) -> list[Fact | None]:
    if first is None or second is None:
        return []
    number = numbers_agree(first, second)
    name = names_agree(first.full_name, second.full_name)
    birth = births_agree(first.birth, second.birth)
    sexes = first.sex or "", second.sex or ""
    found = (
        ("head_number", number, _masked(first), _masked(second)),
        ("head_name", name, first.full_name, second.full_name),
        ("head_birth", birth, _shown(first.birth), _shown(second.birth)),
    )
    told: list[Fact | None] = [
        Fact(code, level.name.lower(), left, right)
        for code, level, left, right in found
        if level not in (NumberAgreement.MISSING, NameAgreement.MISSING)
        and level is not BirthAgreement.MISSING
    ]
    if all(sexes) and sexes[0] != sexes[1]:
        told.append(Fact("head_sex", "different", *sexes))
    return told


def _shared_members(
    people: People, heads: tuple[Member | None, Member | None]
) -> Fact | None:
    """People on both rosters, other than the heads."""
    pairs = [
        (one, other)
        for one, other in people
        if one is not heads[0] and other is not heads[1]
    ]
    if not pairs:
        return None
    mine = ", ".join(member.full_name for member, _ in pairs)
    theirs = ", ".join(member.full_name for _, member in pairs)
    level = "several" if len(pairs) > 1 else "one"
    return Fact("shared_members", level, mine, theirs, {"count": len(pairs)})


def _head_elsewhere(
    people: People, heads: tuple[Member | None, Member | None]
) -> Fact | None:
    """The head of one household is an ordinary member of the other."""
    found = None
    for one, other in people:
        if (one is heads[0]) is (other is heads[1]):
            continue
        if numbers_agree(one, other) is NumberAgreement.SAME:
            return Fact("head_elsewhere", "by_number", one.full_name, other.full_name)
        found = Fact("head_elsewhere", "by_name", one.full_name, other.full_name)
    return found


def _address(left: Household, right: Household) -> Fact | None:
    level = addresses_agree(left.address, right.address)
    if level is AddressAgreement.MISSING:
        return None
    shown = format_address(left.address), format_address(right.address)
    return Fact("address", level.name.lower(), *shown)


def _phone(left: Household, right: Household) -> Fact | None:
    shared = sorted(set(left.phones) & set(right.phones))
    return Fact("phone", "same", shared[0], shared[0]) if shared else None


def _masked(person: Member) -> str:
    return ", ".join(mask(identifier.number) for identifier in person.identifiers)


def _is_personal(identifier: Any) -> bool:
    return identifier.kind in PERSONAL_KINDS and is_well_formed(identifier)


def _shown(birth: BirthDate | None) -> str:
    if birth is None:
        return ""
    parts = (birth.day, birth.month, birth.year)
    return "/".join(str(part) for part in parts if part is not None)
