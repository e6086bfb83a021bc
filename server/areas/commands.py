"""Areas from a shell on the server."""

import click
from flask.cli import with_appcontext

from server.areas.actions import load_areas
from server.domain.actor import SYSTEM


@click.group()
def areas() -> None:
    """Areas over time."""


@areas.command()
@with_appcontext
def load() -> None:
    """Bring the areas to the state of the files of this version."""
    click.echo(f"{load_areas(by=SYSTEM)} rows changed.")
