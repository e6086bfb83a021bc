"""What waits for a person: counted by index, so that the first page stays quick."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, func, select

from server import clock
from server.accounts.tables import Phone, User, UserArea
from server.areas.tables import Area
from server.clock import VIETNAM
from server.db import db, within
from server.domain.actor import EVERYWHERE, Scope
from server.domain.poverty.load import packs_in_force
from server.inbox.tables import Reading, Submission
from server.jobs.tables import Job
from server.registry.tables import HouseholdRow
from server.review.queries import decidable_proposals
from server.review.tables import MergeProposal
from server.rounds import queries as rounds
from server.rounds.tables import ReviewCase
from server.status import queries as status
from server.status.contradictions import contradictions

SILENT_AFTER = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Queue:
    """Something that waits: how many, and since when the oldest does."""

    count: int
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True)
class StandardWaiting:
    """Under one standard: households that the commune has not decided about."""

    standard: str
    unrecognised: int
    contradictions: int


@dataclass(frozen=True, slots=True)
class FirstStep:
    """One thing to set up before the first survey can come in."""

    name: str
    is_done: bool


def open_proposals(scope: Scope) -> Queue:
    """Pairs that the visitor may decide."""
    waiting = decidable_proposals(scope).where(
        MergeProposal.state == "open", MergeProposal.is_asked
    )
    return _queue(waiting, MergeProposal.created_at)


def quarantined(scope: Scope) -> Queue:
    """Submissions that nobody could understand yet."""
    waiting = (
        select(Submission)
        .join(Reading, Reading.submission_id == Submission.id)
        .where(Reading.state == "quarantined")
    )
    return _queue(within(waiting, Submission.area_id, scope), Submission.received_at)


def received_today(scope: Scope) -> int:
    """Submissions since midnight in Vietnam."""
    midnight = datetime.combine(clock.today(), time(), VIETNAM)
    return _count(
        within(
            select(Submission.id).where(Submission.received_at >= midnight),
            Submission.area_id,
            scope,
        )
    )


def late_cases(scope: Scope) -> int:
    """Households in a review whose next step is past its term."""
    return _count(rounds.late_cases(scope).with_only_columns(ReviewCase.id))


def failed_jobs() -> int:
    """Work that was given up and waits for an administrator."""
    return _count(select(Job.id).where(Job.state == "failed"))


def silent_phones(scope: Scope) -> int:
    """Phones in use that have not called for days."""
    long_ago = clock.now() - SILENT_AFTER
    silent = func.coalesce(Phone.last_seen_at, Phone.created_at) < long_ago
    statement = select(Phone.id).where(Phone.revoked_at.is_(None), silent)
    if scope != EVERYWHERE:
        here = within(
            select(UserArea.user_id).where(UserArea.user_id == Phone.user_id),
            UserArea.area_id,
            scope,
        )
        statement = statement.where(here.exists())
    return _count(statement)


def undecided(scope: Scope) -> Sequence[StandardWaiting]:
    """Per standard in force today: what the commune has to decide."""
    today = clock.today()
    provinces = db.session.scalars(
        select(Area.code).where(Area.level == "province", Area.valid_to.is_(None))
    )
    packs = {
        pack.id: pack for code in provinces for pack in packs_in_force(today, code)
    }
    return [
        StandardWaiting(
            standard=pack_id,
            unrecognised=status.count_unrecognised(scope, pack_id),
            contradictions=len(contradictions(scope, pack_id, today)),
        )
        for pack_id in sorted(packs, key=lambda each: packs[each].province_codes)
    ]


def is_empty() -> bool:
    """Whether no household was ever surveyed."""
    households = db.session.scalar(select(HouseholdRow.id).limit(1))
    return (
        households is None and db.session.scalar(select(Submission.id).limit(1)) is None
    )


def first_steps() -> tuple[FirstStep, ...]:
    """What to set up, in the order in which it is needed, and what is done already."""

    def exists(statement: Select[int]) -> bool:
        return db.session.scalar(statement.limit(1)) is not None

    return (
        FirstStep("users", exists(select(User.id).where(User.role == "ward"))),
        FirstStep("groups", exists(select(Area.id).where(Area.level == "group"))),
        FirstStep(
            "enumerators", exists(select(User.id).where(User.role == "enumerator"))
        ),
        FirstStep("phones", exists(select(Phone.id).where(Phone.revoked_at.is_(None)))),
        FirstStep(
            "connected",
            exists(select(Phone.id).where(Phone.last_seen_at.is_not(None))),
        ),
    )


def _queue(waiting: Select[Any], since: Any) -> Queue:
    found = waiting.order_by(None).with_only_columns(func.count(), func.min(since))
    count, oldest = db.session.execute(found).one()
    return Queue(count, oldest)


def _count(statement: Select[Any]) -> int:
    return (
        db.session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    )
