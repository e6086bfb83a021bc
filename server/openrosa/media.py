"""The lists a form reads on the phone: wards, groups, and the households to revisit.

Each holds only the areas of whoever carries the phone. The bytes depend on nothing but
the data, so that their hash stays the same until the data changes and no phone loads a
list again for nothing.
"""

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import or_, select

from server import clock
from server.areas.queries import WARD_LEVELS, holds_on
from server.areas.tables import Area
from server.db import db, within
from server.dispatch.projections import COLUMNS
from server.dispatch.queries import entity_list, list_fingerprint
from server.domain.actor import Scope
from server.domain.poverty.classify import area_type_of
from server.status.standards import place_of


@dataclass(frozen=True, slots=True)
class MediaList:
    """One list. An entity list is kept by Collect in its own database and can grow
    on the phone; the others are plain files."""

    name: str
    is_entity_list: bool
    content: Callable[[Scope], bytes]


def md5_of(media: MediaList, scope: Scope) -> str:
    """The MD5 (hex) of the bytes, without making a long list again and again."""
    if media.is_entity_list:
        return _remembered_md5(list_fingerprint(scope), scope)
    return _md5(media.content(scope))


def _wards(scope: Scope) -> bytes:
    return _csv(("name", "label"), ([w.code, w.name] for w in _wards_of(scope)))


def _ward_kinds(scope: Scope) -> bytes:
    """Which wards are urban and which rural, and of which province: a score table has
    columns for these."""
    rows = (
        [
            w.code,
            w.name,
            area_type_of(w.level).value,
            place_of(w.id).province_code or "",
        ]
        for w in _wards_of(scope)
    )
    return _csv(("name", "label", "kind", "province"), rows)


def _groups(scope: Scope) -> bytes:
    """The groups of these wards; of a ward that is not assigned as a whole, only the
    assigned ones."""
    wards = {ward.id: ward.code for ward in _wards_of(scope)}
    groups = db.session.scalars(
        within(
            select(Area)
            .where(
                Area.level == "group",
                Area.parent_id.in_(wards),
                holds_on(clock.today()),
            )
            .order_by(Area.code),
            Area.id,
            scope,
        )
    )
    rows = ([g.code, g.name, wards[g.parent_id or 0]] for g in groups)
    return _csv(("name", "label", "ward"), rows)


def _households(scope: Scope) -> bytes:
    rows: Iterable[Mapping[str, str]] = entity_list(scope)
    return _csv(COLUMNS, ([row.get(column, "") for column in COLUMNS] for row in rows))


def _wards_of(scope: Scope) -> list[Area]:
    parents = within(
        select(Area.parent_id).where(Area.level == "group", holds_on(clock.today())),
        Area.id,
        scope,
    )
    own = within(select(Area.id), Area.id, scope)
    return list(
        db.session.scalars(
            select(Area)
            .where(
                Area.level.in_(WARD_LEVELS),
                or_(Area.id.in_(own), Area.id.in_(parents)),
                holds_on(clock.today()),
            )
            .order_by(Area.code)
        )
    )


def _csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


@lru_cache(maxsize=256)
def _remembered_md5(fingerprint: str, scope: Scope) -> str:
    return _md5(_households(scope))


LISTS = {
    media.name: media
    for media in (
        MediaList("wards.csv", False, _wards),
        MediaList("groups.csv", False, _groups),
        MediaList("ward_kinds.csv", False, _ward_kinds),
        MediaList("households.csv", True, _households),
    )
}
