"""Bringing the database to the shape this version of the program expects.

All steps run in one transaction, on both engines: a migration that is killed half-way
leaves the database as it was. Every command asks first where the database stands, so
Alembic, slow to load, is loaded only where a step is to be taken.
"""

from functools import cache
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from server.db import db, serialise, transaction

VERSIONS = Path(__file__).with_name("versions")


@cache
def newest() -> str:
    """The step this version of the program was written for: files are named by steps."""
    return max(path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*_*.py"))


def present() -> str:
    """The step the database is at; "" for an empty one."""
    with db.engine.connect() as connection:
        return _step_of(connection)


def _step_of(connection: Connection) -> str:
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")) or "")


def upgrade(to: str = "head") -> tuple[str, str]:
    """Migrate forwards to the step `to`; returns the steps before and after.

    Two processes that start together take turns.
    """
    return _migrate("upgrade", to)


def downgrade(to: str) -> tuple[str, str]:
    """Migrate back to the step `to`; "base" leaves an empty database."""
    return _migrate("downgrade", to)


def _migrate(direction: str, to: str) -> tuple[str, str]:
    with transaction() as session:
        serialise("migration")
        connection = session.connection()
        before = _step_of(connection)
        if before == (newest() if to == "head" else to):
            return before, before
        _move(connection, direction, to)
        after = _step_of(connection)
    return before, after


def _move(connection: Connection, direction: str, to: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    moves = {"upgrade": command.upgrade, "downgrade": command.downgrade}
    moves[direction](config, to)
