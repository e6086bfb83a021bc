"""Which households are compared at all: those that share a blocking key.

Keys are text for a database index. A key that starts with "number:" holds an identity
number and must be stored as a keyed hash only.
"""

from server.domain.matching.comparisons import find_head
from server.domain.people.identity_numbers import comparable
from server.domain.people.names import name_key
from server.domain.people.phones import is_valid_phone
from server.domain.places.addresses import address_key
from server.domain.survey.record import Household, Member

SECRET_PREFIX = "number:"  # noqa: S105 - how keys of numbers begin


def blocking_keys(household: Household) -> tuple[str, ...]:
    """The keys of a household, sorted, each once.

    For every person: each identity number; the given name with the birth year within
    the ward, and with a full birth date anywhere, because wards were merged and people
    move. The head's name within the ward, for those whose birth nobody knows; each
    phone; and the door, which brings together names that are spelled differently.
    """
    ward = household.ward_code or ""
    keys = {f"phone:{phone}" for phone in household.phones if is_valid_phone(phone)}
    for member in household.members:
        keys |= _person_keys(member, ward)
    head = find_head(household)
    if head is not None and head.full_name:
        keys.add(f"name:{name_key(head.full_name)}|{ward}")
    door = address_key(household.address)
    if door:
        keys.add(f"door:{door}|{ward}")
    return tuple(sorted(keys))


def _person_keys(member: Member, ward: str) -> set[str]:
    keys = {
        SECRET_PREFIX + number
        for identifier in member.identifiers
        if (number := comparable(identifier))
    }
    birth = member.birth
    given = name_key(member.full_name).rpartition(" ")[2]
    if birth is None or not given:
        return keys
    keys.add(f"person:{given}|{birth.year}|{ward}")
    # 1 January is what people write when they know the year only.
    is_day = birth.month is not None and birth.day is not None
    if is_day and (birth.month, birth.day) != (1, 1):
        keys.add(f"born:{given}|{birth.year}-{birth.month:02}-{birth.day:02}")
    return keys
