"""What Alembic runs for every command; `upgrade.py` hands the connection over."""

from alembic import context

from server.db import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    # SQLite cannot alter most of a table in place; Alembic copies it instead.
    render_as_batch=True,
)
context.run_migrations()
