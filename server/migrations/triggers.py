"""Promises that the database keeps by itself, whatever program talks to it.

Numbered steps call these functions, so their text must keep its meaning: what changes
gets a new function.
"""

from sqlalchemy import Connection

REFUSE_FUNCTION = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING
        MESSAGE = TG_TABLE_NAME || ' is append-only', ERRCODE = 'check_violation';
END $$
"""

OVERLAP_FUNCTION = """
CREATE FUNCTION refuse_overlap() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Two transactions must not both look before either has written.
    PERFORM pg_advisory_xact_lock(hashtext(NEW.household_id || NEW.standard));
    IF EXISTS (
        SELECT 1 FROM poverty_statuses AS other
        WHERE other.household_id = NEW.household_id
          AND other.standard = NEW.standard
          AND other.id <> NEW.id
          AND other.superseded_at IS NULL
          AND other.valid_from < coalesce(NEW.valid_to, 'infinity'::date)
          AND NEW.valid_from < coalesce(other.valid_to, 'infinity'::date)
    ) THEN
        RAISE EXCEPTION 'poverty_statuses overlap' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""

OVERLAP_ON_SQLITE = """
CREATE TRIGGER poverty_statuses_no_overlap_{event}
BEFORE {event} ON poverty_statuses WHEN NEW.superseded_at IS NULL
BEGIN
    SELECT RAISE(ABORT, 'poverty_statuses overlap') WHERE EXISTS (
        SELECT 1 FROM poverty_statuses AS other
        WHERE other.household_id = NEW.household_id
          AND other.standard = NEW.standard
          AND other.id IS NOT NEW.id
          AND other.superseded_at IS NULL
          AND other.valid_from < coalesce(NEW.valid_to, '9999-12-31')
          AND NEW.valid_from < coalesce(other.valid_to, '9999-12-31')
    );
END
"""


def make_append_only(connection: Connection, table: str) -> None:
    """Refuse every UPDATE and DELETE on `table` (and TRUNCATE, where there is one)."""
    if connection.dialect.name == "sqlite":
        for event in ("UPDATE", "DELETE"):
            connection.exec_driver_sql(
                f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    connection.exec_driver_sql(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    connection.exec_driver_sql(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def refuse_overlapping_statuses(connection: Connection) -> None:
    """Refuse a live status that overlaps a live one of its household and standard."""
    if connection.dialect.name == "sqlite":
        for event in ("INSERT", "UPDATE"):
            connection.exec_driver_sql(OVERLAP_ON_SQLITE.format(event=event))
        return
    connection.exec_driver_sql(OVERLAP_FUNCTION)
    connection.exec_driver_sql(
        "CREATE TRIGGER poverty_statuses_no_overlap "
        "BEFORE INSERT OR UPDATE ON poverty_statuses FOR EACH ROW "
        "WHEN (NEW.superseded_at IS NULL) EXECUTE FUNCTION refuse_overlap()"
    )


def allow_overlapping_statuses(connection: Connection) -> None:
    """Take the promise back, after the table and its triggers are gone."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("DROP FUNCTION refuse_overlap()")


def create_functions(connection: Connection) -> None:
    """What PostgreSQL needs before the first trigger; SQLite needs nothing."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(REFUSE_FUNCTION)


def drop_functions(connection: Connection) -> None:
    """After all tables, and their triggers with them, are gone."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("DROP FUNCTION refuse_change()")
