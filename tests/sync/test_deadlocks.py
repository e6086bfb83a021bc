"""Staff and ODK Central need the same submissions at the same moment, on PostgreSQL.

Both the audit trail and a submission are taken until commit, and the two take them in
opposite order. In each test the other side waits longer than ours before it gives way,
so that it is ours which PostgreSQL ends.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from server.db import db, serialise, transaction
from server.inbox.tables import Reading, Submission
from tests.browsing import signed_in
from tests.conftest import make_app
from tests.factories import make_user
from tests.postgresql import empty
from tests.sync.office import Office

PATIENT = text("SET LOCAL deadlock_timeout = '20s'")


@pytest.fixture
def app(migrated_postgresql: str, tmp_path: Path) -> Iterator[Flask]:
    """Only PostgreSQL lets two of them begin."""
    empty(migrated_postgresql)
    app = make_app(tmp_path / "data", migrated_postgresql)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@contextmanager
def meanwhile(app: Flask, first: str, then: str, row: int) -> Iterator[None]:
    """Another transaction takes one thing, waits until somebody waits for it, and then
    takes the other: "audit" or "reading"."""
    has_begun = threading.Event()

    def take(what: str) -> None:
        if what == "audit":
            serialise("audit")
        else:
            db.session.get(Reading, row, with_for_update=True)

    def run() -> None:
        with app.app_context(), transaction() as session:
            session.execute(PATIENT)
            take(first)
            has_begun.set()
            until = time.monotonic() + 20
            waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
            while not session.scalar(waiting) and time.monotonic() < until:
                time.sleep(0.01)
            take(then)

    thread = threading.Thread(target=run)
    thread.start()
    assert has_begun.wait(20)
    try:
        yield
    finally:
        thread.join(40)
    assert not thread.is_alive()


def reading_of(name: str) -> Reading:
    db.session.rollback()
    return db.session.scalars(
        select(Reading)
        .join(Submission, Submission.id == Reading.submission_id)
        .where(Submission.instance_id == name)
    ).one()


def test_what_staff_asked_for_is_done_though_a_page_came_between(
    app: Flask, office: Office
) -> None:
    office.create("uuid:a")
    office.pull()
    row = reading_of("uuid:a").submission_id
    browser = signed_in(app, make_user(role="admin"))

    with meanwhile(app, "audit", "reading", row):
        answer = browser.post(f"/inbox/{row}/retry")

    assert answer.status_code in {302, 303}
    trail = text("SELECT count(*) FROM audit_events WHERE action='submission.retried'")
    db.session.rollback()
    assert db.session.scalar(trail) == 1


def test_a_page_comes_over_though_staff_were_at_one_of_its_submissions(
    app: Flask, office: Office
) -> None:
    office.create("uuid:b")
    office.pull()
    row = reading_of("uuid:b").submission_id
    office.create("uuid:a")
    office.delete("uuid:b")

    with meanwhile(app, "reading", "audit", row):
        office.pull()

    assert office.differences() == []
    assert reading_of("uuid:b").state == "withdrawn"
