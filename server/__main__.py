"""`python -m server <command>`: what `manage.py` hands over to."""

import click
from flask import Flask
from flask.cli import FlaskGroup, routes_command, shell_command

from server.app import create_app
from server.config import SettingRefused


def _app() -> Flask:
    try:
        return create_app()
    except SettingRefused as refused:
        raise click.ClickException(str(refused)) from refused


# Flask's own `run` is a development server; ours is the product.
cli = FlaskGroup(
    name="ra-soat",
    create_app=_app,
    add_default_commands=False,
    load_dotenv=False,
    help="Rà Soát: field survey and registry of poor households.",
)
# Neither another application nor another .env can be meant.
cli.params.clear()
cli.add_command(shell_command)
cli.add_command(routes_command)

if __name__ == "__main__":
    cli.main(prog_name="manage.py")
