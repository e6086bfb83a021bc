"""Where a score table applies and from which day on, and when one was taken back."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from server.migrations.kinds import INSTANT, JSON

revision = "0030"
down_revision = "0029"

INDEX, TABLE = "ix_table_completions_signed", "table_completions"
STANDS = sa.text("state = 'signed'")


def upgrade() -> None:
    op.add_column(TABLE, sa.Column("withdrawn_at", INSTANT, nullable=True))
    op.add_column(
        TABLE,
        sa.Column("province_code", sa.String(), server_default="", nullable=False),
    )
    op.add_column(
        TABLE,
        sa.Column(
            "applies_from", sa.Date(), server_default="1900-01-01", nullable=False
        ),
    )
    _index("standard", "province_code", "applies_from")
    _remember_withdrawals(op.get_bind())


def downgrade() -> None:
    # Of several that stood side by side the one for everywhere stays.
    op.execute(
        "UPDATE table_completions SET state = 'replaced' WHERE state = 'signed'"
        " AND (province_code <> '' OR applies_from > '1900-01-01')"
    )
    _index("standard")
    for name in ("applies_from", "province_code", "withdrawn_at"):
        op.drop_column(TABLE, name)


def _index(*columns: str) -> None:
    op.drop_index(INDEX, TABLE)
    op.create_index(
        INDEX,
        TABLE,
        list(columns),
        unique=True,
        sqlite_where=STANDS,
        postgresql_where=STANDS,
    )


def _remember_withdrawals(connection: Any) -> None:
    """The audit trail knows when; a table of which it knows nothing never counted."""
    events = sa.table(
        "audit_events",
        sa.column("at", INSTANT),
        sa.column("action", sa.String()),
        sa.column("details", JSON),
    )
    completions = sa.table(
        TABLE, sa.column("id", sa.Integer()), sa.column("withdrawn_at", INSTANT)
    )
    withdrawn = connection.execute(
        sa.select(events.c.at, events.c.details).where(
            events.c.action == "standard.table_withdrawn"
        )
    ).all()
    for at, details in withdrawn:
        _end(connection, completions, int(details["completion"]), at)


def _end(connection: Any, completions: Any, number: int, at: datetime) -> None:
    connection.execute(
        completions.update().where(completions.c.id == number).values(withdrawn_at=at)
    )
