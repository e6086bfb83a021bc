"""The list of scenarios, and of the households that change class under one."""

import json
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from flask import url_for
from sqlalchemy import ColumnElement, Select, String, cast, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB

from server.db import db, within
from server.domain.actor import Scope
from server.domain.people.names import fold
from server.domain.scenarios.priority import PRIORITY_GROUPS
from server.domain.scenarios.result import CLASSES, movers
from server.registry.queries import search
from server.registry.tables import HouseholdRow
from server.scenarios import queries
from server.scenarios.counting import Counted
from server.scenarios.tables import ScenarioRow
from server.scenarios.words import (
    class_label,
    class_labels,
    ethnicity_label,
    group_labels,
)
from server.status.lists import standard_name
from server.web.i18n import _
from server.web.listing import Column, Filter, Listing


class OfHousehold(Protocol):
    """What is said of one household."""

    @property
    def household_id(self) -> str: ...


Item = TypeVar("Item", bound=OfHousehold)
UNCLASSIFIED_KEY = "none"  # in addresses, where an empty word says nothing
SHOWN = (
    HouseholdRow.id,
    HouseholdRow.code,
    HouseholdRow.head_name,
    HouseholdRow.address_text,
    HouseholdRow.area_id,
    HouseholdRow.member_count,
)


def scenarios(scope: Scope, user_id: int) -> Listing:
    """Scenarios in sight."""
    return Listing(
        name="kich-ban",
        statement=queries.scenarios(scope, user_id),
        columns=(
            Column("name", _("Kịch bản"), lambda row: row.ScenarioRow.name,
                   ScenarioRow.name_folded,
                   lambda row: url_for("scenarios.scenario",
                                       scenario_key=row.ScenarioRow.key)),
            Column("standard", _("So với chuẩn"),
                   lambda row: standard_name(row.ScenarioRow.standard),
                   ScenarioRow.standard),
            Column("area", _("Địa bàn"),
                   lambda row: row.area_name or _("Các phường, xã được giao")),
            Column("on", _("Tính đến ngày"), lambda row: row.ScenarioRow.on,
                   ScenarioRow.on, kind="day"),
            Column("by", _("Người lập"), lambda row: row.ScenarioRow.actor_name,
                   ScenarioRow.actor_name),
            Column("at", _("Ghi lúc"), lambda row: row.ScenarioRow.at, ScenarioRow.at,
                   kind="instant"),
        ),
        identity=ScenarioRow.id,
        filters=(
            Filter("q", _("Tên kịch bản"), _named, "text"),
            Filter("standard", _("So với chuẩn"), _of_standard, "choice",
                   tuple((each, standard_name(each)) for each in queries.standards())),
        ),
        default_sort="-at",
    )  # fmt: skip


def _named(statement: Select[Any], text: str) -> Select[Any]:
    words = fold(text).split()
    return statement.where(
        *(ScenarioRow.name_folded.contains(each, autoescape=True) for each in words)
    )


def _of_standard(statement: Select[Any], standard: str) -> Select[Any]:
    return statement.where(ScenarioRow.standard == standard)


def who(scope: Scope) -> tuple[Column, Column]:
    """Who a household is; one that lives out of sight now is told by its code."""
    return (
        Column("code", _("Mã hộ"), lambda row: row.code, HouseholdRow.code,
               lambda row: url_for("registry.household", household_id=row.id)
               if scope.holds(row.area_id) else None, kind="code"),
        Column("head", _("Chủ hộ"), lambda row:
               (row.head_name if scope.holds(row.area_id) else "")
               or _("đã chuyển sang địa bàn khác"), HouseholdRow.head_sort_key),
    )  # fmt: skip


def changed_households(key: str, counted: Counted, scope: Scope) -> Listing:
    """Every household that changes class."""
    rows = movers(counted.before, counted.after)
    places = {counted.population.household_id(each): int(each) for each in rows}
    wards = counted.population.wards

    def seen(row: Any, text: str) -> str:
        return text if scope.holds(row.area_id) else ""

    def of(codes: Any) -> Callable[[Any], str]:
        return lambda row: class_label(CLASSES[codes[places[row.id]]])

    return Listing(
        name="ho-doi-dien",
        statement=select(*SHOWN).where(is_one_of(counted.population.ids[rows])),
        columns=(
            *who(scope),
            Column("address", _("Địa chỉ"), lambda row: seen(row, row.address_text),
                   HouseholdRow.address_text, kind="long"),
            Column("ward", _("Phường, xã"), lambda row:
                   counted.places.get(str(wards[places[row.id]]), "")),
            Column("members", _("Nhân khẩu"), lambda row: row.member_count,
                   HouseholdRow.member_count, kind="number"),
            Column("before", _("Theo chuẩn"), of(counted.before)),
            Column("after", _("Theo kịch bản"), of(counted.after)),
            Column("why", _("Vì sao"), lambda row: _("Vì sao"),
                   link=lambda row: url_for("scenarios.why", scenario_key=key,
                                            household_id=row.id)
                   if scope.holds(row.area_id) else None, kind="code"),
        ),
        identity=HouseholdRow.id,
        filters=_filters(counted, rows, scope),
        default_sort="head",
    )  # fmt: skip


def _filters(counted: Counted, rows: Any, scope: Scope) -> tuple[Filter, ...]:
    """By classes and by the parts of the result; each keeps some of the rows."""
    wards, groups = counted.population.wards, counted.population.groups

    def chosen(is_meant: Callable[[str], Any]) -> Any:
        def apply(statement: Select[Any], value: str) -> Select[Any]:
            kept = rows[is_meant(value)[rows]]
            return statement.where(is_one_of(counted.population.ids[kept]))

        return apply

    labels = tuple(
        (code or UNCLASSIFIED_KEY, text) for code, text in class_labels().items()
    )
    return (
        by_text(scope),
        Filter("from", _("Theo chuẩn"),
               chosen(lambda value: counted.before == _place(value)),
               choices=labels),
        Filter("to", _("Theo kịch bản"),
               chosen(lambda value: counted.after == _place(value)),
               choices=labels),
        Filter("ward", _("Phường, xã"), chosen(lambda value: wards == int(value)),
               choices=tuple(counted.places.items())),
        Filter("group", _("Nhóm ưu tiên"),
               chosen(lambda value: groups[_group(value)] == 1),
               choices=tuple(group_labels().items())),
        Filter("ethnicity", _("Dân tộc"),
               chosen(lambda value: counted.population.ethnicity == int(value)),
               choices=tuple((each.key, ethnicity_label(each.key))
                             for each in counted.breakdown.ethnicity)),
    )  # fmt: skip


def is_one_of(ids: Any) -> ColumnElement[bool]:
    """The condition that a household is one of many, as one value of the statement."""
    plain = json.dumps(
        [str(each, "ascii") if isinstance(each, bytes) else each for each in ids]
    )
    if db.engine.dialect.name == "postgresql":
        each = func.jsonb_array_elements_text(cast(literal(plain, String), JSONB))
    else:
        each = func.json_each(literal(plain))
    listed = each.table_valued("value")
    return HouseholdRow.id.in_(select(listed.c.value))


def keeping(
    items: Sequence[Item], is_meant: Callable[[Item, str], bool]
) -> Callable[[Select[Any], str], Select[Any]]:
    """A filter that keeps the households of those items that a choice means."""

    def apply(statement: Select[Any], value: str) -> Select[Any]:
        kept = [each.household_id for each in items if is_meant(each, value)]
        return statement.where(is_one_of(kept))

    return apply


def _place(value: str) -> int:
    return CLASSES.index("" if value == UNCLASSIFIED_KEY else value)


def _group(code: str) -> int:
    return [each.code for each in PRIORITY_GROUPS].index(code)


def by_text(scope: Scope) -> Filter:
    """Searching looks at nobody who is out of sight."""

    def apply(statement: Select[Any], text: str) -> Select[Any]:
        return search(within(statement, HouseholdRow.area_id, scope), text)

    return Filter("q", _("Tìm theo tên, mã, địa chỉ"), apply, "text")
