"""Submissions that come by the page are kept as those that come alone."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from server.audit.queries import verify_chain
from server.db import db, transaction
from server.domain.actor import Actor
from server.inbox import queries
from server.inbox.arrivals import Arrival, known_instances, receive_all
from server.inbox.tables import Reading, Submission
from server.jobs.tables import Job
from tests.server.inbox.arrivals import FORM, receive, xml

FIELD = Actor("central", 12, "Điều tra viên 12")


def arrival(name: str) -> Arrival:
    payload = xml(entity_label=name)
    return Arrival(FIELD, "2026112501", name, payload, ["nha.jpg"], None, "collect:1")


def arrive(*names: str) -> list[int]:
    return receive_all(
        source="openrosa",
        form_id=FORM["form_id"],
        payload_kind="xml",
        arrivals=[arrival(name) for name in names],
    )


def columns(table: type, number: int) -> dict[str, object]:
    row = db.session.get_one(table, number)
    return {
        column.key: getattr(row, column.key)
        for column in row.__table__.columns
        if column.key not in {"id", "submission_id", "received_at", "changed_at"}
    }


def test_each_is_what_it_would_be_alone(app: Flask) -> None:
    first, second = arrive("uuid:a", "uuid:b")
    one = arrival("uuid:b")
    alone = receive(
        one.payload,
        by=FIELD,
        form_id="another",
        instance_id="uuid:b",
        device_id="collect:1",
    )

    there = columns(Submission, second)
    assert there == columns(Submission, alone.submission_id) | {
        "form_id": FORM["form_id"]
    }
    assert columns(Reading, second) == columns(Reading, alone.submission_id)
    assert queries.get_submission(first).instance_id == "uuid:a"
    jobs = db.session.scalars(select(Job).order_by(Job.id)).all()
    told = [("submission_received", each) for each in (first, second)]
    assert [(j.kind, j.payload["submission_id"]) for j in jobs[:2]] == told
    assert [(j.state, j.attempts) for j in jobs] == [("waiting", 0)] * 3
    assert queries.events_of(second)[0].actor_name == FIELD.name
    assert verify_chain() is None


def test_what_is_here_already_is_named(app: Flask) -> None:
    arrive("uuid:a")

    with transaction():
        found = known_instances(
            source="openrosa",
            form_id=FORM["form_id"],
            instance_ids=["uuid:a", "uuid:b"],
        )

    assert found == {"uuid:a"}


def test_one_that_is_here_already_lets_none_in(app: Flask) -> None:
    arrive("uuid:a")

    with pytest.raises(IntegrityError):
        arrive("uuid:b", "uuid:a")

    db.session.rollback()
    assert db.session.scalars(select(Submission.instance_id)).all() == ["uuid:a"]
    assert len(db.session.scalars(select(Job)).all()) == 1


def test_nothing_leaves_nothing(app: Flask) -> None:
    assert arrive() == []
    assert db.session.scalars(select(Job)).all() == []
