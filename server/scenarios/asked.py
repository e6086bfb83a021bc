"""Which register a page asks for: under a standard, of a day, as known when, and of which
areas."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from server import clock
from server.areas import queries as areas
from server.areas.tables import Area
from server.domain.actor import Scope
from server.domain.poverty.pack import Pack
from server.domain.problems import Problem, Refused
from server.reports.places import Unit, districts, unit_of
from server.scenarios import queries
from server.scenarios.queries import Moment
from server.status.standards import NOWHERE_KNOWN, standards_on


@dataclass(frozen=True, slots=True)
class Asked:
    """A register as an address or a form asks for it."""

    pack: Pack
    moment: Moment
    unit: Unit

    @property
    def address(self) -> dict[str, str | int | None]:
        """The fields that ask for it again."""
        return {
            "standard": self.moment.standard,
            "area": self.unit.area.id if self.unit.area else None,
            "on": self.moment.on.isoformat(),
            "known_on": self.moment.known_on and self.moment.known_on.isoformat(),
        }


def asked_of(sent: Mapping[str, Any], scope: Scope) -> Asked:
    """Read what was sent; blank is today, as known now, by the national standard of the
    day, of everything in sight. Raises Refused for a day that has not come."""
    on: date = sent["on"] or clock.today()
    if on > clock.today():
        raise Refused(Problem("scenario_day_ahead", "on", {"date": on.isoformat()}))
    known_on: date | None = sent["known_on"]
    if known_on is not None and known_on >= clock.today():
        known_on = None  # what is known by the end of today is what is known now
    pack = queries.pack_of(sent["standard"] or _in_force(on))
    moment = Moment(pack.id, on, known_on)
    return Asked(pack, moment, unit_on(scope, sent["area"], on))


def areas_offered(unit: Unit, scope: Scope) -> list[Area]:
    """The areas that can be chosen: those of the day, and the one that was chosen."""
    wards = areas.wards(scope, unit.on) or areas.wards(scope)
    found = [*districts(scope, unit.on), *wards]
    if unit.area is not None and unit.area.id not in {each.id for each in found}:
        found.append(unit.area)
    return found


def unit_on(scope: Scope, wanted: str, on: date) -> Unit:
    """The areas that are asked for. A ward that came later stands for the households
    that live in it now."""
    unit = unit_of(scope, wanted, on)
    is_later = unit.area is not None and unit.area.valid_from > on
    return replace(unit, are_of_today=True) if is_later else unit


def _in_force(on: date) -> str:
    """The national standard of a day; where none is, the newest there is."""
    found = standards_on(on, NOWHERE_KNOWN)
    return found[0].id if found else queries.standards()[0]
