"""How the score of a pair comes about; keys of before are no longer used.

The former keys can be made again from the records, so nothing that was said is lost.
"""

import sqlalchemy as sa
from alembic import op

from server.migrations.kinds import SEALED

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.add_column("merge_proposals", sa.Column("weighing", SEALED, nullable=True))
    op.drop_table("blocking_keys")


def downgrade() -> None:
    op.create_table(
        "blocking_keys",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("record_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["survey_records.id"], name="fk_blocking_keys_record_id"
        ),
        sa.PrimaryKeyConstraint("key", "record_id", name="pk_blocking_keys"),
    )
    op.create_index(
        "ix_blocking_keys_record_id", "blocking_keys", ["record_id"], unique=False
    )
    op.drop_column("merge_proposals", "weighing")
