"""Edits are found by an index of edits only, also in statistics of a large registry."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

_FULL = (("survey_records", "deprecated_id"), ("survey_records", "entity_id"))
_PARTIAL = (*_FULL, ("submissions", "deprecated_id"))


def upgrade() -> None:
    for table, column in _FULL:
        op.drop_index(f"ix_{table}_{column}", table)
    for table, column in _PARTIAL:
        is_there = sa.text(f"{column} IS NOT NULL")
        op.create_index(
            f"ix_{table}_{column}",
            table,
            [column],
            sqlite_where=is_there,
            postgresql_where=is_there,
        )


def downgrade() -> None:
    for table, column in _PARTIAL:
        op.drop_index(f"ix_{table}_{column}", table)
    for table, column in _FULL:
        op.create_index(f"ix_{table}_{column}", table, [column])
