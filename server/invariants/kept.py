"""I1: what was said is kept as it was said."""

import hashlib
from collections.abc import Iterator

from flask import current_app
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import DBAPIError

from server.db import db, transaction
from server.inbox.file_store import FileStore
from server.inbox.tables import Submission, SubmissionFile
from server.invariants.finding import Finding, Progress, finding

# A column of each that can be written over with itself.
APPEND_ONLY = {
    "submissions": "id",
    "submission_files": "id",
    "amendments": "id",
    "survey_records": "id",
    "audit_events": "id",
    "recognised_households": "household_id",
}
TRIGGERS = {
    "sqlite": "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'"
    " AND tbl_name = :name AND sql LIKE '%RAISE(ABORT%'",
    "postgresql": "SELECT count(*) FROM pg_trigger WHERE tgrelid = to_regclass(:name)"
    " AND NOT tgisinternal AND tgenabled IN ('O', 'A')",
}
# SQLite has one for UPDATE and one for DELETE, PostgreSQL one for both and TRUNCATE.
TRIGGERS_EACH = 2


def check_kept(progress: Progress) -> Iterator[Finding]:
    """Triggers stand and work; payloads and files have the hash they came with."""
    yield from check_triggers(progress)
    yield from check_contents(progress)


def check_contents(progress: Progress) -> Iterator[Finding]:
    """Payloads and files have the hash they came with."""
    yield from _check_payloads(progress)
    yield from _check_files(progress)


def check_triggers(progress: Progress) -> Iterator[Finding]:
    """The database refuses to change what was said, and does so when it is tried."""
    there = set(inspect(db.session.connection()).get_table_names())
    for number, (table, column) in enumerate(APPEND_ONLY.items(), start=1):
        if table not in there:
            continue
        count = db.session.scalar(
            text(TRIGGERS[db.engine.dialect.name]), {"name": table}
        )
        if (count or 0) < TRIGGERS_EACH:
            yield finding("trigger_missing", table)
        elif _accepts_change(table, column):
            yield finding("change_accepted", table)
        progress("I1", number, len(APPEND_ONLY))


def _accepts_change(table: str, column: str) -> bool:
    """Try to write one row over with itself; nothing of it stays in any case."""
    statement = (
        f"UPDATE {table} SET {column} = {column} WHERE {column} IN"  # noqa: S608
        f" (SELECT {column} FROM {table} LIMIT 1) RETURNING 1"
    )
    with transaction() as session:
        attempt = session.begin_nested()
        try:
            return bool(session.execute(text(statement)).all())
        except DBAPIError:
            return False
        finally:
            attempt.rollback()


def _check_payloads(progress: Progress) -> Iterator[Finding]:
    total = db.session.scalar(select(func.count()).select_from(Submission)) or 0
    rows = db.session.execute(
        select(Submission.id, Submission.payload, Submission.payload_sha256)
        .order_by(Submission.id)
        .execution_options(yield_per=100)
    )
    for number, (submission_id, payload, sha256) in enumerate(rows, start=1):
        if hashlib.sha256(payload).hexdigest() != sha256:
            yield finding("payload_changed", submission_id)
        progress("I1 submissions", number, total)


def _check_files(progress: Progress) -> Iterator[Finding]:
    store = FileStore(current_app.config["DATA_DIR"] / "files")
    total = db.session.scalar(select(func.count()).select_from(SubmissionFile)) or 0
    rows = db.session.execute(
        select(SubmissionFile.submission_id, SubmissionFile.name, SubmissionFile.sha256)
        .order_by(SubmissionFile.id)
        .execution_options(yield_per=100)
    )
    for number, (submission_id, name, sha256) in enumerate(rows, start=1):
        path = store.path(sha256)
        if not path.is_file():
            yield finding("file_missing", submission_id, name=name)
        else:
            with path.open("rb") as stream:
                said = hashlib.file_digest(stream, "sha256").hexdigest()
            if said != sha256:
                yield finding("file_changed", submission_id, name=name)
        progress("I1 files", number, total)
