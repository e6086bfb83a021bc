"""The tables of the status pages: their columns, filters and where they lead."""

from datetime import date
from typing import Any

from flask import url_for
from markupsafe import Markup
from sqlalchemy import Select

from server.areas import queries as areas
from server.areas.tables import Area
from server.domain.actor import Scope
from server.domain.poverty.explain import explain_outcome
from server.domain.poverty.load import all_packs
from server.registry.tables import HouseholdRow
from server.status import queries, ward_list
from server.status.asked import Asked
from server.status.particulars import Told
from server.status.tables import Recognition
from server.web.i18n import _, day, language
from server.web.labels import category_label, category_tone
from server.web.listing import Column, Filter, Listing, as_it_is


def households(asked: Asked, scope: Scope) -> tuple[Listing, Told]:
    """The list of a ward: recognised beside assessed; and how its people are told."""
    listed = ward_list.list_of(scope, asked.moment, asked.area_ids(), asked.kind)
    statement = listed.statement
    columns = _household_columns(listed.told)
    if asked.kind == ward_list.UNCLEAR:
        statement = ward_list.with_reasons(statement)
        # Nobody on this list was assessed as anything that could differ.
        told = (each for each in columns if each.key not in ("assessed", "differs"))
        columns = (*told, _reason_column())
    listing = Listing(
        name="danh-sach",
        statement=statement,
        columns=columns,
        identity=HouseholdRow.id,
        filters=_filters(asked, listed),
        default_sort="head",
    )
    return listing, listed.told


def _household_columns(told: Told) -> tuple[Column, ...]:
    return (
        Column(
            "code",
            _("Mã hộ"),
            lambda row: row.code,
            HouseholdRow.code,
            lambda row: url_for("registry.household", household_id=row.id),
            kind="code",
        ),
        Column(
            "head",
            _("Chủ hộ"),
            lambda row: row.head_name,
            told.head_sort_key,
            kind="name",
        ),
        Column("address", _("Địa chỉ"), lambda row: row.address_text, kind="long"),
        *_ward_columns(told),
        Column("group", _("Tổ"), group_of, told.group_code),
        Column(
            "members",
            _("Số người"),
            lambda row: row.member_count,
            told.member_count,
            kind="number",
        ),
        Column(
            "recognised",
            _("Được công nhận"),
            lambda row: category_mark(row.recognised) if row.recognised else "",
        ),
        Column(
            "document",
            _("Quyết định"),
            lambda row: row.document_number or "",
            link=lambda row: (
                url_for("status.recognition", recognition_id=row.recognition_id)
                if row.recognition_id
                else None
            ),
        ),
        Column(
            "assessed",
            _("Chấm điểm hiện nay"),
            lambda row: category_mark(row.assessed) if row.assessed_under else "",
        ),
        Column("differs", _("Khác nhau"), _difference),
        *_told_columns(told),
    )


def _ward_columns(told: Told) -> tuple[Column, ...]:
    """The ward of that day, where the ward of today did not exist yet."""
    if not told.has_wards:
        return ()
    return (Column("was", _("Phường, xã khi đó"), ward_then),)


def _told_columns(told: Told) -> tuple[Column, ...]:
    """From which survey a list of a past day has what it says of a household."""
    if not told.is_then or told.is_cut:
        return ()
    return (Column("told", _("Theo phiếu ngày"), told_by, told.told_on),)


def ward_then(row: Any) -> str:
    """The name of the ward in which a household of a past list lived."""
    area = areas.find_area(row.ward_id) if row.ward_id else None
    return area.name if area else ""


def told_by(row: Any) -> str:
    """The day of the survey that a row of a past list rests on."""
    if not row.told_on:
        return _("chưa có phiếu đến ngày này, ghi theo phiếu sau")
    return day(date.fromisoformat(row.told_on))


def _reason_column() -> Column:
    """Why, and the one answer to get first."""
    return Column(
        "reason",
        _("Cần hỏi"),
        lambda row: explain_outcome(row.trace, language()),
        kind="long",
    )


def group_of(row: Any) -> str:
    """The number of a group as people say it: the end of its code, 00235-07 is 7."""
    return str(row.group_code).rpartition("-")[2].lstrip("0")


def kind_labels() -> dict[str, str]:
    """The lists one can ask for."""
    return {
        "listed": _("Hộ nghèo và hộ cận nghèo"),
        "poor": _("Hộ nghèo"),
        "near_poor": _("Hộ cận nghèo"),
        "unrecognised": _("Chấm nghèo, cận nghèo nhưng chưa công nhận"),
        "differs": _("Kết quả chấm khác danh sách"),
        ward_list.UNCLEAR: _("Chưa phân loại được, còn phải hỏi"),
        "recognised": _("Mọi hộ đã được công nhận một diện"),
    }


def kind_on_paper(wanted: str, is_posting: bool) -> str:
    """Which list is printed. What was assessed and not decided is never posted."""
    offered = ("poor", "near_poor", "listed") if is_posting else tuple(kind_labels())
    return wanted if wanted in offered else "listed"


def standard_name(standard: str) -> str:
    """The name of a standard in the reader's language."""
    for pack in all_packs():
        if pack.id == standard:
            return pack.name_vi if language() == "vi" else pack.name_en
    return standard


def category_mark(category: str | None) -> Markup:
    """A category in words on its colour."""
    words, tone = category_label(category), category_tone(category)
    return Markup('<span class="category category-{}">{}</span>').format(tone, words)


def _difference(row: Any) -> str:
    listed = {row.recognised, row.assessed} & set(queries.LISTED)
    if not listed or row.assessed is None or row.recognised == row.assessed:
        return ""
    return _("Khác") if row.recognised else _("Chưa công nhận")


def _filters(asked: Asked, listed: ward_list.WardList) -> tuple[Filter, ...]:
    wards = tuple((str(each.id), each.name) for each in asked.wards)
    names = tuple((each.id, standard_name(each.id)) for each in asked.standards)
    found = [
        Filter("kind", _("Danh sách"), ward_list.narrowed_to_kind, "choice",
               tuple(kind_labels().items())),
        Filter("standard", _("Chuẩn nghèo"), as_it_is, "choice", names),
        Filter("on", _("Tính đến ngày"), as_it_is, "day"),
        Filter("known", _("Theo những gì biết đến ngày"), as_it_is, "day"),
    ]  # fmt: skip
    if len(wards) > 1:
        found.insert(0, Filter("ward", _("Phường, xã"), as_it_is, "choice", wards))
    if asked.ward is not None:
        groups = _groups_then(asked.ward, asked.on)
        if groups:
            found.append(
                Filter("group", _("Tổ dân phố"), listed.in_group, "choice", groups)
            )
    if listed.told.has_wards:
        choices = _wards_then(asked)
        found.append(
            Filter("was", _("Phường, xã khi đó"), listed.was_in, "choice", choices)
        )
    return tuple(found)


def _groups_then(ward: Area, on: date) -> tuple[tuple[str, str], ...]:
    """The groups of a ward on a day; those of the wards it was, before it existed."""
    wards, _is_certain = areas.areas_then(ward.code, ward.valid_from, on)
    return tuple(
        (each.code, each.name if len(wards) == 1 else f"{each.name}, {was.name}")
        for was in wards or [ward]
        for each in areas.groups_of(was.id, on)
    )


def _wards_then(asked: Asked) -> tuple[tuple[str, str], ...]:
    """The wards of that day that became those one may choose now."""
    found = {
        was.id: was.name
        for ward in ([asked.ward] if asked.ward else asked.wards)
        for was in areas.areas_then(ward.code, ward.valid_from, asked.on)[0]
    }
    return tuple((str(id_), name) for id_, name in found.items())


def recognitions(scope: Scope) -> Listing:
    """Every decision about the visitor's areas."""
    return Listing(
        name="quyet-dinh",
        statement=queries.recognitions_with_counts(scope),
        columns=(
            Column(
                "number",
                _("Số quyết định"),
                lambda row: row.Recognition.document_number,
                Recognition.document_number,
                lambda row: url_for(
                    "status.recognition", recognition_id=row.Recognition.id
                ),
            ),
            Column("signed", _("Ngày ký"), lambda row: row.Recognition.decided_on,
                   Recognition.decided_on, kind="day"),
            Column("from", _("Công nhận từ"), lambda row: row.Recognition.valid_from,
                   Recognition.valid_from, kind="day"),
            Column("area", _("Địa bàn"), lambda row: row.area_name, Area.name),
            Column("standard", _("Chuẩn nghèo"),
                   lambda row: standard_name(row.Recognition.standard)),
            Column("households", _("Số hộ"), lambda row: row.households, kind="number"),
            Column("signer", _("Người ký"), lambda row: row.Recognition.signer),
            Column("state", _("Tình trạng"), _state),
        ),
        identity=Recognition.id,
        filters=(
            Filter("number", _("Số quyết định"), _numbered, "text"),
            Filter("state", _("Tình trạng"), _in_state, "choice",
                   (("live", _("Còn hiệu lực")), ("withdrawn", _("Đã rút lại")))),
        ),
        default_sort="-signed",
    )  # fmt: skip


def _state(row: Any) -> str:
    return _("Đã rút lại") if row.Recognition.withdrawn_at else _("Còn hiệu lực")


def _numbered(statement: Select[Any], text: str) -> Select[Any]:
    return statement.where(Recognition.document_number.icontains(text, autoescape=True))


def _in_state(statement: Select[Any], state: str) -> Select[Any]:
    if state == "live":
        return statement.where(Recognition.withdrawn_at.is_(None))
    return statement.where(Recognition.withdrawn_at.is_not(None))
