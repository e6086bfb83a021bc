"""Reading households as they were known: who was there, where, and what they answered."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import exists, select

from server import clock
from server.areas import queries as areas
from server.db import db
from server.domain.actor import EVERYWHERE
from server.domain.households.golden import GoldenHousehold
from server.domain.poverty.pack import Pack
from server.domain.scenarios.population import NOWHERE, Person, person_of
from server.registry.tables import HouseholdRow
from server.reports.places import Rows, Unit
from server.scenarios import queries
from server.scenarios.queries import Moment
from server.status import residence
from server.status.households_then import households_then
from server.status.presence import end_of_day, gone_by
from server.status.standards import Place, find_standard, place_of
from server.status.tables import PovertyStatus


@dataclass
class RegisterReader:
    """What is known of the whole register before its households are read."""

    pack: Pack
    moment: Moment
    known_at: datetime | None
    gone: Collection[str]
    elsewhere: dict[str, int]
    rows: Rows
    places: dict[int | None, Place]
    groups: dict[tuple[int | None, str], int]  # by ward and code
    laws: dict[tuple[Place, date], Pack] = field(default_factory=dict)

    @classmethod
    def of(cls, moment: Moment) -> "RegisterReader":
        """Ready to read the register of a moment."""
        known_at = end_of_day(moment.known_on) if moment.known_on else None
        wards = areas.wards(EVERYWHERE, moment.on)
        unit = Unit(None, wards or areas.wards(EVERYWHERE), moment.on, not wards)
        return cls(
            queries.pack_of(moment.standard),
            moment,
            known_at,
            gone_by(moment.on, known_at).keys(),
            residence.lived_elsewhere(moment.on, known_at),
            Rows(unit),
            {},
            areas.groups_by_code(clock.today() if unit.are_of_today else moment.on),
        )

    def people(self, ids: list[str]) -> Iterator[Person]:
        """Those of some households that were there, as known then."""
        found = households_then(ids, self.moment.on, self.known_at)
        listed = _ever_listed(ids)
        for household_id in ids:
            row, golden = found[household_id]
            if golden is not None and self._was_there(row, household_id in listed):
                yield self._person(row, golden)

    def place_then(
        self, row: HouseholdRow, golden: GoldenHousehold
    ) -> tuple[int | None, Place]:
        """The ward in which a household lived, and what the law asks of the place."""
        area_id = self.elsewhere.get(row.id, row.area_id)
        said = golden.household.ward_code or ""
        ward = self.rows.ward_on(area_id, said, golden.review_date)
        placed = ward if ward is not None else area_id
        if placed not in self.places:
            self.places[placed] = place_of(placed)
        return ward, self.places[placed]

    def law_in(self, place: Place, on: date) -> Pack:
        """The standard with the score table for reviews of a day there, as known then."""
        key = place, on
        if key not in self.laws:
            found = find_standard(self.pack.id, place, on, self.known_at)
            self.laws[key] = found or self.pack
        return self.laws[key]

    def _was_there(self, row: HouseholdRow, was_listed: bool) -> bool:
        """Whether it was a household of its own that day. One that was merged and never
        stood on a list counts with the other; one whose surveys were all withdrawn has
        no day on which it left."""
        if row.id in self.gone:
            return False
        if row.state == "merged":
            return was_listed
        return row.state == "live" or row.departed_on is not None

    def _person(self, row: HouseholdRow, golden: GoldenHousehold) -> Person:
        ward, place = self.place_then(row, golden)
        return person_of(
            row.id,
            golden.household,
            golden.review_date,
            self.law_in(place, golden.review_date),
            place.area_type,
            ward or NOWHERE,
            self.groups.get((ward, golden.household.group_code or ""), NOWHERE),
        )


def _ever_listed(ids: list[str]) -> set[str]:
    return set(
        db.session.scalars(
            select(HouseholdRow.id).where(
                HouseholdRow.id.in_(ids),
                exists().where(PovertyStatus.household_id == HouseholdRow.id),
            )
        )
    )
