"""The list of what was decided about pairs of surveys, by whom."""

from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import aliased

from server.db import within
from server.domain.actor import Scope
from server.registry.tables import HouseholdRecord, HouseholdRow
from server.review.lists import (
    Left,
    LeftArea,
    Right,
    RightArea,
    choices_of,
    side_names,
    text_filter,
)
from server.review.tables import JudgementRow, MergeProposal
from server.review.words import verdict_labels
from server.web.i18n import _
from server.web.labels import actor_label
from server.web.listing import Column, Filter, Listing


def judgements(scope: Scope) -> Listing:
    """Every judgement about a household in `scope`, the newest first."""
    left, right = aliased(HouseholdRecord), aliased(HouseholdRecord)
    ids = [
        within(
            select(JudgementRow.id)
            .join(HouseholdRecord, HouseholdRecord.record_id == record)
            .join(HouseholdRow, HouseholdRow.id == HouseholdRecord.household_id),
            HouseholdRow.area_id,
            scope,
        )
        for record in (JudgementRow.left_record_id, JudgementRow.right_record_id)
    ]
    statement = (
        select(
            JudgementRow, Left, Right, LeftArea.name, RightArea.name, MergeProposal.id
        )
        .join(left, left.record_id == JudgementRow.left_record_id)
        .join(right, right.record_id == JudgementRow.right_record_id)
        .join(Left, Left.id == left.household_id)
        .join(Right, Right.id == right.household_id)
        .outerjoin(LeftArea, LeftArea.id == Left.area_id)
        .outerjoin(RightArea, RightArea.id == Right.area_id)
        .outerjoin(
            MergeProposal,
            (MergeProposal.left_record_id == JudgementRow.left_record_id)
            & (MergeProposal.right_record_id == JudgementRow.right_record_id),
        )
        .where(or_(JudgementRow.id.in_(ids[0]), JudgementRow.id.in_(ids[1])))
    )
    return Listing(
        name="phan-quyet",
        statement=statement,
        columns=_columns(scope),
        identity=JudgementRow.id,
        filters=_filters(scope),
        default_sort="-at",
    )


def _columns(scope: Scope) -> tuple[Column, ...]:
    verdicts = verdict_labels()
    return (
        Column("left", _("Hộ A"), lambda row: side_names(row, scope)[0].text),
        Column("right", _("Hộ B"), lambda row: side_names(row, scope)[1].text),
        Column("verdict", _("Phán quyết"), lambda row: verdicts[row[0].verdict]),
        Column("reason", _("Lý do"), lambda row: row[0].reason),
        Column("by", _("Người phán quyết"), lambda row: actor_label(row[0].actor_name)),
        Column(
            "at", _("Lúc"), lambda row: row[0].at, sort=JudgementRow.at, kind="instant"
        ),
        Column("undone_by", _("Người lấy lại"), lambda row: row[0].superseded_by or ""),
        Column(
            "undone", _("Lấy lại lúc"), lambda row: row[0].superseded_at, kind="instant"
        ),
    )


def _filters(scope: Scope) -> tuple[Filter, ...]:
    return (
        text_filter(scope),
        Filter(
            "verdict", _("Phán quyết"), _verdict, choices=choices_of(verdict_labels())
        ),
        Filter(
            "by",
            _("Ai phán quyết"),
            _by,
            choices=(("staff", _("Cán bộ")), ("system", _("Máy"))),
        ),
        Filter(
            "held",
            _("Hiệu lực"),
            _held,
            choices=(("live", _("Còn hiệu lực")), ("undone", _("Đã lấy lại"))),
        ),
    )


def _verdict(statement: Select[Any], verdict: str) -> Select[Any]:
    return statement.where(JudgementRow.verdict == verdict)


def _by(statement: Select[Any], who: str) -> Select[Any]:
    is_system = JudgementRow.actor_kind == "system"
    return statement.where(is_system if who == "system" else ~is_system)


def _held(statement: Select[Any], held: str) -> Select[Any]:
    is_live = JudgementRow.superseded_at.is_(None)
    return statement.where(is_live if held == "live" else ~is_live)
