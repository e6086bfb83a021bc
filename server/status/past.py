"""What one household was on a day, as known on a day, and all that happened to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from server import clock
from server.domain.poverty.chronicle import Event, escaped_until
from server.domain.poverty.periods import status_on
from server.domain.procedure.numbers import Number, numbers
from server.registry.tables import HouseholdRow
from server.status import queries
from server.status.arrivals import arrivals_of
from server.status.presence import end_of_day, gone_by
from server.status.standards import find_shipped
from server.status.tables import HouseholdArrival, PovertyStatus, Recognition
from server.status.transitions import events_of


@dataclass(frozen=True, slots=True)
class PastOf:
    """A household under one standard. `rows` is everything ever believed."""

    standard: str
    category: str | None  # on the asked day, as known on the asked day
    sub: str | None  # the same day's sub-type, where it was recorded
    recognition_id: int | None
    events: Sequence[Event]
    escaped_until: date | None
    rows: Sequence[PovertyStatus]


@dataclass(frozen=True, slots=True)
class Past:
    """The page: what was asked, and the answer for each standard."""

    household: HouseholdRow
    on: date
    known_on: date | None
    has_left: bool
    standards: Sequence[PastOf]
    documents: Mapping[int, Recognition]
    arrivals: Sequence[HouseholdArrival]
    escape_number: Number


def past_of(row: HouseholdRow, on: date, known_on: date | None) -> Past:
    """Everything about one household's statuses; `known_on` None is what we know now."""
    known_at = end_of_day(known_on) if known_on else None
    believed = queries.statuses_of(row.id)
    newest = sorted(
        {each.standard for each in believed},
        key=_first_day,
        reverse=True,
    )
    number = numbers()["newly_escaped"]
    found = []
    for standard in newest:
        rows = [each for each in believed if each.standard == standard]
        held = status_on(map(queries.period_of, rows), on, known_at)
        every = events_of(row.id, standard, known_at)
        found.append(
            PastOf(
                standard,
                held.category if held else None,
                held.sub if held else None,
                held.recognition if held else None,
                [each for each in every if each.standard == standard],
                escaped_until(every, on, number.value),
                rows,
            )
        )
    return Past(
        household=row,
        on=on,
        known_on=known_on,
        has_left=row.id in gone_by(on, known_at),
        standards=found,
        documents=queries.documents({each.recognition_id for each in believed}),
        arrivals=arrivals_of(row.id),
        escape_number=number,
    )


def _first_day(standard: str) -> date:
    pack = find_shipped(standard)
    return pack.validities[0].valid_from if pack else clock.EARLIEST
