"""Which signed score table applies: to reviews of a day, in a province, as known at an
instant.

A standard may have several tables at once: one for everywhere, others for provinces whose
columns differ, and later ones for reviews from a day on. The one of the province goes
before the one of everywhere, the latest day that has come before earlier ones. What was
signed is never edited, so what counted at any instant can still be told.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select

from server import clock
from server.areas.tables import Area
from server.db import db
from server.domain.poverty.pack import Pack
from server.domain.poverty.score_table import Signature
from server.standards.tables import EVERYWHERE, TableCompletion


@dataclass(frozen=True, slots=True)
class Where:
    """For what a table is looked up. `on` is the day of the review (None: today);
    `known_at` None is what counts now."""

    province_code: str | None = None
    on: date | None = None
    known_at: datetime | None = None


NOW = Where()


def signed_tables(known_at: datetime | None = None) -> list[TableCompletion]:
    """Every table that counts, or counted at an instant: the one signed last for each
    standard, province and first day."""
    statement = select(TableCompletion).where(TableCompletion.state == "signed")
    if known_at is not None:
        statement = select(TableCompletion).where(
            TableCompletion.signed_at < known_at,
            or_(
                TableCompletion.state.in_(("signed", "replaced")),
                TableCompletion.withdrawn_at >= known_at,
            ),
        )
    rows = db.session.scalars(
        statement.order_by(TableCompletion.signed_at, TableCompletion.id)
    )
    last = {(row.standard, row.province_code, row.applies_from): row for row in rows}
    return list(last.values())


def table_of(
    pack: Pack, rows: Iterable[TableCompletion], where: Where = NOW
) -> TableCompletion | None:
    """The one of these that applies: the standard's own, or that of the one it inherits."""
    on = where.on or clock.today()
    held = [row for row in rows if row.applies_from <= on]
    for standard in (pack.id, pack.inherits):
        for province in (where.province_code, EVERYWHERE):
            fitting = [
                row
                for row in held
                if row.standard == standard and row.province_code == province
            ]
            if fitting:
                return max(fitting, key=lambda row: row.applies_from)
    return None


def asked_table(
    pack: Pack, rows: Sequence[TableCompletion]
) -> tuple[TableCompletion, tuple[tuple[str, str, str], ...]] | None:
    """The table that phones ask under a standard, and where other columns of it apply
    (province, urban, rural). One form goes to all, so a province whose table reads
    otherwise gets no sum on its phones: the server adds it up."""
    own = [row for row in rows if row.standard == pack.id]
    provinces = sorted({row.province_code for row in own})
    found = {
        province: row
        for province in provinces
        if (row := table_of(pack, own, Where(province))) is not None
    }
    if not found:
        return None
    first = next(iter(found.values()))
    elsewhere = tuple(
        (province, row.urban, row.rural)
        for province, row in found.items()
        if row is not first and row.sha256 == first.sha256
    )
    return first, elsewhere


def signature_of(
    completion: TableCompletion, elsewhere: tuple[tuple[str, str, str], ...] = ()
) -> Signature | None:
    """Who vouches; None while nobody signed, and for one of before, which does not say
    what applies here."""
    if completion.signed_at is None or not (completion.urban and completion.rural):
        return None
    begins = completion.applies_from
    return Signature(
        number=completion.id,
        standard=completion.standard,
        transcribed_by=completion.actor_name,
        signed_by=completion.signed_by or "",
        signed_on=completion.signed_at.astimezone(clock.VIETNAM).date(),
        urban=completion.urban,
        rural=completion.rural,
        province=completion.province_code,
        applies_from=begins if begins > clock.EARLIEST else None,
        elsewhere=elsewhere,
    )


def provinces() -> list[Area]:
    """Those of today, by name."""
    return list(
        db.session.scalars(
            select(Area)
            .where(Area.level == "province", Area.valid_to.is_(None))
            .order_by(Area.name_folded)
        )
    )
