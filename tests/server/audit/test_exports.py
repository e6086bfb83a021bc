"""Lists that leave as files are written down."""

import pytest
from flask import Flask
from sqlalchemy import select

from server.accounts.sessions import start_session
from server.audit.tables import AuditEvent
from server.db import db
from server.scenarios.queries import Moment
from server.scenarios.taking import take_register
from tests.browsing import Browser
from tests.factories import make_user
from tests.server.status.households import (
    TODAY,
    at,
    make_household,
    make_ward,
    recognise,
    set_clock,
)

pytestmark = pytest.mark.sqlite_only


def test_an_export_is_written_down_without_what_was_typed(
    app: Flask, client: Browser
) -> None:
    user = make_user(role="admin")
    client.set_cookie("ra_soat_session", start_session(user=user))

    client.get("/audit?actor=&format=csv&kind=user")
    client.get("/households/?format=xlsx&q=Nguyễn+Văn+An")
    client.get("/households/?q=An")

    wanted = select(AuditEvent).where(AuditEvent.action == "list.exported")
    first, second = db.session.scalars(wanted.order_by(AuditEvent.id))
    assert first.actor_id == user.id
    assert first.details["rows"] == 1
    assert (second.subject_id, second.details["format"]) == ("households", "xlsx")
    assert "Nguyễn" not in str(second.details)


def test_tables_and_papers_with_names_are_written_down_too(
    app: Flask, client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, at(2026, 11, 24))
    ward = make_ward()
    row = make_household(ward)
    recognise(ward, [(row, "POOR")])
    take_register(moment=Moment("vn-2022", TODAY))
    user = make_user(role="district", areas=[ward])
    client.set_cookie("ra_soat_session", start_session(user=user))
    asked = f"standard=vn-2022&on={TODAY}&to={TODAY}&from={TODAY}"

    for address in (
        "/lists/print?kind=poor&group=Nguyễn",
        "/lists/print?posting=1",
        "/reports/tables/poor_list?format=xlsx",
        "/reports/tables/poor_list/print?",
        "/reports/movement?format=xlsx",
        "/reports/movement/print?",
        "/scenarios/measure/table?format=csv",
    ):
        assert client.get(f"{address}&{asked}").status_code == 200, address

    wanted = select(AuditEvent).where(AuditEvent.action == "list.exported")
    found = db.session.scalars(wanted.order_by(AuditEvent.id)).all()
    said = [(e.subject_id, e.details["format"], e.details["rows"]) for e in found]
    assert [each[:2] for each in said] == [
        ("danh-sach", "print"), ("niem-yet", "print"), ("bieu-15", "xlsx"),
        ("bieu-15", "print"), ("dien-bien-ho-ngheo", "xlsx"),
        ("dien-bien-ho-ngheo", "print"), ("thieu-hut", "csv"),
    ]  # fmt: skip
    assert [each[2] for each in said[1:6]] == [1] * 5
    assert "Nguyễn" not in str([each.details for each in found])
    assert found[0].details["filters"]["ward"] == str(ward.id)
