"""All records read, counted and compared once more, in the background.

It is begun when records are read in a new way (after an upgrade), when the registry has
doubled since names were counted, and when somebody accepts another model or other
thresholds. A few records are done in each job, so that nothing else waits long; what
was decided by people holds throughout. Three rounds: every record is read, so that all
can be found; names are counted; every record is compared.
"""

from typing import Any

from sqlalchemy import exists, func, select

from server.audit import actions as audit
from server.db import db, serialise, transaction
from server.domain.actor import SYSTEM, Actor
from server.jobs.actions import enqueue
from server.jobs.tables import Job
from server.matching.frequencies import Counting, frequencies_in_force
from server.matching.keeping import READING, keep_features, number_of, read
from server.matching.tables import RecordFeatures
from server.registry import queries as registry
from server.registry.tables import SurveyRecordRow
from server.review import actions, queries

KIND = "matching_renewed"
ROUNDS = ("read", "count", "compare")
BATCH = 50
# Names of fewer records are not worth counting.
FEWEST_COUNTED = 4096


def begin(*, by: Actor, first: str = "count") -> Job | None:
    """Leave the work, from this round on; None while it is under way already, from the
    same round or an earlier one."""
    with transaction():
        serialise("registry")
        for job in _waiting():
            if (
                ROUNDS.index(job.payload["round"]) <= ROUNDS.index(first)
                and not (job.payload["after"])
            ):
                return None
        audit.record(
            by=by,
            action="matching.renewed",
            subject_kind="registry",
            subject_id="all",
            details={"from": first},
        )
        return _leave(first, "", 0)


def begin_when_due(*, by: Actor = SYSTEM) -> Job | None:
    """Begin when some records were read in another way, or not at all."""
    unread = ~exists().where(
        RecordFeatures.record_id == SurveyRecordRow.id,
        RecordFeatures.version == READING,
    )
    if db.session.scalar(select(SurveyRecordRow.id).where(unread).limit(1)) is None:
        return None
    return begin(by=by, first="read")


def count_when_doubled(record_id: str) -> None:
    """Begin when the registry, with the record that has just arrived, has twice as many
    as when names were counted."""
    number = number_of(record_id)
    if number < FEWEST_COUNTED or number & (number - 1):
        return
    if number >= 2 * frequencies_in_force().records:
        begin(by=SYSTEM, first="count")


def go_on(given: dict[str, Any]) -> None:
    """Do one batch of a round, and leave the next one."""
    with transaction():
        serialise("registry")
        this = given["round"]
        if this == "count":
            _count()
            _leave("compare", "", 0)
            return
        after = select(SurveyRecordRow.id).where(SurveyRecordRow.id > given["after"])
        ids = list(db.session.scalars(after.order_by(SurveyRecordRow.id).limit(BATCH)))
        if this == "read":
            for record_id in ids:
                keep_features(
                    record_id=record_id, record=registry.get_record(record_id)
                )
        elif ids:
            actions.rematch(record_ids=_placed(ids))
        if len(ids) == BATCH:
            _leave(this, ids[-1], given["done"] + len(ids))
        elif this == "read":
            _leave("count", "", 0)


def find_latest() -> Job | None:
    """The last batch that was left: how far it is, or how it ended."""
    return db.session.scalar(
        select(Job).where(Job.kind == KIND).order_by(Job.id.desc()).limit(1)
    )


def _placed(ids: list[str]) -> set[str]:
    """Those that were compared before: what has just arrived waits for its own turn."""
    return set(queries.households_of(ids))


def _count() -> None:
    counting = Counting()
    rows = db.session.scalars(
        select(RecordFeatures.content).execution_options(yield_per=1000)
    )
    for content in rows:
        counting.add(read(content))
    if counting.records >= FEWEST_COUNTED:
        counting.keep()


def _leave(this: str, after: str, done: int) -> Job:
    job = enqueue(KIND, {"round": this, "after": after, "done": done})
    job.progress_done = done
    job.progress_total = (
        db.session.scalar(select(func.count()).select_from(SurveyRecordRow)) or 0
    )
    db.session.flush()
    return job


def _waiting() -> list[Job]:
    statement = select(Job).where(Job.kind == KIND, Job.state == "waiting")
    return list(db.session.scalars(statement))
