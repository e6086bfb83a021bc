"""What the names of wards, groups and causes in a list mean on the day of a review."""

from datetime import date

from sqlalchemy import select

from server import clock
from server.areas.queries import WARD_LEVELS, holds_on
from server.areas.tables import Area
from server.db import db
from server.domain.people.names import fold
from server.domain.poverty.load import packs_in_force
from server.domain.register.cells import Choices, group_key, place_key


def choices_on(day: str) -> Choices:
    """Names as they were on a day; a name that two wards had means neither."""
    on = clock.day_of(day) or clock.today()
    wards = list(
        db.session.scalars(
            select(Area).where(Area.level.in_(WARD_LEVELS), holds_on(on))
        )
    )
    return Choices(
        wards=_ward_names(wards),
        groups=_groups(wards, on),
        causes=_causes(on),
    )


def _ward_names(wards: list[Area]) -> dict[str, str]:
    names: dict[str, set[str]] = {}
    for ward in wards:
        names.setdefault(place_key(ward.name), set()).add(ward.code)
    found = {name: min(codes) for name, codes in names.items() if len(codes) == 1}
    return found | {ward.code: ward.code for ward in wards}


def _groups(wards: list[Area], on: date) -> dict[tuple[str, str], str]:
    """A group that ended is none of a later list, and its number may be another's."""
    codes = {ward.id: ward.code for ward in wards}
    rows = db.session.scalars(
        select(Area).where(
            Area.level == "group", Area.parent_id.in_(codes), holds_on(on)
        )
    )
    return {(codes[row.parent_id or 0], group_key(row.name)): row.code for row in rows}


def _causes(on: date) -> dict[str, str]:
    found: dict[str, str] = {}
    for pack in packs_in_force(on):
        for cause in pack.causes:
            for name in (cause.vi, cause.en, cause.code):
                found.setdefault(" ".join(fold(name).split()), cause.code)
    return found
