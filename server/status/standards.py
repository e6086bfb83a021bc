"""Which standards apply to a household: by its ward's province, kind and the day.

All as they stand: with the score tables that two people signed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from server.areas import queries as areas
from server.areas.tables import Area
from server.domain.poverty.classify import area_type_of
from server.domain.poverty.load import all_packs, packs_in_force
from server.domain.poverty.pack import AreaType, Pack
from server.standards.in_force import Where
from server.standards.queries import all_as_they_stand, as_it_stands


@dataclass(frozen=True, slots=True)
class Place:
    """What the law asks of a place: its province, and whether it is urban or rural."""

    province_code: str | None = None
    area_type: AreaType | None = None


NOWHERE_KNOWN = Place()


def place_of(area_id: int | None) -> Place:
    """Of a group its ward counts; None is a household whose area is not known."""
    if area_id is None:
        return NOWHERE_KNOWN
    path = areas.path_of(areas.get_area(area_id))
    return Place(_province(path), _area_type(path))


def standards_on(
    on: date, place: Place, known_at: datetime | None = None
) -> tuple[Pack, ...]:
    """The standards in force in a place on a day, as known at an instant, national
    first."""
    in_force = packs_in_force(on, place.province_code)
    return tuple(all_as_they_stand(in_force, Where(place.province_code, on, known_at)))


def standards_of(place: Place, on: date | None = None) -> tuple[Pack, ...]:
    """Every standard that ever applied in a place, newest first, national before the
    city's own; with the tables of a day. A draft never did."""
    where = Where(place.province_code, on)
    found = [
        pack
        for pack in all_as_they_stand(all_packs(), where)
        if pack.applies_in(place.province_code) and not pack.is_draft
    ]
    return tuple(
        sorted(
            found,
            key=lambda pack: (
                -pack.validities[-1].valid_to.toordinal(),
                bool(pack.province_codes),
                pack.id,
            ),
        )
    )


def find_standard(
    pack_id: str,
    place: Place = NOWHERE_KNOWN,
    on: date | None = None,
    known_at: datetime | None = None,
) -> Pack | None:
    """The standard of that id, if there is one, as it stands in a place for reviews of a
    day, as known at an instant."""
    found = find_shipped(pack_id)
    if found is None:
        return None
    return as_it_stands(found, Where(place.province_code, on, known_at))


def find_shipped(pack_id: str) -> Pack | None:
    """The same without asking who signed what: for its names, days and categories."""
    return next((pack for pack in all_packs() if pack.id == pack_id), None)


def predecessor(pack: Pack, on: date) -> Pack | None:
    """The standard that was in force on a day where `pack` is now: the national one
    before a national one, the city's own before the city's own."""
    if pack.holds_on(on):
        return pack
    same = (each for each in all_packs() if each.province_codes == pack.province_codes)
    return next((each for each in same if each.holds_on(on)), None)


def replaced_on(on: date) -> list[str]:
    """The standards in whose place, national or of a city, another one is in force on a
    day. Between two decrees the last one is not replaced yet."""
    in_force = {pack.province_codes for pack in all_packs() if pack.holds_on(on)}
    return [
        pack.id
        for pack in all_packs()
        if not pack.holds_on(on) and pack.province_codes in in_force
    ]


def _province(path: Sequence[Area]) -> str | None:
    return next((each.code for each in path if each.level == "province"), None)


def _area_type(path: Sequence[Area]) -> AreaType | None:
    kinds = ("ward", "township", "commune")
    level = next((each.level for each in path if each.level in kinds), None)
    return area_type_of(level) if level else None
