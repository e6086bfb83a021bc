"""Whose work a version of an entity at ODK Central was."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum, auto

from sqlalchemy import select

from server.db import db
from server.inbox.tables import Reading, Submission

# A person or the register has dealt with these; our values say what came of them.
SETTLED = frozenset({"understood", "set_aside", "withdrawn"})


class Origin(StrEnum):
    """Why Central holds something else than before."""

    KNOWN = auto()  # surveys that are part of what we know, or our own work
    ON_ITS_WAY = auto()  # a survey that has not arrived, or waits for a person
    BY_HAND = auto()  # somebody changed it there


@dataclass(frozen=True, slots=True)
class EntityVersion:
    """One version of an entity. `instance_id` of the submission that made it."""

    number: int
    hash: str
    is_from_submission: bool
    instance_id: str | None = None


def origin_of(versions: Sequence[EntityVersion], sent: Collection[str]) -> Origin:
    """The origin of all versions together; those with a hash of `sent` are ours."""
    foreign = [each for each in versions if each.hash not in sent]
    if any(not each.is_from_submission for each in foreign):
        return Origin.BY_HAND
    names = {each.instance_id for each in foreign if each.instance_id}
    rows = db.session.execute(
        select(Submission.instance_id, Reading.state)
        .join(Reading, Reading.submission_id == Submission.id)
        .where(Submission.source == "central", Submission.instance_id.in_(names))
    ).all()
    settled = {name for name, state in rows if state in SETTLED}
    return Origin.KNOWN if names <= settled else Origin.ON_ITS_WAY
