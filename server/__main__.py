"""`python -m server <command>`: what `manage.py` hands over to."""

from typing import Any

import click
from flask import Flask
from flask.cli import FlaskGroup, ScriptInfo, routes_command, shell_command

from server.config import SettingRefused
from server.loading import undisturbed


def _app() -> Flask:
    try:
        with undisturbed():
            from server.app import create_app

            return create_app(is_served=False)
    except SettingRefused as refused:
        raise click.ClickException(str(refused)) from refused


class Commands(FlaskGroup):
    """Every command says in a sentence that the database is away or of another version."""

    def invoke(self, ctx: click.Context) -> Any:
        app = ctx.ensure_object(ScriptInfo).load_app()
        # They are loaded with the application, undisturbed.
        from sqlalchemy.exc import SQLAlchemyError

        from server import fitness

        try:
            return super().invoke(ctx)
        except SQLAlchemyError as error:
            with app.app_context():
                found = fitness.findings_of_database()
            if not found:
                raise  # a fault of ours stays one
            language = app.config["DEFAULT_LANGUAGE"]
            raise click.ClickException(found[0].sentence(language)) from error


# Flask's own `run` is a development server; ours is the product.
cli = Commands(
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
