"""The list of households."""

from typing import Any

from flask import url_for
from sqlalchemy import Select, select

from server.areas.queries import (
    find_area,
    groups_of,
    holds_on,
    wards,
    without_groups,
)
from server.areas.tables import Area
from server.clock import today
from server.db import within
from server.domain.actor import Scope
from server.registry.search import search
from server.registry.tables import HouseholdRow
from server.registry.words import state_labels, unclear_label
from server.web.i18n import _
from server.web.listing import Column, Filter, Listing

UNCLEAR = "unclear"  # not a state, but chosen beside them: which ward is it in?
EVERY = "all"
# What a list shows; the sealed content of a household is not opened for it.
_SHOWN = (
    HouseholdRow.id,
    HouseholdRow.code,
    HouseholdRow.head_name,
    HouseholdRow.address_text,
    HouseholdRow.area_id,
    HouseholdRow.group_code,
    HouseholdRow.member_count,
    HouseholdRow.review_date,
    HouseholdRow.state,
    HouseholdRow.needs_area_review,
)


class Places:
    """The wards in sight, by name and number."""

    def __init__(self, scope: Scope) -> None:
        self.wards: list[Area] = wards(scope)
        self._names = {area.id: area.name for area in self.wards}

    def ward_name(self, area_id: int | None) -> str:
        """A ward of today, or one that was closed since."""
        if area_id in self._names:
            return self._names[area_id]
        area = find_area(area_id) if area_id is not None else None
        return area.name if area else _("Chưa rõ địa bàn")


def households(scope: Scope, ward: str) -> Listing:
    """Households in sight. Those that left or were merged into others are left out
    unless asked for."""
    places = Places(scope)
    return Listing(
        name="households",
        statement=_in_sight(scope),
        identity=HouseholdRow.id,
        columns=_columns(places),
        filters=(
            Filter("q", _("Tên, địa chỉ, mã hộ hoặc số"), search, kind="text"),
            *_place_filters(places, ward),
            Filter("state", _("Tình trạng"), _in_state, default="live",
                   choices=(*state_labels().items(), (UNCLEAR, unclear_label()),
                            (EVERY, _("Tất cả")))),
        ),
        default_sort="head",
    )  # fmt: skip


def households_found(scope: Scope, text: str) -> Listing:
    """Households found by something that must not stand in an address."""
    statement = _in_sight(scope).where(HouseholdRow.state != "merged")
    return Listing(
        name="households",
        statement=search(statement, text),
        identity=HouseholdRow.id,
        columns=_columns(Places(scope)),
        default_sort="head",
    )


def _in_sight(scope: Scope) -> Select[Any]:
    """Households in sight with the name of their group. They lie in wards, so groups
    need not be looked through."""
    group_name = (
        select(Area.name)
        .where(Area.code == HouseholdRow.group_code, holds_on(today()))
        .limit(1)
        .scalar_subquery()
    )
    statement = select(*_SHOWN, group_name.label("group_name"))
    return within(statement, HouseholdRow.area_id, without_groups(scope))


def _columns(places: Places) -> tuple[Column, ...]:
    ward = Column("ward", _("Phường"), lambda row: places.ward_name(row.area_id))
    return (
        Column("head", _("Chủ hộ"), lambda row: row.head_name,
               HouseholdRow.head_sort_key, _page),
        Column("code", _("Mã hộ"), lambda row: row.code, HouseholdRow.code,
               kind="code"),
        Column("address", _("Địa chỉ"), lambda row: row.address_text, kind="long"),
        Column("group", _("Tổ dân phố"), _group),
        *((ward,) if len(places.wards) != 1 else ()),
        Column("members", _("Nhân khẩu"), lambda row: row.member_count,
               HouseholdRow.member_count, kind="number"),
        Column("review", _("Rà soát gần nhất"), lambda row: row.review_date,
               HouseholdRow.review_date, kind="day"),
        Column("state", _("Tình trạng"), _state),
    )  # fmt: skip


def _page(row: Any) -> str:
    return url_for("registry.household", household_id=row.id)


def _group(row: Any) -> str:
    """The number of the group: the column says what it is a number of."""
    name: str = row.group_name or row.group_code
    return name.removeprefix("Tổ dân phố").strip() or name


def _state(row: Any) -> str:
    if row.state == "live":
        return unclear_label() if row.needs_area_review else ""
    return state_labels()[row.state]


def _place_filters(places: Places, ward: str) -> tuple[Filter, ...]:
    """A choice of wards, and one of groups once it is clear in which ward."""
    found = places.wards
    filters = []
    if len(found) > 1:
        choices = tuple((str(each.id), each.name) for each in found)
        filters.append(Filter("ward", _("Phường"), _in_ward, choices=choices))
        found = [each for each in found if str(each.id) == ward]
    if found:
        groups = tuple((each.code, each.name) for each in groups_of(found[0].id))
        if groups:
            filters.append(Filter("group", _("Tổ dân phố"), _in_group, choices=groups))
    return tuple(filters)


def _in_ward(statement: Select[Any], area_id: str) -> Select[Any]:
    return statement.where(HouseholdRow.area_id == int(area_id))


def _in_group(statement: Select[Any], code: str) -> Select[Any]:
    return statement.where(HouseholdRow.group_code == code)


def _in_state(statement: Select[Any], state: str) -> Select[Any]:
    if state == EVERY:
        return statement
    if state == UNCLEAR:
        return statement.where(
            HouseholdRow.needs_area_review, HouseholdRow.state != "merged"
        )
    return statement.where(HouseholdRow.state == state)
