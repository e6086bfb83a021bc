"""Lists that leave as files are written down."""

import pytest
from flask import Flask
from sqlalchemy import select

from server.accounts.sessions import start_session
from server.audit.tables import AuditEvent
from server.db import db
from tests.browsing import Browser
from tests.factories import make_user

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
