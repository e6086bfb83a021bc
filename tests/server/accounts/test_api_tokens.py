"""Tokens by which programs work for somebody."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from server.accounts.actions import disable_user
from server.accounts.tables import ApiToken, User
from server.audit.tables import AuditEvent
from server.db import db
from server.domain.actor import SYSTEM
from tests.browsing import Browser
from tests.factories import make_area
from tests.server.accounts.conftest import Clock, make_person, sign_in

pytestmark = [pytest.mark.sqlite_only, pytest.mark.usefixtures("quick_passwords")]


@pytest.fixture
def person(app: Flask) -> User:
    return make_person(areas=[make_area()])


def token_of(client: Browser, **given: Any) -> str:
    """Make a token on the page, and read it there."""
    sent = {"name": "sổ huyện", "days": "30", "may_write": "true", **given}
    page = client.post("/me/tokens", data=sent).text
    found = re.search(r'value="(rasoat_[^"]+)"', page)
    assert found is not None
    return found[1]


def status(app: Flask, token: str, address: str = "/api/proposals") -> int:
    program = app.test_client()
    headers = {"Authorization": f"Bearer {token}"}
    return int(program.get(address, headers=headers).status_code)


def test_a_token_is_shown_once_and_kept_as_a_hash(
    client: Browser, person: User
) -> None:
    sign_in(client, person)
    text = token_of(client)

    [row] = db.session.scalars(select(ApiToken)).all()
    assert text not in (row.token_hash, row.name)
    assert text not in client.get("/me/tokens").text
    actions = set(db.session.scalars(select(AuditEvent.action)))
    assert "api_token.created" in actions


def test_a_token_opens_the_door_of_programs_and_no_page(
    app: Flask, client: Browser, person: User
) -> None:
    sign_in(client, person)
    text = token_of(client)

    assert status(app, text) == 200
    assert status(app, text, "/review") in (302, 401)
    assert status(app, text + "x") == 401


def test_a_cookie_opens_nothing_for_programs(client: Browser, person: User) -> None:
    sign_in(client, person)

    answer = client.get("/api/proposals")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json["problems"][0]["code"] == "page_sign_in_needed"


def test_a_token_ends_by_itself_by_its_owner_and_with_the_account(
    app: Flask, client: Browser, person: User, clock: Clock
) -> None:
    sign_in(client, person)
    old, revoked, kept = (token_of(client, days=d) for d in ("30", "90", "90"))
    token_id = db.session.scalars(select(ApiToken.id).order_by(ApiToken.id)).all()[1]
    client.post(f"/me/tokens/{token_id}/revoke")

    clock.turn(days=31)
    assert [status(app, each) for each in (old, revoked, kept)] == [401, 401, 200]

    disable_user(by=SYSTEM, user_id=person.id)
    assert status(app, kept) == 401


def test_nobody_revokes_the_token_of_another(
    app: Flask, client: Browser, person: User
) -> None:
    sign_in(client, person)
    text = token_of(client)
    other = app.test_client()
    sign_in(other, make_person(areas=[make_area()]))

    token_id = db.session.scalars(select(ApiToken.id)).one()
    assert other.post(f"/me/tokens/{token_id}/revoke").status_code == 404
    assert status(app, text) == 200


def test_enumerators_have_no_tokens(client: Browser) -> None:
    sign_in(client, make_person(areas=[make_area()], role="enumerator"))

    assert client.get("/me/tokens").status_code == 403
    assert "/me/tokens" not in client.get("/me").text
