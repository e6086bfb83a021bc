"""The households behind one number, and the lists of what was entered and signed."""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from sqlalchemy import Select

from server.areas.tables import Area
from server.domain.actor import Scope
from server.domain.reporting.definition import catalogue
from server.registry.tables import HouseholdRow
from server.reports import queries
from server.reports.official import Official
from server.reports.tables import FrozenReport, ResidentTotal
from server.status.lists import standard_name
from server.status.particulars import told_on
from server.web.i18n import _, language
from server.web.labels import actor_label, category_label
from server.web.listing import Column, Filter, Listing


def households_behind(
    weights: Mapping[str, int], found: Official, at: str, scope: Scope
) -> Listing:
    """Households with what each counts for, named as on the day of the number. Those
    that live out of sight now are told by their code."""
    register, question = found.register, found.question
    listed = register.start if at == "start" else register.end
    on = question.start if at == "start" else question.end
    told = told_on(weights, on, question.known_at)
    places = {each.key: each.name for each in register.places}

    def seen(text: str) -> Any:
        def value(row: Any) -> str:
            return str(getattr(row, text)) if scope.holds(row.area_id) else ""

        return value

    return Listing(
        name="ho-trong-bieu",
        statement=told.households(weights),
        columns=(
            Column("code", _("Mã hộ"), lambda row: row.code, HouseholdRow.code,
                   lambda row: url_for("registry.household", household_id=row.id)
                   if scope.holds(row.area_id) else None, kind="code"),
            Column("head", _("Chủ hộ"), lambda row: seen("head_name")(row)
                   or _("đã chuyển sang địa bàn khác"), told.head_sort_key),
            Column("address", _("Địa chỉ"), seen("address_text"), told.address_text),
            Column("place", _("Địa bàn trong biểu"),
                   lambda row: places.get(listed[row.id].place) or _("Chưa rõ tổ")),
            Column("category", _("Diện"),
                   lambda row: category_label(listed[row.id].category)),
            Column("weight", _("Được tính"), lambda row: weights[row.id],
                   kind="number"),
        ),
        identity=HouseholdRow.id,
        filters=(Filter("q", _("Tìm theo tên, mã, địa chỉ"), told.search(scope), "text"),),
        default_sort="head",
    )  # fmt: skip


def resident_totals(scope: Scope) -> Listing:
    """How many households live where, as entered."""
    return Listing(
        name="tong-so-ho-dan-cu",
        statement=queries.resident_totals(scope),
        columns=(
            Column("area", _("Địa bàn"), lambda row: row.area_name, Area.name_folded),
            Column("on", _("Tính đến ngày"), lambda row: row.ResidentTotal.on,
                   ResidentTotal.on, kind="day"),
            Column("households", _("Tổng số hộ dân cư"),
                   lambda row: row.ResidentTotal.households, ResidentTotal.households,
                   kind="number"),
            Column("persons", _("Tổng số nhân khẩu"),
                   lambda row: row.ResidentTotal.persons, kind="number"),
            Column("source", _("Theo văn bản"), lambda row: row.ResidentTotal.source),
            Column("by", _("Người nhập"),
                   lambda row: actor_label(row.ResidentTotal.actor_name)),
            Column("take_back", _("Lấy lại"), lambda row: _("Lấy lại"),
                   link=lambda row: url_for("reports.resident_total",
                                            total_id=row.ResidentTotal.id)),
        ),
        identity=ResidentTotal.id,
        default_sort="-on",
    )  # fmt: skip


def frozen_reports(scope: Scope, actor_id: int) -> Listing:
    """Reports that were kept as they were."""
    tables = catalogue().tables

    def name(row: FrozenReport) -> str:
        found = tables.get(row.table_code)
        if found is None:
            return row.table_code
        return f"{found.number:02}. {found.title[language()]}"

    return Listing(
        name="bao-cao-da-chot",
        statement=queries.frozen_reports(scope, actor_id),
        columns=(
            Column("table", _("Biểu"), name, FrozenReport.table_code,
                   lambda row: url_for("reports.frozen_report", frozen_id=row.id)),
            Column("unit", _("Địa bàn"), lambda row: row.unit_name,
                   FrozenReport.unit_name),
            Column("on", _("Tính đến ngày"), lambda row: row.on, FrozenReport.on,
                   kind="day"),
            Column("standard", _("Chuẩn nghèo"),
                   lambda row: standard_name(row.standard)),
            Column("at", _("Chốt lúc"), lambda row: row.at, FrozenReport.at,
                   kind="instant"),
            Column("by", _("Người chốt"), lambda row: row.actor_name,
                   FrozenReport.actor_name),
            Column("hash", "SHA-256", lambda row: row.file_sha256[:12], kind="code"),
            Column("state", _("Tình trạng"), state_of),
        ),
        identity=FrozenReport.id,
        filters=(
            Filter("table", _("Biểu"), _of_table, "choice",
                   tuple((each.code, f"{each.number:02}. {each.title[language()]}")
                         for each in tables.values())),
            Filter("state", _("Tình trạng"), _in_state, "choice",
                   (("live", _("Còn hiệu lực")), ("withdrawn", _("Đã rút lại")))),
        ),
        default_sort="-at",
    )  # fmt: skip


def state_of(row: FrozenReport) -> str:
    """Whether the report still counts."""
    return _("Đã rút lại") if row.withdrawn_at else _("Còn hiệu lực")


def _of_table(statement: Select[Any], code: str) -> Select[Any]:
    return statement.where(FrozenReport.table_code == code)


def _in_state(statement: Select[Any], state: str) -> Select[Any]:
    if state == "live":
        return statement.where(FrozenReport.withdrawn_at.is_(None))
    return statement.where(FrozenReport.withdrawn_at.is_not(None))
