"""The lists of households without a certain ward, and of what was said."""

from typing import Any

from flask import url_for
from sqlalchemy import Select

from server.areas.queries import wards
from server.db import db
from server.domain.actor import Scope
from server.placing import queries
from server.placing.suggesting import Suggestion
from server.placing.tables import Placement
from server.registry.search import search
from server.registry.tables import HouseholdRow
from server.web.i18n import _
from server.web.listing import Column, Filter, Listing


def waiting(scope: Scope) -> Listing:
    """Households that wait, by the ward they most likely are in."""
    names = {ward.id: ward.name for ward in wards(scope)}
    statement = queries.waiting(scope)
    groups = statement.with_only_columns(HouseholdRow.group_code).distinct()
    found = sorted(code for code in db.session.scalars(groups) if code)
    return Listing(
        name="placing",
        statement=statement,
        identity=HouseholdRow.id,
        page_size=100,
        columns=(
            Column("head", _("Chủ hộ"), lambda row: row.head_name,
                   HouseholdRow.head_sort_key,
                   lambda row: url_for("registry.household", household_id=row.id)),
            Column("code", _("Mã hộ"), lambda row: row.code, HouseholdRow.code,
                   kind="code"),
            Column("address", _("Địa chỉ"), lambda row: row.address_text, kind="long"),
            Column("group", _("Tổ dân phố cũ"), lambda row: row.group_code,
                   HouseholdRow.group_code),
            Column("ward", _("Nhiều khả năng nhất"),
                   lambda row: names.get(row.area_id, _("Chưa rõ địa bàn"))),
            Column("review", _("Rà soát gần nhất"), lambda row: row.review_date,
                   HouseholdRow.review_date, kind="day"),
        ),
        filters=(
            Filter("q", _("Tên, địa chỉ, mã hộ"), search, kind="text"),
            Filter("ward", _("Nhiều khả năng nhất"), _likely,
                   choices=tuple((str(k), v) for k, v in names.items())),
            Filter("group", _("Tổ dân phố cũ"), _of_group,
                   choices=tuple((code, code) for code in found)),
        ),
        default_sort="group",
    )  # fmt: skip


def placements(actor_id: int | None) -> Listing:
    """What was said, newest first."""
    return Listing(
        name="placements",
        statement=queries.placements(actor_id),
        identity=Placement.id,
        columns=(
            Column("at", _("Lúc"), lambda row: row.at, Placement.at, kind="instant"),
            Column("by", _("Người xác nhận"), lambda row: row.actor_name,
                   Placement.actor_name),
            Column("households", _("Số hộ"), lambda row: row.households,
                   Placement.households, kind="number"),
            Column("reason", _("Lý do"), lambda row: row.reason, kind="long"),
            Column("undone", _("Đã lấy lại"), lambda row: row.undone_at, kind="instant"),
        ),
        default_sort="-at",
    )  # fmt: skip


def basis_text(suggestion: Suggestion | None) -> str:
    """Why a ward is suggested."""
    if suggestion is None:
        return _("Không có gợi ý")
    said = {
        "gps": _("{agreeing} trong {of} hộ gần nhất (trong {metres} m) ở đây",
                 agreeing=suggestion.agreeing, of=suggestion.of,
                 metres=suggestion.metres),
        "group": _("{of} hộ cùng tổ cũ đã được xác nhận ở đây", of=suggestion.of),
        "default": _("Chỉ là phỏng đoán theo diện tích, cần xem lại"),
    }  # fmt: skip
    return said[suggestion.basis]


def _likely(statement: Select[Any], area_id: str) -> Select[Any]:
    return statement.where(HouseholdRow.area_id == int(area_id))


def _of_group(statement: Select[Any], code: str) -> Select[Any]:
    return statement.where(HouseholdRow.group_code == code)
