"""The ways to narrow the queue; all of them stand in the address."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Select, or_, select

from server import clock
from server.accounts.queries import users
from server.accounts.tables import Phone, User
from server.db import db
from server.domain.actor import Scope
from server.domain.matching.telling import TOPICS, topic
from server.inbox.tables import Submission
from server.registry.tables import SurveyRecordRow
from server.review.lists import Left, Right, choices_of, text_filter
from server.review.tables import MergeProposal
from server.review.words import BANDS, band_labels, state_labels
from server.web.i18n import _, language
from server.web.listing import Filter

AGES = (7, 30, 90)  # days


def queue_filters(
    scope: Scope, wards: tuple[tuple[str, str], ...]
) -> tuple[Filter, ...]:
    """Every filter of the queue."""
    return (
        text_filter(scope),
        Filter("ward", _("Phường, xã"), _in_ward, choices=wards),
        Filter(
            "enumerator", _("Người khảo sát"), _sent_by, choices=_enumerators(scope)
        ),
        Filter("band", _("Mức giống"), _in_band, choices=choices_of(band_labels())),
        Filter(
            "evidence",
            _("Bằng chứng"),
            _with_evidence,
            choices=tuple((code, topic(code, language())) for code in TOPICS),
        ),
        Filter("age", _("Chờ đã"), _waiting, choices=_ages()),
        # The statement knows the state already; this one shows the choice.
        Filter("state", _("Tình trạng"), _as_is, choices=choices_of(state_labels())),
    )


def _ages() -> tuple[tuple[str, str], ...]:
    return tuple((str(days), _("hơn {n} ngày", n=days)) for days in AGES)


def _enumerators(scope: Scope) -> tuple[tuple[str, str], ...]:
    """People of the reader's areas who carry a phone."""
    statement = (
        users(scope)
        .where(User.id.in_(select(Phone.user_id)))
        .with_only_columns(User.id, User.name)
        .order_by(User.name_sort, User.id)
    )
    return tuple(
        (str(user_id), name) for user_id, name in db.session.execute(statement)
    )


def _sent_by(statement: Select[Any], user_id: str) -> Select[Any]:
    phones = select(Phone.id).where(Phone.user_id == int(user_id))
    sent = (
        select(SurveyRecordRow.id)
        .join(Submission, Submission.id == SurveyRecordRow.submission_id)
        .where(Submission.actor_kind == "phone", Submission.actor_id.in_(phones))
    )
    return statement.where(
        or_(
            MergeProposal.left_record_id.in_(sent),
            MergeProposal.right_record_id.in_(sent),
        )
    )


def _waiting(statement: Select[Any], days: str) -> Select[Any]:
    since = clock.now() - timedelta(days=int(days))
    return statement.where(MergeProposal.created_at <= since)


def _in_ward(statement: Select[Any], area_id: str) -> Select[Any]:
    return statement.where(
        or_(Left.area_id == int(area_id), Right.area_id == int(area_id))
    )


def _in_band(statement: Select[Any], band: str) -> Select[Any]:
    if band == "certain":
        return statement.where(MergeProposal.seems_certain)
    starts = dict(BANDS)
    above = [start for _name, start in BANDS if start > starts[band]]
    statement = statement.where(
        ~MergeProposal.seems_certain, MergeProposal.score >= starts[band]
    )
    return statement.where(MergeProposal.score < min(above)) if above else statement


def _with_evidence(statement: Select[Any], code: str) -> Select[Any]:
    if code == "field_answer":
        return statement.where(MergeProposal.answer.is_not(None))
    return statement.where(MergeProposal.evidence_codes.contains(f" {code} "))


def _as_is(statement: Select[Any], _value: str) -> Select[Any]:
    return statement
