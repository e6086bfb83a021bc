"""Adding what surveys and staff say about households; the households follow from it."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from server import clock
from server.areas.queries import area_on, current_area
from server.audit import actions as audit
from server.db import db, serialise, transaction
from server.domain.actor import Actor
from server.domain.households.codes import household_seed, own_identity
from server.domain.households.corrections import check_correction
from server.domain.matching.judgement import Judgement
from server.domain.plain import to_plain
from server.domain.problems import Problem, Refused
from server.domain.survey.record import SurveyRecord
from server.inbox.queries import get_submission
from server.inbox.tables import Submission
from server.jobs.actions import enqueue
from server.matching.keeping import keep_features
from server.registry import queries, rebuilding
from server.registry.anchors import anchor_of, names_nobody
from server.registry.tables import (
    EVENT_KINDS,
    Correction,
    HouseholdEvent,
    HouseholdRow,
    SurveyRecordRow,
)


def add_record(
    *,
    by: Actor,
    submission_id: int,
    record: SurveyRecord,
    warnings: Iterable[Problem],
    received_at: datetime,
    stands_for: str | None = None,
) -> str:
    """Keep what was understood of a submission, once; returns the id of the record.

    The id follows from what was sent, so that it is the same wherever and in whatever
    order it is read. `stands_for` is the household of an entity with another id.
    """
    with transaction() as session:
        submission = get_submission(submission_id)
        record_id = _record_id(submission)
        if session.get(SurveyRecordRow, record_id) is not None:
            return record_id
        entity = record.entity
        session.add(
            SurveyRecordRow(
                id=record_id,
                submission_id=submission_id,
                form_id=record.form_id,
                form_version=record.form_version,
                instance_id=record.instance_id,
                deprecated_id=record.deprecated_id,
                entity_id=entity.id.removeprefix("uuid:").lower() if entity else None,
                seed_household_id=stands_for or str(household_seed(record, record_id)),
                review_date=record.review_date,
                area_id=_area_id(record),
                content=to_plain(record),
                warnings=[problem.as_dict() for problem in warnings],
                received_at=received_at,
            )
        )
        session.flush()
        keep_features(record_id=record_id, record=record)
        audit.record(
            by=by,
            action="record.added",
            subject_kind="record",
            subject_id=record_id,
            details={"submission": submission_id},
        )
        return record_id


def rebuild(
    *, record_ids: Collection[str], judgements: Sequence[Judgement]
) -> set[str]:
    """Compute the households of these records; returns the ids of those that changed.

    `record_ids` must be closed: with a record come all that a live SAME judgement or
    a shared seed leads to.
    """
    with transaction():
        serialise("registry")
        return rebuilding.rebuild(record_ids, judgements)


def correct(
    *, by: Actor, household_id: str, path: str, value: Any, reason: str
) -> Correction:
    """Put a value right. It holds over surveys until it is taken back, and follows the
    record it is anchored at when households are merged or parted."""
    with transaction() as session:
        serialise("registry")
        household = _open_household(household_id)
        _refuse_blank(reason)
        problem = check_correction(path, value)
        if problem is not None:
            raise Refused(problem)
        golden = queries.golden_of(household)
        if names_nobody(golden, path):
            raise Refused(Problem("correction_path_unknown", path, {"value": path}))
        correction = Correction(
            record_id=anchor_of(
                golden, queries.newest_record_of(household_id).id, path
            ),
            path=path,
            value=value,
            reason=reason.strip(),
            at=clock.now(),
            **by.signature(),
        )
        session.add(correction)
        session.flush()
        _tell(by, "correction.made", "correction", correction.id, path=path,
              household=household_id, record=correction.record_id)  # fmt: skip
        enqueue("correction_made", {"record_ids": [correction.record_id]})
        return correction


def take_back_correction(*, by: Actor, correction_id: int) -> Correction:
    """Let what was said before hold again."""
    with transaction() as session:
        correction = session.get(Correction, correction_id, with_for_update=True)
        if correction is None:
            raise Refused(Problem("correction_not_found"), status=404)
        if correction.superseded_at is not None:
            raise Refused(Problem("correction_already_taken_back"), status=409)
        correction.superseded_at = clock.now()
        _tell(by, "correction.taken_back", "correction", correction_id,
              path=correction.path, record=correction.record_id)  # fmt: skip
        enqueue("correction_made", {"record_ids": [correction.record_id]})
        return correction


def restore_correction(*, by: Actor, correction_id: int) -> Correction:
    """Let a correction that was taken back hold again, as it was made at first."""
    with transaction() as session:
        gone = session.get_one(Correction, correction_id)
        correction = Correction(
            record_id=gone.record_id,
            path=gone.path,
            value=gone.value,
            reason=gone.reason,
            at=gone.at,
            actor_kind=gone.actor_kind,
            actor_id=gone.actor_id,
            actor_name=gone.actor_name,
            restores_id=gone.known_as,
        )
        session.add(correction)
        session.flush()
        _tell(by, "correction.restored", "correction", correction.id,
              path=gone.path, record=gone.record_id)  # fmt: skip
        enqueue("correction_made", {"record_ids": [gone.record_id]})
        return correction


def record_departure(
    *, by: Actor, household_id: str, kind: str, on: date, reason: str
) -> HouseholdEvent:
    """A household moved away or was dissolved on a day. A review after that day finds
    it back by itself."""
    with transaction() as session:
        serialise("registry")
        household = _open_household(household_id)
        _refuse_blank(reason)
        if kind not in EVENT_KINDS:
            raise ValueError(f"{kind!r} is no departure")
        if household.state != "live":
            raise Refused(Problem("household_departed"), status=409)
        if on > clock.today():
            raise Refused(Problem("departure_in_future", "on", {"value": _day(on)}))
        if on < household.review_date:
            values = {"value": _day(on), "reviewed": _day(household.review_date)}
            raise Refused(Problem("departure_before_review", "on", values))
        event = HouseholdEvent(
            household_id=household_id,
            kind=kind,
            on=on,
            reason=reason.strip(),
            at=clock.now(),
            **by.signature(),
        )
        session.add(event)
        session.flush()
        _tell(by, f"household.{kind}", "household", household_id,
              event=event.id, on=on.isoformat())  # fmt: skip
        _recompute(household_id)
        return event


def take_back_departure(*, by: Actor, event_id: int) -> HouseholdEvent:
    """The household did not leave after all."""
    with transaction() as session:
        event = session.get(HouseholdEvent, event_id, with_for_update=True)
        if event is None:
            raise Refused(Problem("departure_not_found"), status=404)
        if event.superseded_at is not None:
            raise Refused(Problem("departure_already_taken_back"), status=409)
        event.superseded_at = clock.now()
        household = queries.survivor_of(
            session.get_one(HouseholdRow, event.household_id)
        )
        _tell(by, "household.departure_taken_back", "household", event.household_id,
              event=event.id)  # fmt: skip
        _recompute(household.id)
        return event


def look_at_numbers(*, by: Actor, household_id: str) -> None:
    """Remember that somebody asked for the identity numbers of a household in full."""
    with transaction():
        _tell(by, "household.numbers_shown", "household", household_id)


def _record_id(submission: Submission) -> str:
    sent = (
        submission.source,
        submission.form_id,
        submission.instance_id,
        submission.payload_sha256,
    )
    return str(own_identity("\n".join(sent)))


def _area_id(record: SurveyRecord) -> int | None:
    """The ward as it was on the day of the review."""
    code = record.household.ward_code
    if not code:
        return None
    area = area_on(code, record.review_date)
    if area is None:
        area, _ = current_area(code, record.review_date)
    return area.id if area is not None else None


def _open_household(household_id: str) -> HouseholdRow:
    """A household that is not merged into another. Refuses otherwise."""
    row = db.session.get(HouseholdRow, household_id)
    if row is None:
        raise Refused(Problem("household_not_found"), status=404)
    if row.state == "merged":
        survivor = queries.survivor_of(row)
        values = {"code": row.code, "survivor": survivor.code}
        raise Refused(Problem("household_merged", "", values), status=409)
    return row


def _refuse_blank(reason: str) -> None:
    if not reason.strip():
        raise Refused(Problem("reason_missing", "reason"))


def _recompute(household_id: str) -> None:
    records = queries.records_of(household_id)
    enqueue("correction_made", {"record_ids": [records[0].id]})


def _day(value: date) -> str:
    return f"{value:%d/%m/%Y}"


def _tell(
    by: Actor, action: str, subject_kind: str, subject_id: str | int, **details: Any
) -> None:
    audit.record(
        by=by,
        action=action,
        subject_kind=subject_kind,
        subject_id=subject_id,
        details=details,
    )
