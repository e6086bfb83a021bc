"""Bringing the database to the shape this version of the program expects.

All steps run in one transaction, on both engines: a migration that is killed half-way
leaves the database as it was.
"""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from server.db import db, serialise, transaction


def newest() -> str:
    """The step this version of the program was written for."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def present() -> str:
    """The step the database is at; "" for an empty one."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def upgrade(to: str = "head") -> tuple[str, str]:
    """Migrate forwards to the step `to`; returns the steps before and after.

    Two processes that start together take turns.
    """
    return _migrate(command.upgrade, to)


def downgrade(to: str) -> tuple[str, str]:
    """Migrate back to the step `to`; "base" leaves an empty database."""
    return _migrate(command.downgrade, to)


def _migrate(move: Callable[[Config, str], None], to: str) -> tuple[str, str]:
    with transaction() as session:
        serialise("migration")
        connection = session.connection()
        before = MigrationContext.configure(connection).get_current_revision() or ""
        config = _config()
        config.attributes["connection"] = connection
        move(config, to)
        after = MigrationContext.configure(connection).get_current_revision() or ""
    return before, after


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config
