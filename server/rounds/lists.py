"""The tables of rounds and of their cases."""

from typing import Any

from flask import url_for
from markupsafe import Markup
from sqlalchemy import Select, and_, func, or_

from server import clock
from server.areas import queries as areas
from server.areas.tables import Area
from server.clock import LATEST
from server.domain.actor import Scope
from server.domain.procedure.steps import Step
from server.domain.procedure.working_days import days_late
from server.registry.search import search
from server.registry.tables import HouseholdRow
from server.rounds import queries
from server.rounds.tables import ReviewCase, ReviewRound
from server.rounds.words import (
    kind_labels,
    origin_labels,
    short_labels,
    short_origins,
    step_labels,
)
from server.status.lists import category_mark, group_of, standard_name
from server.web.i18n import _, day, number
from server.web.listing import Column, Filter, Listing


def rounds(scope: Scope) -> Listing:
    """Every round of the visitor's wards."""
    return Listing(
        name="dot-ra-soat",
        statement=queries.rounds(scope),
        columns=(
            _of_round("name"),
            Column("kind", _("Loại"), lambda row: kind_labels()[row.ReviewRound.kind]),
            Column("area", _("Phường, xã"), lambda row: row.area_name, Area.name),
            Column("standard", _("Chuẩn nghèo"),
                   lambda row: standard_name(row.ReviewRound.standard)),
            Column("begins", _("Bắt đầu"), lambda row: row.ReviewRound.begins_on,
                   ReviewRound.begins_on, kind="day"),
            Column("ends", _("Kết thúc"), lambda row: row.ReviewRound.ends_on,
                   ReviewRound.ends_on, kind="day"),
            Column("cases", _("Số hộ"), lambda row: row.cases, kind="number"),
            Column("open", _("Chưa xong"), lambda row: row.open, kind="number"),
            Column("late", _("Quá hạn"), lambda row: row.late, kind="number"),
            Column("state", _("Tình trạng"), _state),
        ),
        identity=ReviewRound.id,
        filters=(
            Filter("name", _("Tên đợt"), _named, "text"),
            Filter("kind", _("Loại"), _of_kind, "choice", tuple(kind_labels().items())),
        ),
        default_sort="-begins",
    )  # fmt: skip


def _state(row: Any) -> str:
    if row.ReviewRound.given_up_at is not None:
        return _("Đã bỏ")
    return _("Đang làm") if row.open or not row.cases else _("Đã xong")


def _named(statement: Select[Any], text: str) -> Select[Any]:
    return statement.where(ReviewRound.name.icontains(text, autoescape=True))


def _of_kind(statement: Select[Any], kind: str) -> Select[Any]:
    return statement.where(ReviewRound.kind == kind)


def state_labels() -> dict[str, str]:
    """How cases can be narrowed down."""
    return {
        "open": _("Chưa xong"),
        "late": _("Quá hạn"),
        "complaint": _("Có khiếu nại"),
        "skip": _("Có bước bỏ qua"),
        "differs": _("Kết quả khác điểm máy chấm"),
        "over": _("Đã xong"),
    }


def cases(review: ReviewRound) -> Listing:
    """Every household of a round."""
    groups = tuple((each.code, each.name) for each in areas.groups_of(review.area_id))
    return Listing(
        name="ho-so-ra-soat",
        statement=queries.cases(review.id),
        columns=(
            *_of_household(),
            Column("group", _("Tổ"), lambda row: group_of(row.HouseholdRow),
                   HouseholdRow.group_code),
            Column("origin", _("Lý do rà soát"),
                   lambda row: short_origins()[row.ReviewCase.origin]),
            Column("next", _("Bước kế tiếp"), next_text),
            Column("due", _("Hạn"), lambda row: due_mark(row.ReviewCase),
                   func.coalesce(ReviewCase.due_on, LATEST)),
            Column("scored", _("Máy chấm"),
                   lambda row: _category(row.ReviewCase.scored)),
            Column("category", _("Kết quả đến nay"),
                   lambda row: _category(row.ReviewCase.category)),
        ),
        identity=ReviewCase.id,
        filters=(
            Filter("q", _("Tên, địa chỉ, mã hộ"), search, "text"),
            *((Filter("group", _("Tổ dân phố"), _in_group, "choice", groups),)
              if groups else ()),
            Filter("step", _("Bước kế tiếp"), _at_step, "choice",
                   tuple((str(key), said) for key, said in short_labels().items())),
            Filter("origin", _("Lý do rà soát"), _of_origin, "choice",
                   tuple(origin_labels().items())),
            Filter("state", _("Tình trạng"), _in_state, "choice",
                   tuple(state_labels().items())),
        ),
        default_sort="head",
    )  # fmt: skip


def _of_round(key: str) -> Column:
    """The round of a row, and its board."""
    return Column(key, _("Đợt rà soát"), lambda row: row.ReviewRound.name,
                  ReviewRound.name, lambda row: url_for("rounds.board_page",
                                                        round_id=row.ReviewRound.id))  # fmt: skip


def _of_household() -> tuple[Column, ...]:
    """Whose case a row is, and where they live."""
    return (
        Column("head", _("Chủ hộ"), lambda row: row.HouseholdRow.head_name,
               HouseholdRow.head_sort_key,
               lambda row: url_for("rounds.case", case_id=row.ReviewCase.id)),
        Column("code", _("Mã hộ"), lambda row: row.HouseholdRow.code,
               HouseholdRow.code, kind="code"),
        Column("address", _("Địa chỉ"), lambda row: row.HouseholdRow.address_text,
               kind="name"),
    )  # fmt: skip


def late_cases(scope: Scope) -> Listing:
    """Whatever is past its term, in every round of the visitor, longest first."""
    return Listing(
        name="ho-so-qua-han",
        statement=queries.late_cases(scope),
        columns=(
            *_of_household(),
            _of_round("round"),
            Column("next", _("Bước kế tiếp"), next_text),
            Column("due", _("Hạn"), lambda row: due_mark(row.ReviewCase),
                   ReviewCase.due_on),
        ),
        identity=ReviewCase.id,
        filters=(
            Filter("q", _("Tên, địa chỉ, mã hộ"), search, "text"),
            Filter("step", _("Bước kế tiếp"), _at_step, "choice",
                   tuple((str(key), said) for key, said in short_labels().items())),
        ),
        default_sort="due",
    )  # fmt: skip


def next_text(row: Any) -> str:
    """What a case waits for, or how it ended."""
    case = row.ReviewCase
    if case.next_step is None:
        is_decided = case.last_step == Step.DECIDED.value
        return _("Đã có quyết định") if is_decided else step_labels()[case.last_step]
    return short_labels()[case.next_step]


def due_mark(case: ReviewCase) -> Markup | str:
    """The day a step is due, and how many working days late it is."""
    if case.due_on is None:
        return ""
    if case.due_on >= clock.today():
        return day(case.due_on)
    late = days_late(case.due_on, clock.today())
    words = _(
        "{day}, quá {count} ngày làm việc", day=day(case.due_on), count=number(late)
    )
    return Markup('<strong class="text-danger-emphasis">{}</strong>').format(words)


def _category(category: str | None) -> Markup | str:
    return category_mark(category) if category else ""


def _in_group(statement: Select[Any], code: str) -> Select[Any]:
    return statement.where(HouseholdRow.group_code == code)


def _at_step(statement: Select[Any], step: str) -> Select[Any]:
    return statement.where(ReviewCase.next_step == step)


def _of_origin(statement: Select[Any], origin: str) -> Select[Any]:
    return statement.where(ReviewCase.origin == origin)


def _in_state(statement: Select[Any], state: str) -> Select[Any]:
    conditions: dict[str, Any] = {
        "open": ReviewCase.next_step.is_not(None),
        "late": ReviewCase.due_on < clock.today(),
        "complaint": ReviewCase.has_complaint,
        "skip": ReviewCase.has_skip,
        "differs": and_(
            ReviewCase.scored.is_not(None),
            ReviewCase.category.is_distinct_from(ReviewCase.scored),
        ),
        "over": or_(
            ReviewCase.next_step.is_(None), ReviewCase.last_step == Step.DECIDED.value
        ),
    }
    return statement.where(conditions[state])
