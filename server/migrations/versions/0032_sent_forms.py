"""Forms that were sent and carried out, so that sending them again does nothing."""

import sqlalchemy as sa
from alembic import op

from server.migrations.kinds import INSTANT

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    op.create_table(
        "sent_forms",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("location", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_sent_forms"),
    )
    op.create_index("ix_sent_forms_at", "sent_forms", ["at"])


def downgrade() -> None:
    op.drop_table("sent_forms")
