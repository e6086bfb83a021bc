"""The people of a household as papers list them."""

from dataclasses import dataclass

from server.registry.fields import member_fields
from server.registry.queries import golden_of
from server.registry.tables import HouseholdRow
from server.registry.words import birth_text, written


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """One person in words; "" where nobody knows. Numbers of papers are left out: what
    is printed goes from hand to hand."""

    name: str
    relation: str
    sex: str
    birth: str


def people_of(row: HouseholdRow) -> list[ListedPerson]:
    """Everybody of a household, in the order of its roster."""
    fields = {field.path: field for field in member_fields()}
    return [
        ListedPerson(
            name=each.full_name,
            relation=written(fields["relation_to_head"], each.relation_to_head),
            sex=written(fields["sex"], each.sex),
            birth=birth_text(each.birth),
        )
        for each in golden_of(row).household.members
    ]
