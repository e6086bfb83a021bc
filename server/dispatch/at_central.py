"""What staff see of the household lists at ODK Central."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, select

from server.db import db, within
from server.dispatch.tables import EntityClaim, EntityLink, EntityList, Publication
from server.domain.actor import Scope
from server.inbox.tables import Submission
from server.registry.tables import HouseholdRow


class LinkState(StrEnum):
    """Where a household stands in a list at Central."""

    CONFLICT = "conflict"  # for a person
    REFUSED = "refused"  # Central will not have it
    WAITING = "waiting"  # changed there by a survey that is still to come
    FLAGGED = "flagged"  # edits there overlapped; both sides say the same
    SETTLED = "settled"  # a person decided; on its way, or it stays as it is there
    NEW = "new"  # not made there yet
    GONE = "gone"  # deleted there
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many households of some areas are in which state; `strays` are entities
    that others made, `failed` submissions of which Central made no entity."""

    by_state: dict[LinkState, int]
    strays: int
    failed: int

    def of(self, state: LinkState) -> int:
        return self.by_state.get(state, 0)


def state_of() -> ColumnElement[str]:
    """The state of a link, in SQL, the most urgent first."""
    link = EntityLink
    is_open = and_(link.conflict.is_not(None), link.wish.is_(None))
    is_decided = and_(
        link.wish.is_not(None), link.wish_hash != "", link.conflict.is_not(None)
    )
    rules = (
        (is_open, LinkState.CONFLICT),
        (link.refusal.is_not(None), LinkState.REFUSED),
        (is_decided | (link.wish == "return"), LinkState.SETTLED),
        (link.waiting_since.is_not(None), LinkState.WAITING),
        (link.is_deleted & link.version.is_not(None), LinkState.GONE),
        (link.flag.is_not(None), LinkState.FLAGGED),
        (link.version.is_(None), LinkState.NEW),
    )
    return case(
        *((rule, literal(state.value)) for rule, state in rules),
        else_=literal(LinkState.PUBLISHED.value),
    )


def linked(scope: Scope) -> Select[Any]:
    """Rows of (link, list, household, state), for lists and pages."""
    statement = (
        select(EntityLink, EntityList, HouseholdRow, state_of().label("of_link"))
        .join(EntityList, EntityList.id == EntityLink.list_id)
        .join(HouseholdRow, HouseholdRow.id == EntityLink.household_id)
        .where(EntityLink.retired_at.is_(None))
    )
    return within(statement, HouseholdRow.area_id, scope)


def in_state(statement: Select[Any], state: str) -> Select[Any]:
    """Only links in that state."""
    return statement.where(state_of() == state)


def find_linked(link_id: int, scope: Scope) -> Any:
    """One row of `linked`; None when it is out of sight."""
    return db.session.execute(
        linked(scope).where(EntityLink.id == link_id)
    ).one_or_none()


def ours_of(household_id: str) -> dict[str, str]:
    """What the lists should say of a household, to be shown beside `theirs`."""
    row = db.session.get(Publication, household_id)
    if row is None or not row.is_listed:
        return {}
    return {name: str(v) for name, v in row.properties.items() if name != "name"}


def strays() -> Select[Any]:
    """Rows of (link, list): entities that others put into the lists, left alone."""
    return (
        select(EntityLink, EntityList)
        .join(EntityList, EntityList.id == EntityLink.list_id)
        .where(EntityLink.household_id.is_(None), EntityLink.is_deleted.is_(False))
    )


def failed(scope: Scope) -> Select[Any]:
    """Rows of (claim, submission): Central made no entity of these submissions."""
    statement = (
        select(EntityClaim, Submission)
        .join(Submission, Submission.id == EntityClaim.submission_id)
        .outerjoin(
            EntityLink,
            and_(
                EntityLink.uuid == EntityClaim.uuid,
                EntityLink.server == EntityClaim.server,
            ),
        )
        .outerjoin(Publication, Publication.household_id == EntityLink.household_id)
        .where(EntityClaim.code.is_not(None))
    )
    return within(statement, Publication.area_id, scope)


def count(scope: Scope) -> Counts:
    """How the households of some areas stand at Central."""
    state = state_of().label("of_link")
    statement = linked(scope).with_only_columns(state, func.count()).group_by(state)
    rows = db.session.execute(statement)
    return Counts(
        {LinkState(state): number for state, number in rows},
        strays=_number(strays()) if scope.area_ids is None else 0,
        failed=_number(failed(scope)),
    )


def _number(statement: Select[Any]) -> int:
    inner = statement.with_only_columns(literal(1)).subquery()
    return db.session.scalar(select(func.count()).select_from(inner)) or 0
