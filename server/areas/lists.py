"""The list of areas as they are on a day."""

from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from server.areas.queries import holds_on
from server.areas.tables import LEVELS, Area
from server.areas.words import level_label
from server.domain.people.names import fold
from server.web.i18n import _
from server.web.listing import Column, Filter, Listing

_Parent = aliased(Area)
_PARENT_NAME = func.coalesce(_Parent.name, "")
_PARENT_FOLDED = func.coalesce(_Parent.name_folded, "")


def areas_on(on: date) -> Listing:
    """Areas in force on `on`, each with what it lies in. Made per request."""
    statement: Any = (
        select(Area, _PARENT_NAME.label("parent"))
        .outerjoin(_Parent, _Parent.id == Area.parent_id)
        .where(holds_on(on))
    )
    return Listing(
        name="areas",
        statement=statement,
        identity=Area.id,
        columns=(
            Column("name", _("Tên"), lambda row: row.Area.name, Area.name_folded,
                   lambda row: url_for("areas.area", area_id=row.Area.id)),
            Column("code", _("Mã"), lambda row: row.Area.code, Area.code, kind="code"),
            Column("level", _("Cấp"), lambda row: level_label(row.Area.level),
                   Area.level),
            Column("parent", _("Thuộc"), lambda row: row.parent, _PARENT_FOLDED),
            Column("from", _("Từ ngày"), lambda row: row.Area.valid_from,
                   Area.valid_from, kind="day"),
            Column("to", _("Không còn từ ngày"), lambda row: row.Area.valid_to,
                   kind="day"),
        ),
        filters=(
            Filter("q", _("Tìm theo tên hoặc mã"), _matching, kind="text"),
            Filter("level", _("Cấp"), _at_level,
                   choices=tuple((level, level_label(level)) for level in LEVELS)),
            Filter("on", _("Như ngày"), lambda statement, _day: statement, kind="day"),
        ),
        default_sort="code",
    )  # fmt: skip


def _matching(statement: Any, text: str) -> Any:
    for word in fold(text).split():
        statement = statement.where(
            Area.name_folded.contains(word, autoescape=True)
            | Area.code.startswith(word, autoescape=True)
        )
    return statement


def _at_level(statement: Any, level: str) -> Any:
    return statement.where(Area.level == level)
