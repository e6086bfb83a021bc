"""The lists of plans, and of the households that could leave a list."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import url_for
from sqlalchemy import Integer, Select, bindparam, case, literal

from server.areas.tables import Area
from server.domain.actor import Scope
from server.domain.poverty.explain import explain_answer
from server.domain.poverty.pack import Measure, Pack
from server.domain.poverty.wording import amount_words
from server.plans import queries
from server.plans.near import Near
from server.plans.progress import PlanProgress
from server.plans.tables import PlanRow
from server.registry.tables import HouseholdRow
from server.status.lists import group_of
from server.status.particulars import Told
from server.web.i18n import _, language, number
from server.web.labels import category_label
from server.web.listing import Column, Filter, Listing

HOW_FAR = ("off", "one", "two", "income", "unknown")


def plans(scope: Scope) -> Listing:
    """Every plan that concerns the visitor."""
    return Listing(
        name="ke-hoach",
        statement=queries.plans(scope),
        columns=(
            Column("number", _("Số kế hoạch"), lambda row: row.PlanRow.number,
                   PlanRow.number,
                   lambda row: url_for("plans.plan", plan_key=row.PlanRow.key)),
            Column("title", _("Tên kế hoạch"),
                   lambda row: row.PlanRow.content["title"], kind="long"),
            Column("area", _("Địa bàn"), lambda row: row.area_name, Area.name_folded),
            Column("from", _("Từ ngày"), lambda row: row.PlanRow.start, PlanRow.start,
                   kind="day"),
            Column("to", _("Đến ngày"), lambda row: row.PlanRow.end, PlanRow.end,
                   kind="day"),
        ),
        identity=PlanRow.id,
        filters=(Filter("number", _("Số kế hoạch"), _numbered, "text"),),
        default_sort="-from",
    )  # fmt: skip


def _numbered(statement: Select[Any], text: str) -> Select[Any]:
    return statement.where(PlanRow.number.icontains(text, autoescape=True))


def near_households(
    found: Sequence[Near], told: Told, progress: PlanProgress, scope: Scope
) -> Listing:
    """Households on a list, nearest to leaving it first, named as on the plan's day."""
    by_id = {each.household_id: each for each in found}
    ranks = {each.household_id: rank for rank, each in enumerate(found, start=1)}
    places = {each.key: each.name for each in progress.register.places}

    def seen(row: Any, text: str) -> str:
        return text if scope.holds(row.area_id) else ""

    return Listing(
        name="ho-co-the-thoat",
        statement=told.households(by_id),
        columns=(
            Column("order", _("Thứ tự"), lambda row: ranks[row.id],
                   _order(ranks), kind="number"),
            Column("code", _("Mã hộ"), lambda row: row.code, HouseholdRow.code,
                   lambda row: url_for("registry.household", household_id=row.id)
                   if scope.holds(row.area_id) else None, kind="code"),
            Column("head", _("Chủ hộ"), lambda row: seen(row, row.head_name)
                   or _("đã chuyển sang địa bàn khác"), told.head_sort_key, kind="name"),
            Column("place", _("Địa bàn"),
                   lambda row: places.get(by_id[row.id].place) or _("Chưa rõ tổ")),
            *_group_columns(told, progress, seen),
            Column("merit", _("Người có công"), lambda row:
                   _("có") if by_id[row.id].must_go else ""),
            Column("now", _("Chấm điểm hiện nay"), lambda row: _assessed(by_id[row.id]),
                   kind="name"),
            Column("needs", _("Cần gì để ra khỏi danh sách"),
                   lambda row: seen(row, needed_text(by_id[row.id])), kind="long"),
            Column("lacks", _("Đang thiếu hụt"),
                   lambda row: seen(row, lacking_text(by_id[row.id], progress.pack)),
                   kind="long"),
        ),
        identity=HouseholdRow.id,
        filters=(
            Filter("q", _("Tìm theo tên, mã, địa chỉ"), told.search(scope), "text"),
            Filter("far", _("Còn bao xa"), _at_distance(found), "choice",
                   tuple(far_labels().items())),
        ),
        default_sort="order",
    )  # fmt: skip


def _group_columns(
    told: Told, progress: PlanProgress, seen: Callable[[Any, str], str]
) -> tuple[Column, ...]:
    """The residential group, where the rows of the plan are wards."""
    if progress.unit.is_by_group:
        return ()
    return (
        Column("group", _("Tổ"), lambda row: seen(row, group_of(row)), told.group_code),
    )


def far_labels() -> dict[str, str]:
    """How far a household is from leaving the list."""
    return {
        "off": _("Đã chấm ra khỏi danh sách"),
        "one": _("Bớt một chỉ số là được"),
        "two": _("Bớt hai chỉ số là được"),
        "income": _("Chỉ còn cách tăng thu nhập"),
        "unknown": _("Chưa đủ thông tin"),
    }


def distance(near: Near) -> str:
    """Which of `HOW_FAR` a household is."""
    found = near.reach
    if found is None or (found.assessed is None and not found.is_off):
        return "unknown"
    if found.is_off:
        return "off"
    return {1: "one", 2: "two"}.get(found.fewer_lacks or 0, "income")


def needed_text(near: Near) -> str:
    """The least that would do, in words."""
    found = near.reach
    if found is None:
        return _("Chưa có phiếu khảo sát đến ngày này.")
    if found.is_off:
        return _("Đã chấm ra khỏi danh sách; chờ phường công nhận.")
    ways = []
    if found.fewer_lacks is not None:
        ways.append(_("bớt {count} chỉ số thiếu hụt", count=found.fewer_lacks))
    if found.more is not None and found.measure is not None:
        ways.append(_more_text(found.measure, found.more))
    if found.assessed is None and found.ask is not None:
        ways.insert(
            0, _("hỏi trước: {what}", what=explain_answer(found.ask, language()))
        )
    text = _(" hoặc ").join(ways)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _more_text(measure: Measure, more: int) -> str:
    if measure is Measure.SCORE:
        return _("thêm {points} điểm B1", points=number(more))
    amount = amount_words(measure, more, language())
    return _("thêm thu nhập {amount} một người một tháng", amount=amount)


def lacking_text(near: Near, pack: Pack) -> str:
    """Each indicator the household lacks, and those nobody knows of."""
    if near.reach is None:
        return ""
    name = f"name_{language()}"
    said = [str(getattr(pack.indicator(code), name)) for code in near.reach.lacking]
    said += [
        _("{name} (chưa rõ)", name=getattr(pack.indicator(code), name))
        for code in near.reach.unknown
    ]
    return "; ".join(said)


def _assessed(near: Near) -> str:
    if near.reach is None or near.reach.assessed is None:
        return _("Chưa phân loại được")
    return category_label(near.reach.assessed.value)


def _order(ranks: Mapping[str, int]) -> Any:
    """The order of nearness as something the database sorts by."""
    if not ranks:
        return literal(0, Integer)
    return case(dict(ranks), value=HouseholdRow.id, else_=0)


def _at_distance(found: Sequence[Near]) -> Any:
    def apply(statement: Select[Any], far: str) -> Select[Any]:
        chosen = [each.household_id for each in found if distance(each) == far]
        some = bindparam("far", chosen, expanding=True, literal_execute=True)
        return statement.where(HouseholdRow.id.in_(some))

    return apply
