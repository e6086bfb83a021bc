"""The lists about imports."""

from typing import Any

from flask import url_for
from markupsafe import Markup, escape
from sqlalchemy import Select, and_, false, or_, select

from server.db import db
from server.domain.actor import Scope
from server.domain.people.names import fold
from server.imports import queries, words
from server.imports.rereading import reading_of
from server.imports.tables import (
    ImportHousehold,
    ImportProblem,
    ImportRow,
    RegisterImport,
)
from server.inbox.words import problem_label
from server.registry.tables import HouseholdRecord, HouseholdRow, SurveyRecordRow
from server.web.i18n import _
from server.web.labels import category_label
from server.web.listing import Column, Filter, Listing


def imports(user_id: int | None) -> Listing:
    """What was brought, newest first."""
    labels = words.state_labels()
    return Listing(
        name="imports",
        statement=queries.imports_of(user_id),
        identity=RegisterImport.id,
        columns=(
            Column("number", _("Số"), lambda row: row.id, RegisterImport.id,
                   kind="number"),
            Column("file", _("Tệp"), lambda row: row.file_name, RegisterImport.file_name,
                   lambda row: url_for("imports.one", import_id=row.id)),
            Column("state", _("Tình trạng"), lambda row: labels[row.state],
                   RegisterImport.state),
            Column("households", _("Số hộ"), lambda row: row.household_count,
                   RegisterImport.household_count, kind="number"),
            Column("imported", _("Đã nhập"), lambda row: row.done_count,
                   RegisterImport.done_count, kind="number"),
            Column("by", _("Người đưa lên"), lambda row: row.actor_name,
                   RegisterImport.actor_name),
            Column("at", _("Lúc"), lambda row: row.at, RegisterImport.at, kind="instant"),
        ),
        filters=(
            Filter("q", _("Tên tệp"), _named, kind="text"),
            Filter("state", _("Tình trạng"),
                   lambda s, value: s.where(RegisterImport.state == value),
                   choices=tuple(labels.items())),
        ),
        default_sort="-number",
    )  # fmt: skip


def problems(one: RegisterImport) -> Listing:
    """What is wrong with a list, cell by cell."""
    codes = db.session.scalars(
        select(ImportProblem.code).where(ImportProblem.import_id == one.id).distinct()
    )
    return Listing(
        name="import-problems",
        statement=select(ImportProblem).where(ImportProblem.import_id == one.id),
        identity=ImportProblem.id,
        columns=(
            Column("sheet", _("Trang tính"), lambda row: words.sheet_name(one, row.sheet),
                   ImportProblem.sheet),
            Column("row", _("Dòng"), lambda row: row.row, ImportProblem.row,
                   kind="number"),
            Column("cell", _("Ô"), lambda row: words.place_label(row, one)),
            Column("value", _("Đang ghi"), lambda row: row.values.get("value", "")),
            Column("said", _("Vấn đề và việc cần làm"), words.sentence_of, kind="long"),
            Column("blocking", _("Mức độ"), _weight, ImportProblem.is_blocking),
        ),
        filters=(
            Filter("blocking", _("Mức độ"),
                   lambda s, v: s.where(ImportProblem.is_blocking == (v == "yes")),
                   choices=(("yes", _("Hộ bị để riêng")), ("no", _("Chỉ nhắc")))),
            Filter("code", _("Loại vấn đề"),
                   lambda s, v: s.where(ImportProblem.code == v),
                   choices=tuple((c, problem_label(c)) for c in sorted(codes))),
        ),
        default_sort="row",
    )  # fmt: skip


def understood(one: RegisterImport) -> Listing:
    """Row by row the cells that were read as something else than what was typed."""
    readings = {sheet["number"]: reading_of(sheet) for sheet in one.sheets}
    rows_of = [
        and_(
            ImportRow.sheet == sheet["number"], ImportRow.number > sheet["heading_row"]
        )
        for sheet in one.sheets
        if sheet.get("letters") or sheet.get("days")
    ]
    return Listing(
        name="import-understood",
        statement=select(ImportRow).where(
            ImportRow.import_id == one.id, or_(false(), *rows_of)
        ),
        identity=ImportRow.id,
        columns=(
            Column("sheet", _("Trang tính"), lambda row: words.sheet_name(one, row.sheet),
                   ImportRow.sheet),
            Column("row", _("Dòng"), lambda row: row.number, ImportRow.number,
                   kind="number"),
            Column("read", _("Ô: đang ghi → được hiểu là"), lambda row:
                   words.understood_text(row.cells, readings[row.sheet]), kind="long"),
        ),
        default_sort="row",
    )  # fmt: skip


def households(one: RegisterImport, scope: Scope) -> Listing:
    """The households of a list, and what becomes of each."""
    labels, states = words.household_labels(), words.status_labels()
    statement = (
        select(ImportHousehold, HouseholdRow.id.label("household_id"),
               HouseholdRow.code.label("household_code"))
        .outerjoin(SurveyRecordRow,
                   SurveyRecordRow.submission_id == ImportHousehold.submission_id)
        .outerjoin(HouseholdRecord, HouseholdRecord.record_id == SurveyRecordRow.id)
        .outerjoin(HouseholdRow, HouseholdRow.id == HouseholdRecord.household_id)
        .where(ImportHousehold.import_id == one.id)
    )  # fmt: skip
    return Listing(
        name="import-households",
        statement=statement,
        identity=ImportHousehold.id,
        columns=(
            Column("head", _("Chủ hộ"), lambda row: row.ImportHousehold.head_name,
                   ImportHousehold.head_folded),
            Column("row", _("Dòng"), lambda row: row.ImportHousehold.first_row,
                   ImportHousehold.number, kind="number"),
            Column("code", _("Mã trong danh sách"), lambda row: row.ImportHousehold.code,
                   ImportHousehold.code, kind="code"),
            Column("rows", _("Số dòng"), lambda row: row.ImportHousehold.row_count,
                   ImportHousehold.row_count, kind="number"),
            Column("category", _("Danh sách ghi"), _category, ImportHousehold.category),
            Column("state", _("Tình trạng"),
                   lambda row: labels[row.ImportHousehold.state], ImportHousehold.state),
            Column("known", _("Có thể đã có trong sổ"), _known(scope)),
            Column("household", _("Hộ trong sổ"), lambda row: row.household_code or "",
                   link=_household_link, kind="code"),
            Column("status", _("Công nhận"),
                   lambda row: states.get(row.ImportHousehold.status_note)
                   or problem_label(row.ImportHousehold.status_note)),
        ),
        filters=(
            Filter("q", _("Tên chủ hộ hoặc mã"), _of_name, kind="text"),
            Filter("state", _("Tình trạng"),
                   lambda s, v: s.where(ImportHousehold.state == v),
                   choices=tuple(labels.items())),
            Filter("known", _("Có thể đã có"),
                   lambda s, v: s.where(ImportHousehold.known_by != "") if v == "yes"
                   else s.where(ImportHousehold.known_by == ""),
                   choices=(("yes", _("Có thể đã có")), ("no", _("Chưa thấy")))),
            Filter("status", _("Công nhận"), _with_status,
                   choices=(("entered", _("Đã ghi vào lịch sử")),
                            ("waiting", _("Chưa ghi được")))),
        ),
        default_sort="row",
    )  # fmt: skip


def _named(statement: Select[Any], text: str) -> Select[Any]:
    return statement.where(RegisterImport.file_name.icontains(text, autoescape=True))


def _of_name(statement: Select[Any], text: str) -> Select[Any]:
    for word in fold(text).split():
        statement = statement.where(
            ImportHousehold.head_folded.contains(word, autoescape=True)
            | ImportHousehold.code.icontains(word, autoescape=True)
        )
    return statement


def _with_status(statement: Select[Any], value: str) -> Select[Any]:
    if value == "entered":
        return statement.where(ImportHousehold.status_note == "entered")
    return statement.where(ImportHousehold.status_note.not_in(("", "entered")))


def _weight(problem: ImportProblem) -> str:
    return _("Hộ bị để riêng") if problem.is_blocking else _("Chỉ nhắc")


def _category(row: Any) -> str:
    category = row.ImportHousehold.category
    return str(category_label(category)) if category else ""


def _household_link(row: Any) -> str | None:
    if row.household_id is None:
        return None
    return url_for("registry.household", household_id=row.household_id)


def _known(scope: Scope) -> Any:
    """A link to the household, for those in sight; of others only that there is one."""

    def shown(row: Any) -> str | Markup:
        listed = row.ImportHousehold
        if not listed.known_by:
            return ""
        why = words.known_labels()[listed.known_by]
        known = db.session.get(HouseholdRow, listed.known_household_id)
        if known is None or not scope.holds(known.area_id):
            return why
        address = url_for("registry.household", household_id=known.id)
        return Markup('{}: <a href="{}">{}</a>').format(
            why, address, escape(known.code)
        )

    return shown
