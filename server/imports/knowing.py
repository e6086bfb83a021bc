"""Which households of a list the register may know already, said before anything is
imported.

A first look by identity numbers and by the head's name with the year of birth. Whether
two really are one household is decided as for every survey, by comparing and by people.
"""

from collections.abc import Mapping

from sqlalchemy import select, tuple_

from server.db import db
from server.domain.people.names import fold
from server.domain.survey.record import Household
from server.registry.search import number_index
from server.registry.tables import HouseholdMemberRow, HouseholdRow, PersonIdentifier

Known = tuple[str, str | None]


def find_known(households: Mapping[int, Household]) -> dict[int, Known]:
    """For each household that may be known: why ("number", "name"), and which it is."""
    numbers: dict[str, list[int]] = {}
    names: dict[tuple[str, int], list[int]] = {}
    for place, household in households.items():
        for member in household.members:
            for identifier in member.identifiers:
                numbers.setdefault(number_index(identifier), []).append(place)
            if member.relation_to_head == "head" and member.birth:
                key = fold(member.full_name), member.birth.year
                names.setdefault(key, []).append(place)
    found: dict[int, Known] = {}
    for key, household_id in _by_name(list(names)):
        for place in names[key]:
            found[place] = "name", household_id
    for index, household_id in _by_number(list(numbers)):
        for place in numbers[index]:
            found[place] = "number", household_id
    return found


def _by_number(indexes: list[str]) -> list[tuple[str, str]]:
    if not indexes:
        return []
    rows = db.session.execute(
        select(PersonIdentifier.number_index, PersonIdentifier.household_id).where(
            PersonIdentifier.number_index.in_(indexes)
        )
    )
    return [(index, household_id) for index, household_id in rows]


def _by_name(keys: list[tuple[str, int]]) -> list[tuple[tuple[str, int], str]]:
    if not keys:
        return []
    rows = db.session.execute(
        select(
            HouseholdMemberRow.name_folded,
            HouseholdMemberRow.birth_year,
            HouseholdMemberRow.household_id,
        )
        .join(HouseholdRow, HouseholdRow.id == HouseholdMemberRow.household_id)
        .where(
            tuple_(HouseholdMemberRow.name_folded, HouseholdMemberRow.birth_year).in_(
                keys
            ),
            HouseholdRow.state == "live",
        )
    )
    return [((name, year or 0), household_id) for name, year, household_id in rows]
