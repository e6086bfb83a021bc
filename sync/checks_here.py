"""What can be seen without asking ODK Central."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from server import clock
from server.central import queries
from server.central.findings import Finding
from server.clock import VIETNAM
from server.db import db
from server.domain.problems import Problem
from server.migrations.upgrade import newest, present

GIGABYTE = 1_000_000_000
LEAST_FREE = GIGABYTE
BETTER_FREE = 5 * GIGABYTE
JOBS_MAY_WAIT = timedelta(minutes=15)
RECONCILE_MAY_WAIT = timedelta(hours=3)


def look_here(config: Mapping[str, Any], *, is_ready: bool) -> Iterator[Finding]:
    """The checks from "disk" to "reconcile"; without a database that `is_ready` most
    of them can only be left out."""
    yield _disk(config["DATA_DIR"])
    if not is_ready:
        for check in ("backlog", "failed_entities", "reconcile"):
            yield Finding(check, "unknown", Problem("doctor_database_not_ready"))
        return
    server, project = config["CENTRAL_URL"], config["CENTRAL_PROJECT"]
    yield _of_database("backlog", _backlog)
    yield _of_database("failed_entities", lambda: _entities(server))
    yield _of_database("reconcile", lambda: _reconcile(server, project))


def find_database_fault() -> Finding | None:
    """Why nothing that needs the database can be looked at; None when all is well."""
    try:
        step = present()
    except SQLAlchemyError as error:
        db.session.remove()
        values = {"value": type(error).__name__}
        return Finding(
            "versions", "bad", Problem("fitness_database_silent", "", values)
        )
    if step != newest():
        values = {"value": step or "0", "limit": newest()}
        problem = Problem("doctor_versions_database", "", values)
        return Finding("versions", "bad", problem)
    return None


def _of_database(check: str, look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except SQLAlchemyError as error:
        db.session.remove()
        values = {"value": type(error).__name__}
        return Finding(check, "bad", Problem("fitness_database_silent", "", values))


def _disk(folder: Any) -> Finding:
    free = shutil.disk_usage(folder).free
    values = {"gigabytes": f"{free / GIGABYTE:.1f}", "value": str(folder)}
    if free >= BETTER_FREE:
        return Finding("disk", "well", Problem("doctor_disk", "", values))
    state = "bad" if free < LEAST_FREE else "attention"
    return Finding("disk", state, Problem("doctor_disk_low", "", values))


def _backlog() -> Finding:
    now = clock.now()
    due, failed, oldest = queries.jobs_left(now)
    if oldest is not None and now - oldest > JOBS_MAY_WAIT:
        values = {"count": due, "since": _at(oldest)}
        return Finding("backlog", "bad", Problem("doctor_backlog_late", "", values))
    if failed:
        problem = Problem("doctor_backlog_failed", "", {"count": failed})
        return Finding("backlog", "attention", problem)
    return Finding("backlog", "well", Problem("doctor_backlog", "", {"count": due}))


def _entities(server: str) -> Finding:
    count = queries.entities_failed(server)
    if count:
        problem = Problem("doctor_entities_failed", "", {"count": count})
        return Finding("failed_entities", "attention", problem)
    return Finding("failed_entities", "well", Problem("doctor_entities"))


def _reconcile(server: str, project: int) -> Finding:
    waiting = queries.forms_waiting_for_a_person(server, project)
    if waiting:
        problem = Problem("doctor_reconcile_person", "", {"names": ", ".join(waiting)})
        return Finding("reconcile", "attention", problem)
    oldest = queries.oldest_reconcile(server, project)
    if oldest is None or oldest == queries.NEVER:
        return Finding("reconcile", "bad", Problem("doctor_reconcile_never"))
    values = {"since": _at(oldest)}
    if clock.now() - oldest > RECONCILE_MAY_WAIT:
        return Finding("reconcile", "bad", Problem("doctor_reconcile_late", "", values))
    return Finding("reconcile", "well", Problem("doctor_reconcile", "", values))


def _at(stamp: datetime) -> str:
    return f"{stamp.astimezone(VIETNAM):%d/%m/%Y %H:%M}"
