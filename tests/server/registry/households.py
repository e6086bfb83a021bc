"""Surveys that arrived and what they became, made the short way."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from server.db import db, transaction
from server.domain.matching.judgement import Verdict
from server.domain.people.birth_dates import parse_birth
from server.domain.survey.record import Identifier, Member
from server.jobs.worker import run_due
from server.pipeline import HANDLERS
from server.registry import queries
from server.registry.tables import HouseholdRow
from server.review.actions import relink
from server.review.tables import JudgementRow
from tests.server.review.surveys import arrive, survey

NUMBER = "001160012345"


def member(key: str, name: str, **given: Any) -> Member:
    """A person of a roster; `born` is typed as people do, `number` is a CCCD."""
    born = given.pop("born", None)
    number = given.pop("number", None)
    return Member(
        key=key,
        full_name=name,
        birth=parse_birth(born) if born else None,
        identifiers=(Identifier("cccd12", number),) if number else (),
        **given,
    )


def make_household(**given: Any) -> HouseholdRow:
    """The household of a survey that has just arrived."""
    return queries.household_of(arrive(survey(**given)))


def catch_up() -> None:
    """Do the background work that waits."""
    run_due(HANDLERS)
    db.session.expire_all()


def again(row: HouseholdRow) -> HouseholdRow:
    """The household as it is now."""
    db.session.expire_all()
    return db.session.get_one(HouseholdRow, row.id)


def all_households() -> list[HouseholdRow]:
    return list(db.session.scalars(select(HouseholdRow).order_by(HouseholdRow.id)))


def judge(left: HouseholdRow, right: HouseholdRow, verdict: Verdict) -> JudgementRow:
    """What staff said of the first records of two households."""
    ends = sorted(queries.record_ids_of(each.id)[0] for each in (left, right))
    with transaction() as session:
        row = JudgementRow(
            left_record_id=ends[0], right_record_id=ends[1], verdict=verdict.value,
            reason="đã hỏi", at=datetime(2026, 11, 1, tzinfo=UTC), actor_kind="user",
            actor_id=1, actor_name="Trần Thị Bình",
        )  # fmt: skip
        session.add(row)
        session.flush()
        relink(record_ids=set(ends))
    db.session.expire_all()
    return row


def take_back(row: JudgementRow) -> None:
    with transaction():
        row.superseded_at = datetime(2026, 11, 2, tzinfo=UTC)
        row.superseded_by = "Trần Thị Bình"
        relink(record_ids={row.left_record_id, row.right_record_id})
    db.session.expire_all()
