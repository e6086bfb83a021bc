"""What happened to households on the lists between two days, as known on a day.

One question for every table of movement: `transitions`. Each event says whether it may
be published as movement; those of a change of standard may not.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from server.db import db
from server.domain.poverty.chronicle import (
    Absence,
    Event,
    Life,
    Move,
    Spell,
    chronicle,
    escaped_until,
)
from server.domain.poverty.load import all_packs
from server.domain.poverty.pack import PovertyCategory
from server.domain.poverty.transitions import Arrival
from server.domain.procedure.numbers import numbers
from server.registry.queries import in_chunks
from server.registry.tables import HouseholdRow
from server.status import presence, residence
from server.status.arrivals import arrivals_known
from server.status.held import known
from server.status.tables import PovertyStatus


@dataclass(frozen=True, slots=True)
class Transited:
    """An event of one household; its group is that of today, "" where it has moved."""

    household_id: str
    group_code: str
    event: Event


def transitions(
    area_ids: Collection[int] | None,
    standard: str,
    start: date,
    end: date,
    known_at: datetime | None = None,
    look_back_months: int | None = None,
) -> list[Transited]:
    """Every event after `start` up to and including `end`, oldest first.

    In each area, the lists at the start with what `entered` and without what `left` are
    the lists at the end. `area_ids` None is everywhere.
    """
    months = look_back_months or numbers()["look_back"].value
    found = [
        Transited(household_id, group_code, event)
        for household_id, group_code, events in _chronicles(standard, known_at, months)
        for event in events
        if start < event.on <= end
        and event.standard == standard
        and (area_ids is None or event.area in area_ids)
    ]
    return sorted(found, key=lambda each: (each.event.on, each.household_id))


@dataclass(frozen=True, slots=True)
class Escaped:
    """A household that left both lists, and until when it counts as newly escaped."""

    household_id: str
    left: PovertyCategory
    since: date
    until: date  # excluded
    area_id: int | None
    standard_changed: bool


def newly_escaped(
    area_ids: Collection[int] | None,
    standard: str,
    on: date,
    known_at: datetime | None = None,
) -> dict[str, Escaped]:
    """The households that on a day count as newly escaped, with their clocks."""
    months = numbers()["newly_escaped"].value
    found = {}
    for household_id, _group, events in _chronicles(standard, known_at, months):
        until = escaped_until(events, on, months)
        if until is None:
            continue
        last = [each for each in events if each.on <= on and each.left][-1]
        if last.left and (area_ids is None or last.area in area_ids):
            found[household_id] = Escaped(
                household_id,
                last.left,
                last.on,
                until,
                last.area,
                last.standard_changed,
            )
    return found


def events_of(
    household_id: str, standard: str, known_at: datetime | None = None
) -> list[Event]:
    """What happened to one household under a standard and those before it."""
    months = numbers()["look_back"].value
    one = _chronicles(standard, known_at, months, [household_id])
    return [event for _id, _group, events in one for event in events]


def family_of(standard: str) -> list[str]:
    """The standards that replaced each other up to this one, oldest first: national
    ones, or those of the same city."""
    packs = {pack.id: pack for pack in all_packs()}
    asked = packs[standard]
    same = [
        pack
        for pack in packs.values()
        if pack.province_codes == asked.province_codes
        and pack.validities
        and pack.validities[0].valid_from <= asked.validities[0].valid_from
    ]
    return [
        pack.id for pack in sorted(same, key=lambda each: each.validities[0].valid_from)
    ]


def _chronicles(
    standard: str,
    known_at: datetime | None,
    months: int,
    household_ids: Collection[str] | None = None,
) -> Iterable[tuple[str, str, list[Event]]]:
    standards = family_of(standard)
    spells = _spells(standards, known_at, household_ids)
    context = _Context(
        presence.absences(known_at), residence.moves(known_at), arrivals_known(known_at)
    )
    places = _places(spells)
    if known_at is not None:
        then = residence.lived_elsewhere(date.max, known_at)
        places |= {each: (then[each], "") for each in places.keys() & then.keys()}
    for household_id, (area_id, group_code) in places.items():
        life = context.life(household_id, spells[household_id], standards, area_id)
        yield household_id, group_code, chronicle(life, months)


@dataclass(frozen=True, slots=True)
class _Context:
    """What is read once for all households."""

    absences: Mapping[str, list[Absence]]
    moves: Mapping[str, list[Move]]
    arrivals: Mapping[str, tuple[date, Arrival]]

    def life(
        self,
        household_id: str,
        spells: list[Spell],
        standards: list[str],
        area_id: int | None,
    ) -> Life:
        return Life(
            spells=spells,
            standards=standards,
            area=area_id,
            absences=self.absences.get(household_id, ()),
            moves=self.moves.get(household_id, ()),
            arrival=self.arrivals.get(household_id),
        )


def _spells(
    standards: list[str],
    known_at: datetime | None,
    household_ids: Collection[str] | None,
) -> dict[str, list[Spell]]:
    statement = select(PovertyStatus).where(
        PovertyStatus.standard.in_(standards), known(known_at)
    )
    if household_ids is not None:
        statement = statement.where(PovertyStatus.household_id.in_(household_ids))
    found: defaultdict[str, list[Spell]] = defaultdict(list)
    for row in db.session.scalars(statement.order_by(PovertyStatus.id)):
        found[row.household_id].append(
            Spell(
                row.standard,
                PovertyCategory(row.category),
                row.valid_from,
                row.valid_to,
                row.recognition_id,
            )
        )
    return dict(found)


def _places(household_ids: Collection[str]) -> dict[str, tuple[int | None, str]]:
    """Where the register says that households live now."""
    found = {}
    for chunk in in_chunks(household_ids):
        rows = db.session.execute(
            select(
                HouseholdRow.id, HouseholdRow.area_id, HouseholdRow.group_code
            ).where(HouseholdRow.id.in_(chunk))
        )
        found.update({row.id: (row.area_id, row.group_code) for row in rows})
    return found
