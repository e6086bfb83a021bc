"""Receiving submissions, and what becomes of those that cannot be read.

A reading is waiting until the pipeline understood the submission or put it into
quarantine. From there a person amends and retries it, sends it back to the enumerator
or sets it aside; the submission itself always stays as it was sent.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from server import clock
from server.db import db, serialise, transaction
from server.domain.actor import Actor
from server.domain.problems import Problem, Refused
from server.domain.survey.answers import Answers, amended
from server.inbox import queries, readings
from server.inbox.contents import contents_of
from server.inbox.file_store import ReceivedFile
from server.inbox.tables import (
    Amendment,
    Reading,
    Submission,
    SubmissionFile,
    SubmissionNote,
)
from server.inbox.withdrawing import park_withdrawn, reinstate, withdraw
from server.jobs.actions import enqueue

__all__ = ["reinstate", "withdraw"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of something that was sent: "new", "repeat" or "conflict"."""

    submission_id: int
    outcome: str


def receive(
    *,
    by: Actor,
    source: str,
    form_id: str,
    form_version: str,
    instance_id: str,
    deprecated_id: str | None,
    payload: bytes,
    payload_kind: str,
    expected_files: Sequence[str],
    files: Sequence[ReceivedFile],
    area_id: int | None = None,
    device_id: str | None = None,
) -> Receipt:
    """Keep what was sent, once, however often it comes.

    The same instance with other bytes is kept as its next version and waits for a
    person. Files of a repeat are added to the first: phones split large uploads.
    """
    sha256 = hashlib.sha256(payload).hexdigest()
    with transaction() as session:
        # Equal posts come at the same moment; one by one, all but the first are repeats.
        serialise(f"instance {source} {form_id} {instance_id}")
        known = _known_versions(source, form_id, instance_id)
        if sha256 in known:
            _add_files(by=by, submission_id=known[sha256], files=files)
            return Receipt(known[sha256], "repeat")
        row = Submission(
            source=source,
            form_id=form_id,
            form_version=form_version,
            instance_id=instance_id,
            version=len(known) + 1,
            deprecated_id=deprecated_id,
            payload_kind=payload_kind,
            payload=payload,
            payload_sha256=sha256,
            expected_files=list(expected_files),
            area_id=area_id,
            received_at=clock.now(),
            device_id=device_id,
            **by.signature(),
        )
        session.add(row)
        session.flush()
        _add_files(by=by, submission_id=row.id, files=files, is_new=True)
        _begin_reading(row, is_conflict=bool(known))
        readings.tell(by, "submission.received", row.id, version=row.version)
        return Receipt(row.id, "conflict" if known else "new")


def add_files(*, by: Actor, submission_id: int, files: Sequence[ReceivedFile]) -> None:
    """Files that came after the submission they belong to."""
    with transaction():
        readings.locked(submission_id)
        _add_files(by=by, submission_id=submission_id, files=files)


def understood(
    *, by: Actor, submission_id: int, problems: Iterable[Problem], head_name: str
) -> None:
    """A survey record was made; `problems` are kept as warnings.

    What this submission replaces no longer waits for a person.
    """
    with transaction():
        reading = readings.locked(submission_id)
        if reading.state == "withdrawn":
            park_withdrawn(reading, "understood", problems, head_name)
        elif reading.state != "understood":
            readings.park(reading, "understood", problems, head_name)
            readings.tell(by, "submission.understood", submission_id)
            submission = queries.get_submission(submission_id)
            for earlier in queries.replaced_by(submission):
                readings.retire_replaced(earlier.id)


def quarantine(
    *,
    by: Actor,
    submission_id: int,
    problems: Iterable[Problem],
    head_name: str = "",
) -> None:
    """No record could be made: park it with the reasons, for a person."""
    with transaction():
        reading = readings.locked(submission_id)
        park = park_withdrawn if reading.state == "withdrawn" else readings.park
        park(reading, "quarantined", problems, head_name)
        readings.tell(by, "submission.quarantined", submission_id)
        edits = queries.edits_of(queries.get_submission(submission_id))
        if queries.is_understood_among([edit.id for edit in edits]):
            readings.retire_replaced(submission_id)


def send_back(*, by: Actor, submission_id: int, note: str) -> None:
    """Ask the enumerator to visit or to send again; `note` says what for."""
    with transaction():
        reading = readings.locked(submission_id, "quarantined")
        _leave(by, reading, "sent_back", "submission.sent_back", note)


def set_aside(*, by: Actor, submission_id: int, reason: str) -> None:
    """No record will be made of it, such as of a practice interview."""
    with transaction():
        reading = readings.locked(submission_id, "quarantined", "sent_back")
        _leave(by, reading, "set_aside", "submission.set_aside", reason)


def take_back(*, by: Actor, submission_id: int) -> None:
    """Undo sending back or setting aside: it waits for a person again."""
    with transaction():
        reading = readings.locked(submission_id, "sent_back", "set_aside")
        reading.state, reading.changed_at = "quarantined", clock.now()
        readings.tell(by, "submission.taken_back", submission_id)


def amend_and_retry(
    *, by: Actor, submission_id: int, changes: Mapping[str, str], reason: str
) -> None:
    """Put answers right, by their places, and have the submission read again."""
    with transaction() as session:
        readings.locked(submission_id, *queries.FOR_A_PERSON)
        if not reason.strip():
            raise Refused(Problem("reason_missing", "reason"))
        answers = contents_of(queries.get_submission(submission_id)).answers
        amendments = [
            _amendment(by, submission_id, answers, place, text.strip(), reason.strip())
            for place, text in sorted(changes.items())
        ]
        session.add_all(amendments)
        session.flush()
        if amendments:
            ids = [amendment.id for amendment in amendments]
            readings.tell(by, "submission.amended", submission_id, amendments=ids)
        retry(by=by, submission_id=submission_id)


def retry(*, by: Actor, submission_id: int) -> None:
    """Read it again as it is, after something here changed."""
    with transaction():
        reading = readings.locked(submission_id, "waiting", *queries.FOR_A_PERSON)
        reading.state, reading.changed_at = "waiting", clock.now()
        readings.tell(by, "submission.retried", submission_id)
        enqueue("submission_received", {"submission_id": submission_id})


def _known_versions(source: str, form_id: str, instance_id: str) -> dict[str, int]:
    rows = db.session.execute(
        select(Submission.payload_sha256, Submission.id).where(
            Submission.source == source,
            Submission.form_id == form_id,
            Submission.instance_id == instance_id,
        )
    )
    return {row.payload_sha256: row.id for row in rows}


def _begin_reading(submission: Submission, *, is_conflict: bool) -> None:
    reading = Reading(submission_id=submission.id, problems=[])
    db.session.add(reading)
    if is_conflict:
        values = {"value": submission.instance_id, "version": submission.version}
        problem = Problem("instance_conflict", "meta/instanceID", values)
        readings.park(reading, "quarantined", [problem], "")
    else:
        readings.park(reading, "waiting", [], "")
        enqueue("submission_received", {"submission_id": submission.id})


def _add_files(
    *,
    by: Actor,
    submission_id: int,
    files: Sequence[ReceivedFile],
    is_new: bool = False,
) -> None:
    there = [] if is_new else queries.files_of(submission_id)
    arrived = {(file.name, file.sha256) for file in there}
    sent = {(file.name, file.sha256): file for file in files}
    added = [file for key, file in sent.items() if key not in arrived]
    for file in added:
        db.session.add(
            SubmissionFile(
                submission_id=submission_id,
                name=file.name,
                sha256=file.sha256,
                size=file.size,
                media_type=file.media_type,
                received_at=clock.now(),
            )
        )
    if added and not is_new:
        readings.tell(by, "submission.files_added", submission_id, files=len(added))


def _amendment(
    by: Actor, submission_id: int, answers: Answers, place: str, text: str, reason: str
) -> Amendment:
    try:
        amended(answers, {place: text})
    except ValueError as error:
        problem = Problem("amendment_place_unknown", place, {"place": place})
        raise Refused(problem) from error
    return Amendment(
        submission_id=submission_id,
        path=place,
        value=text,
        reason=reason,
        at=clock.now(),
        **by.signature(),
    )


def _leave(by: Actor, reading: Reading, state: str, action: str, text: str) -> None:
    if not text.strip():
        raise Refused(Problem("reason_missing", "reason"))
    note = SubmissionNote(
        submission_id=reading.submission_id, text=text.strip(), at=clock.now()
    )
    db.session.add(note)
    db.session.flush()
    reading.state, reading.changed_at = state, clock.now()
    readings.tell(by, action, reading.submission_id, note=note.id)
