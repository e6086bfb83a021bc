"""What can be seen when two households are laid side by side.

Each comparison is a small function: two households in, one `Evidence` out, or None when
one of them says nothing. Its docstring is the sentence staff read, in `explain`.
"""

from collections.abc import Sequence
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


class NumberAgreement(IntEnum):
    """How two people's identity numbers compare; kinds that differ do not."""

    MISSING = -1
    DIFFERENT = 0
    NEAR = 1
    SAME = 2


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing seen: `left` and `right` are shown side by side, `level` says how well
    they agree. Identity numbers come masked: evidence is kept in clear text."""

    code: str
    level: str
    left: str
    right: str
    values: dict[str, Any] = field(default_factory=dict)


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


def is_same_person(left: Member, right: Member) -> bool:
    """Whether two roster lines are one person, beyond reasonable doubt.

    The same number and a name or birth that fits; or the same name with the same full
    birth date or year, as long as neither number nor sex says otherwise.
    """
    name = names_agree(left.full_name, right.full_name)
    birth = births_agree(left.birth, right.birth)
    number = numbers_agree(left, right)
    if number is NumberAgreement.SAME:
        return fits(name, birth)
    sexes = {left.sex, right.sex} - {None}
    return (
        name >= NameAgreement.TONELESS_EQUAL
        and birth >= BirthAgreement.SAME_YEAR
        and number is not NumberAgreement.DIFFERENT
        and len(sexes) < 2
    )


def fits(name: NameAgreement, birth: BirthAgreement) -> bool:
    """Whether name and birth fit two lines that bear one identity number.

    The year alone proves little: it is part of the number, and typed from it.
    """
    return (
        name >= NameAgreement.NEAR
        or birth is BirthAgreement.EXACT
        or (name is NameAgreement.GIVEN_ONLY and birth >= BirthAgreement.SAME_YEAR)
    )


def head_number(left: Household, right: Household) -> Evidence | None:
    """The heads bear the same, nearly the same or different identity numbers."""
    first, second = find_head(left), find_head(right)
    if first is None or second is None:
        return None
    level = numbers_agree(first, second)
    if level is NumberAgreement.MISSING:
        return None
    return Evidence("head_number", level.name.lower(), _masked(first), _masked(second))


def head_name(left: Household, right: Household) -> Evidence | None:
    """The heads have the same, a similar or another name."""
    first, second = find_head(left), find_head(right)
    if first is None or second is None:
        return None
    level = names_agree(first.full_name, second.full_name)
    if level is NameAgreement.MISSING:
        return None
    return Evidence("head_name", level.name.lower(), first.full_name, second.full_name)


def head_birth(left: Household, right: Household) -> Evidence | None:
    """The heads were born on the same day, in the same year, or apart."""
    first, second = find_head(left), find_head(right)
    if first is None or second is None:
        return None
    level = births_agree(first.birth, second.birth)
    if level is BirthAgreement.MISSING or not first.birth or not second.birth:
        return None
    return Evidence(
        "head_birth", level.name.lower(), _shown(first.birth), _shown(second.birth)
    )


def head_sex(left: Household, right: Household) -> Evidence | None:
    """One head is a man, the other a woman."""
    first, second = find_head(left), find_head(right)
    if not first or not second or not first.sex or not second.sex:
        return None
    if first.sex == second.sex:
        return None
    return Evidence("head_sex", "different", first.sex, second.sex)


def address(left: Household, right: Household) -> Evidence | None:
    """Both live at the same door, in the same lane or street, or elsewhere."""
    level = addresses_agree(left.address, right.address)
    if level is AddressAgreement.MISSING:
        return None
    return Evidence(
        "address",
        level.name.lower(),
        format_address(left.address),
        format_address(right.address),
    )


def phone(left: Household, right: Household) -> Evidence | None:
    """Both gave the same phone number, which may be a neighbour's."""
    shared = sorted(set(left.phones) & set(right.phones))
    if not shared:
        return None
    return Evidence("phone", "same", shared[0], shared[0])


def shared_members(left: Household, right: Household) -> Evidence | None:
    """People other than the heads who are on both rosters."""
    pairs = same_people(_others(left), _others(right))
    if not pairs:
        return None
    mine = ", ".join(member.full_name for member, _ in pairs)
    theirs = ", ".join(member.full_name for _, member in pairs)
    level = "several" if len(pairs) > 1 else "one"
    return Evidence("shared_members", level, mine, theirs, {"count": len(pairs)})


def head_elsewhere(left: Household, right: Household) -> Evidence | None:
    """The head of one household is an ordinary member of the other."""
    found = None
    for mine, theirs in ((left, right), (right, left)):
        head = find_head(mine)
        if head is None:
            continue
        for other in _others(theirs):
            if not is_same_person(head, other):
                continue
            proven = numbers_agree(head, other) is NumberAgreement.SAME
            if proven or found is None:
                found = Evidence(
                    "head_elsewhere",
                    "by_number" if proven else "by_name",
                    head.full_name,
                    other.full_name,
                )
            if proven:
                return found
    return found


def same_people(
    left: Sequence[Member], right: Sequence[Member]
) -> list[tuple[Member, Member]]:
    """The people on both lists, each counted once, whichever list is asked first."""
    forward = _paired(left, right)
    backward = _paired(right, left)
    if len(backward) > len(forward):
        return [(mine, theirs) for theirs, mine in backward]
    return forward


def _paired(
    left: Sequence[Member], right: Sequence[Member]
) -> list[tuple[Member, Member]]:
    waiting = list(right)
    pairs = []
    for member in left:
        for position, other in enumerate(waiting):
            if is_same_person(member, other):
                pairs.append((member, other))
                del waiting[position]
                break
    return pairs


def _masked(person: Member) -> str:
    return ", ".join(mask(identifier.number) for identifier in person.identifiers)


def _others(household: Household) -> list[Member]:
    return [m for m in household.members if m.relation_to_head != "head"]


def _is_personal(identifier: Any) -> bool:
    return identifier.kind in PERSONAL_KINDS and is_well_formed(identifier)


def _shown(birth: BirthDate) -> str:
    parts = (birth.day, birth.month, birth.year)
    return "/".join(str(part) for part in parts if part is not None)


COMPARISONS = (
    head_number,
    head_name,
    head_birth,
    head_sex,
    shared_members,
    head_elsewhere,
    address,
    phone,
)
