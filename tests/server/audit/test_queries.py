from datetime import UTC, datetime, timedelta, timezone

import pytest
from flask import Flask
from sqlalchemy import text

from server.audit.actions import record
from server.audit.queries import actions_seen, events_of, verify_chain
from server.db import db
from server.domain.actor import SYSTEM, Actor

NURSE = Actor("user", 7, "Đỗ Thị Ngọc")


def say(action: str, subject: int = 1, **details: object) -> int:
    event = record(
        by=NURSE,
        action=action,
        subject_kind="household",
        subject_id=subject,
        details=details,
    )
    return event.id


def tamper(statement: str, **values: object) -> None:
    """Change the table as somebody would who owns the database."""
    with db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            for event in ("update", "delete"):
                connection.execute(
                    text(f"DROP TRIGGER IF EXISTS audit_events_no_{event}")
                )
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(statement), values)
    db.session.rollback()


def test_an_untouched_trail_holds(app: Flask) -> None:
    assert verify_chain() is None

    for number in range(3):
        say("household.corrected", number)

    assert verify_chain() is None


def test_details_are_sealed_as_the_database_gives_them_back(app: Flask) -> None:
    say("a.b", pair=(1, 2), counts={10: "ten", 9: "nine"}, share=0.1, name="Đống Đa")

    assert verify_chain() is None


def test_the_zone_of_the_clock_does_not_matter(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = timezone(timedelta(hours=7))
    monkeypatch.setattr(
        "server.clock.now", lambda: datetime(2026, 11, 24, 9, 5, 0, 123456, tzinfo=here)
    )

    say("a.b")

    assert verify_chain() is None
    at = events_of("household", 1)[0].at
    assert at == datetime(2026, 11, 24, 2, 5, 0, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_events SET actor_name = 'Người khác' WHERE id = :id",
        "UPDATE audit_events SET subject_id = '2' WHERE id = :id",
        "UPDATE audit_events SET action = 'household.seen' WHERE id = :id",
        'UPDATE audit_events SET details = \'{"path": "x"}\' WHERE id = :id',
    ],
)
def test_a_changed_event_is_named(app: Flask, change: str) -> None:
    say("a.b")
    second = say("a.b", path="head.name")
    say("a.b")

    tamper(change, id=second)

    assert verify_chain() == second


def test_after_a_missing_event_the_next_does_not_fit(app: Flask) -> None:
    first, second, third = say("a.b"), say("a.b"), say("a.b")

    tamper("DELETE FROM audit_events WHERE id = :id", id=second)

    assert verify_chain() == third
    tamper("DELETE FROM audit_events WHERE id = :id", id=first)
    assert verify_chain() == third


def test_the_history_of_one_thing_begins_with_the_newest(app: Flask) -> None:
    first, _other, last = say("a.b", 1), say("a.b", 2), say("c.d", 1)
    record(by=SYSTEM, action="a.b", subject_kind="phone", subject_id=1)

    assert [event.id for event in events_of("household", 1)] == [last, first]
    assert actions_seen() == ["a.b", "c.d"]
