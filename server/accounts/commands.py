"""Accounts from a shell on the server."""

import click
from flask import current_app, url_for
from flask.cli import with_appcontext

from server.accounts.actions import make_admin_link
from server.domain.actor import SYSTEM


@click.group()
def accounts() -> None:
    """Accounts of people."""


@accounts.command("admin-link")
@with_appcontext
def admin_link() -> None:
    """Print a one-time link for a new administrator, when everybody is locked out."""
    token = make_admin_link(by=SYSTEM)
    config = current_app.config
    base = config["PUBLIC_URL"] or f"http://{config['HOST']}:{config['PORT']}"
    with current_app.test_request_context():
        path = url_for("accounts.accept_invitation", token=token)
    click.echo(base.rstrip("/") + path)
