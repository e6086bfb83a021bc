"""Which list a visitor asks for: ward, standard, day, and as known on which day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from server import clock
from server.areas import queries as areas
from server.areas.tables import Area
from server.domain.actor import Scope
from server.domain.poverty.pack import Pack
from server.status.presence import end_of_day
from server.status.standards import Place, place_of, standards_of
from server.status.ward_list import Moment


@dataclass(frozen=True)
class Asked:
    """A list as the address asks for it; what it does not say has a sensible value."""

    wards: Sequence[Area]
    ward: Area | None  # None: all wards of the visitor
    standards: Sequence[Pack]
    standard: Pack
    on: date
    known_on: date | None  # None: as known now
    group_code: str = ""
    kind: str = ""  # of `ward_list.KINDS`; blank leaves it to the page

    @property
    def moment(self) -> Moment:
        known_at = end_of_day(self.known_on) if self.known_on else None
        return Moment(self.standard.id, self.on, known_at)

    @property
    def codes(self) -> dict[str, object]:
        """What is asked for, in codes and days."""
        ward = self.ward.id if self.ward else None
        on, known_on = self.on.isoformat(), self.known_on and self.known_on.isoformat()
        return {"ward": ward, "standard": self.standard.id, "on": on, "known": known_on}

    def area_ids(self) -> set[int] | None:
        """The areas of the asked ward; None when all wards are asked for."""
        if self.ward is None:
            return None
        return areas.descendants([self.ward.id]) | {self.ward.id}

    def place(self) -> Place:
        return place_of(self.ward.id if self.ward else None)


def asked(args: Mapping[str, str], scope: Scope) -> Asked:
    """Read an address. What is not understood counts as not said."""
    wards = areas.wards(scope)
    ward = _ward(wards, args.get("ward", ""))
    place = place_of((ward or wards[0]).id) if wards else Place()
    standards = standards_of(place)
    on = clock.day_of(args.get("on", "")) or clock.today()
    wanted = args.get("standard", "")
    standard = next(
        (each for each in standards if each.id == wanted),
        default_standard(standards, on),
    )
    known_on = clock.day_of(args.get("known", ""))
    if known_on is not None and known_on >= clock.today():
        known_on = None
    group_code = args.get("group", "")
    kind = args.get("kind", "")
    return Asked(wards, ward, standards, standard, on, known_on, group_code, kind)


def default_standard(standards: Sequence[Pack], on: date) -> Pack:
    """The national standard in force on a day, or else the newest there is."""
    for each in standards:
        if each.holds_on(on) and not each.province_codes:
            return each
    return standards[0]


def _ward(wards: Sequence[Area], wanted: str) -> Area | None:
    if len(wards) == 1:
        return wards[0]
    return next((each for each in wards if str(each.id) == wanted), None)
