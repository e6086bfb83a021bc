"""The sub-type of a status: poor by income or by lacks. Old rows stay without one."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.add_column("poverty_statuses", sa.Column("sub", sa.String(), nullable=True))


def downgrade() -> None:
    # Not as a batch: that would make the table anew and lose its triggers.
    op.drop_column("poverty_statuses", "sub")
