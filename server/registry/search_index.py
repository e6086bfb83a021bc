"""The index behind the search of households: one per engine, kept by the database itself.

SQLite keeps words in an FTS5 table. Its rows need whole numbers that stay, and the hidden
ones of `households` may change when the file is compacted, so a small table numbers the
households. What begins words of very many households is looked up in the order of the
list instead, in an index that holds the words beside it; another one counts what was
found without reading whole households. PostgreSQL indexes an
expression; nothing has to be kept in step. Both split `search_text` at the blanks,
because it holds plain words only.
"""

from sqlalchemy import Connection

_SQLITE = (
    """
    CREATE TABLE household_search_numbers (
        number INTEGER PRIMARY KEY,
        household_id TEXT NOT NULL UNIQUE
    )
    """,
    """
    CREATE VIEW household_search_texts AS
    SELECT number, search_text
    FROM household_search_numbers JOIN households ON households.id = household_id
    """,
    """
    CREATE VIRTUAL TABLE household_search USING fts5 (
        search_text,
        content = 'household_search_texts',
        content_rowid = 'number',
        tokenize = 'unicode61 remove_diacritics 0',
        prefix = '1 2 3 4 5 6',
        detail = 'none'
    )
    """,
    """
    CREATE INDEX household_search_words
    ON households (area_id, head_sort_key, id, state, search_text)
    """,
    """
    CREATE INDEX household_search_sights ON households (id, state, area_id)
    """,
    """
    INSERT INTO household_search_numbers (household_id)
    SELECT id FROM households ORDER BY id
    """,
    "INSERT INTO household_search (household_search) VALUES ('rebuild')",
    """
    CREATE TRIGGER household_search_added AFTER INSERT ON households
    BEGIN
        INSERT INTO household_search_numbers (household_id) VALUES (NEW.id);
        INSERT INTO household_search (rowid, search_text)
        SELECT number, NEW.search_text
        FROM household_search_numbers WHERE household_id = NEW.id;
    END
    """,
    """
    CREATE TRIGGER household_search_changed AFTER UPDATE OF search_text ON households
    WHEN OLD.search_text IS NOT NEW.search_text
    BEGIN
        INSERT INTO household_search (household_search, rowid, search_text)
        SELECT 'delete', number, OLD.search_text
        FROM household_search_numbers WHERE household_id = OLD.id;
        INSERT INTO household_search (rowid, search_text)
        SELECT number, NEW.search_text
        FROM household_search_numbers WHERE household_id = NEW.id;
    END
    """,
    """
    CREATE TRIGGER household_search_removed AFTER DELETE ON households
    BEGIN
        INSERT INTO household_search (household_search, rowid, search_text)
        SELECT 'delete', number, OLD.search_text
        FROM household_search_numbers WHERE household_id = OLD.id;
        DELETE FROM household_search_numbers WHERE household_id = OLD.id;
    END
    """,
)
_POSTGRESQL = (
    """
    CREATE INDEX household_search ON households
    USING gin (to_tsvector('simple', search_text))
    """,
)
_DROP_SQLITE = (
    "DROP TRIGGER household_search_removed",
    "DROP TRIGGER household_search_changed",
    "DROP TRIGGER household_search_added",
    "DROP INDEX household_search_sights",
    "DROP INDEX household_search_words",
    "DROP TABLE household_search",
    "DROP VIEW household_search_texts",
    "DROP TABLE household_search_numbers",
)
_DROP_POSTGRESQL = ("DROP INDEX household_search",)


def create(connection: Connection) -> None:
    """Make the index, and fill it with the households there are."""
    is_sqlite = connection.dialect.name == "sqlite"
    for statement in _SQLITE if is_sqlite else _POSTGRESQL:
        connection.exec_driver_sql(statement)


def drop(connection: Connection) -> None:
    """Take the index away; the households stay."""
    is_sqlite = connection.dialect.name == "sqlite"
    for statement in _DROP_SQLITE if is_sqlite else _DROP_POSTGRESQL:
        connection.exec_driver_sql(statement)
