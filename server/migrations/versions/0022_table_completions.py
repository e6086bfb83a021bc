"""Tables of standards that people complete, each by one and signed by another."""

import sqlalchemy as sa
from alembic import op

from server.migrations.kinds import INSTANT

revision = "0022"
down_revision = "0021"

STATES = ("proposed", "signed", "rejected", "withdrawn", "replaced")


def upgrade() -> None:
    op.create_table(
        "table_completions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("standard", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("article", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("signed_at", INSTANT, nullable=True),
        sa.Column("signed_by_id", sa.Integer(), nullable=True),
        sa.Column("signed_by", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint(f"state IN {STATES!r}", name="ck_table_completions_state"),
        sa.CheckConstraint(
            "signed_by_id <> actor_id", name="ck_table_completions_two_people"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_table_completions"),
    )
    op.create_index(
        "ix_table_completions_signed",
        "table_completions",
        ["standard"],
        unique=True,
        sqlite_where=sa.text("state = 'signed'"),
        postgresql_where=sa.text("state = 'signed'"),
    )


def downgrade() -> None:
    op.drop_table("table_completions")
