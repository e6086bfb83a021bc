"""The questions that enumerators have been given about doubtful pairs."""

from typing import Any

from flask import url_for
from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased
from werkzeug.wrappers import Response

from server.areas import queries as areas
from server.areas.tables import Area
from server.db import within
from server.domain.actor import Scope
from server.registry import queries as registry
from server.registry.tables import HouseholdRecord, HouseholdRow
from server.review.door_tables import FieldAnswer, FieldCheck
from server.review.lists import choices_of
from server.review.tables import JudgementRow, MergeProposal
from server.review.words import answer_labels, check_labels
from server.web.i18n import _
from server.web.listing import Column, Filter, Listing, respond
from server.web.security import allow, scope

_Asked, _About = aliased(HouseholdRow), aliased(HouseholdRow)
_AskedRecord, _AboutRecord = aliased(HouseholdRecord), aliased(HouseholdRecord)


@allow("ward", "district")
def checks() -> Response:
    """Which families are asked whether they are one with another, and their answers."""
    return respond(_listing(scope()), "review/checks.html")


def _listing(sight: Scope) -> Listing:
    answer = (
        select(func.max(FieldAnswer.answer))
        .where(FieldAnswer.check_id == FieldCheck.id)
        .correlate(FieldCheck)
        .scalar_subquery()
    )
    statement = (
        select(FieldCheck, _Asked, _About, Area.name, MergeProposal.id, answer)
        .join(_AskedRecord, _AskedRecord.record_id == FieldCheck.asked_record_id)
        .join(_AboutRecord, _AboutRecord.record_id == FieldCheck.about_record_id)
        .join(_Asked, _Asked.id == _AskedRecord.household_id)
        .join(_About, _About.id == _AboutRecord.household_id)
        .join(JudgementRow, JudgementRow.id == FieldCheck.judgement_id)
        .outerjoin(Area, Area.id == _Asked.area_id)
        .outerjoin(
            MergeProposal,
            (MergeProposal.left_record_id == JudgementRow.left_record_id)
            & (MergeProposal.right_record_id == JudgementRow.right_record_id),
        )
    )
    return Listing(
        name="hoi-tai-ho",
        statement=within(statement, _Asked.area_id, sight),
        columns=_columns(sight),
        identity=FieldCheck.id,
        filters=_filters(sight),
        default_sort="-at",
    )


def _columns(sight: Scope) -> tuple[Column, ...]:
    states, answers = check_labels(), answer_labels()

    def about(row: Any) -> str:
        if not sight.holds(row[2].area_id):
            return _("Hộ ngoài địa bàn")
        return row[2].head_name or row[2].code

    return (
        Column(
            "asked",
            _("Hỏi hộ"),
            lambda row: row[1].head_name or row[1].code,
            link=lambda row: (
                url_for("review.proposal", proposal_id=row[4]) if row[4] else None
            ),
        ),
        Column("about", _("Có phải một với hộ"), about),
        Column("ward", _("Phường, xã"), lambda row: row[3] or ""),
        Column("state", _("Tình trạng"), lambda row: states[row[0].state]),
        Column("answer", _("Trả lời"), lambda row: answers.get(row[5] or "", "")),
        Column("by", _("Người nhờ hỏi"), lambda row: row[0].actor_name),
        Column(
            "at", _("Lúc"), lambda row: row[0].at, sort=FieldCheck.at, kind="instant"
        ),
    )


def _filters(sight: Scope) -> tuple[Filter, ...]:
    wards = tuple((str(ward.id), ward.name) for ward in areas.wards(sight))

    def find(statement: Select[Any], text: str) -> Select[Any]:
        found = within(select(HouseholdRow.id), HouseholdRow.area_id, sight)
        return statement.where(_Asked.id.in_(registry.search(found, text)))

    return (
        Filter("q", _("Tên, địa chỉ, mã hộ"), find, kind="text"),
        Filter("ward", _("Phường, xã"), _in_ward, choices=wards),
        Filter("state", _("Tình trạng"), _in_state, choices=choices_of(check_labels())),
    )


def _in_ward(statement: Select[Any], area_id: str) -> Select[Any]:
    return statement.where(_Asked.area_id == int(area_id))


def _in_state(statement: Select[Any], state: str) -> Select[Any]:
    return statement.where(FieldCheck.state == state)
