"""The named households that could leave a list, nearest first, with what each lacks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.areas import queries as areas
from server.domain.plans.reach import Reach, reach
from server.domain.poverty.classify import area_type_of
from server.domain.poverty.pack import AreaType, PovertyCategory
from server.domain.reporting.facts import Facts
from server.plans.progress import PlanProgress
from server.status.households_then import households_then

# Beyond, nobody reads on; the nearest are kept.
MOST = 5000


@dataclass(frozen=True)
class Near:
    """One household on the list. `reach` None: no survey told of it by that day."""

    household_id: str
    place: str
    reach: Reach | None
    facts: Facts | None

    @property
    def must_go(self) -> bool:
        """Whether it belongs to those of whom none may be left (people of merit)."""
        return bool(self.facts and self.facts.groups.get("merit"))


def nearest(found: PlanProgress, category: PovertyCategory) -> Sequence[Near]:
    """Everybody on the list of a category, nearest to leaving it first."""
    listed = {
        household_id: each.place
        for household_id, each in found.register.end.items()
        if each.category == category.value
    }
    kinds = _kinds(found)
    then = households_then(listed.keys(), found.on, found.known_at)
    every = []
    for household_id, place in listed.items():
        golden = then[household_id][1] if household_id in then else None
        how = None
        if golden is not None:
            how = reach(
                golden.household,
                golden.review_date,
                found.pack,
                kinds.get(place),
                category,
            )
        facts = found.register.facts.get(household_id)
        every.append(Near(household_id, place, how, facts))
    return sorted(every, key=_order)[:MOST]


def _order(near: Near) -> tuple[tuple[int, ...], str]:
    last = (2,)
    return (near.reach.effort if near.reach else last, near.household_id)


def _kinds(found: PlanProgress) -> Mapping[str, AreaType]:
    """Urban or rural, of each row."""
    wards = {str(each.id): each for each in found.unit.wards}
    only = found.unit.wards[0] if len(found.unit.wards) == 1 else None
    kinds = {}
    for place in found.register.places:
        ward = wards.get(place.key, only)
        if ward is None and place.key.isdecimal():
            ward = areas.find_area(int(place.key))
        if ward is not None:
            kinds[place.key] = area_type_of(ward.level)
    return kinds
