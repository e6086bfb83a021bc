"""What ODK Central's ETag said of the rows of the last pull."""

import sqlalchemy as sa
from alembic import op

from server.migrations.kinds import INSTANT

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("mirrored_forms", sa.Column("window_from", INSTANT, nullable=True))
    op.add_column(
        "mirrored_forms",
        sa.Column("window_etag", sa.String(), nullable=False, server_default=""),
    )


def downgrade() -> None:
    with op.batch_alter_table("mirrored_forms") as table:
        table.drop_column("window_etag")
        table.drop_column("window_from")
