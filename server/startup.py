"""What has to be in place before the first page is served; each step may be repeated."""

from flask import Flask, url_for

from server.accounts.actions import make_first_admin_link
from server.areas.actions import load_areas
from server.db import db
from server.domain.actor import SYSTEM
from server.domain.problems import Problem
from server.migrations.upgrade import upgrade
from server.openrosa.actions import release_forms


def prepare() -> tuple[Problem, ...]:
    """Bring database, areas and forms to the state of this version.

    Returns what is wrong with forms that could not be released; the others are.
    """
    upgrade()
    load_areas(by=SYSTEM)
    problems = release_forms(by=SYSTEM)
    # A read left open would show this moment's data for as long as the server runs.
    db.session.remove()
    return problems


def first_admin_address(app: Flask, address: str) -> str | None:
    """The one-time link for the first administrator; None when there is one."""
    with app.app_context():
        token = make_first_admin_link()
    if token is None:
        return None
    with app.test_request_context(base_url=app.config["PUBLIC_URL"] or address):
        return url_for("accounts.accept_invitation", token=token, _external=True)
