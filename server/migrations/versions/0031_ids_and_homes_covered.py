"""Which records bear some numbers, and in which households they are, indexes answer alone.

A name that is common in a nation shows so in the households of its first twenty records.
To find these each wide row was read, one page of the disk for each of them.
"""

from alembic import op

revision = "0031"
down_revision = "0030"

_COVERED = (
    ("record_features", ["number", "record_id"]),
    ("household_records", ["record_id", "household_id"]),
)


def upgrade() -> None:
    for table, columns in _COVERED:
        op.create_index(f"ix_{table}_covering", table, columns)


def downgrade() -> None:
    for table, _ in _COVERED:
        op.drop_index(f"ix_{table}_covering", table)
