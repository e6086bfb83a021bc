"""Days on which something changes though nobody does anything."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from server import clock
from server.areas.tables import Area
from server.db import db, transaction
from server.dispatch.tables import Publication
from server.jobs.days import KIND, Calendar, begin_day
from server.jobs.tables import Job
from server.jobs.worker import run_due
from server.pipeline import HANDLERS
from server.status.tables import PovertyStatus, Recognition
from tests.server.dispatch.test_publishing import HOUSEHOLD, published, sent, ward

__all__ = ["ward"]


def recognised(ward: Area, start: date, end: date | None = None) -> None:
    """As a decision would have left it, from a day on."""
    with transaction() as session:
        decision = Recognition(
            document_number="12/QĐ-UBND", decided_on=start, valid_from=start,
            signer="Nguyễn Văn Chủ", standard="vn-2022", area_id=ward.id, note="",
            at=clock.now(), actor_kind="user", actor_id=1, actor_name="Lan",
        )  # fmt: skip
        session.add(decision)
        session.flush()
        session.add(
            PovertyStatus(
                household_id=HOUSEHOLD, standard="vn-2022", category="POOR",
                valid_from=start, valid_to=end, recorded_at=clock.now(),
                recognition_id=decision.id,
            )
        )  # fmt: skip


def at(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    """A worker looks at the calendar on a day, and does what is due."""
    monkeypatch.setattr(clock, "today", lambda: day)
    Calendar().look()
    run_due(HANDLERS)


def shown() -> str:
    db.session.rollback()
    return str(db.session.get_one(Publication, HOUSEHOLD).properties["last_status"])


def test_phones_show_a_status_from_its_first_day_to_its_last(
    ward: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent()
    at(monkeypatch, date(2026, 11, 25))
    recognised(ward, date(2026, 12, 1), date(2026, 12, 10))
    published()

    at(monkeypatch, date(2026, 11, 30))
    assert shown() == ""
    at(monkeypatch, date(2026, 12, 1))
    assert shown() == "Hộ nghèo"
    at(monkeypatch, date(2026, 12, 9))
    assert shown() == "Hộ nghèo"
    at(monkeypatch, date(2026, 12, 12))  # nothing ran for two days
    assert shown() == ""


def test_the_first_day_brings_all_that_has_a_status_up_to_date(
    ward: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent()
    published()
    recognised(ward, date(2026, 11, 1))

    at(monkeypatch, date(2026, 11, 25))

    assert shown() == "Hộ nghèo"


def test_a_day_is_followed_up_once_by_however_many_workers(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "today", lambda: date(2026, 11, 25))
    assert begin_day()

    assert not begin_day()
    Calendar().look()
    monkeypatch.setattr(clock, "today", lambda: date(2026, 11, 24))  # set back
    assert not begin_day()

    wanted = select(func.count()).select_from(Job).where(Job.kind == KIND)
    assert db.session.scalar(wanted) == 1
