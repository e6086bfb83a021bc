"""What a score table says of here, and what was assessed before a table changed."""

import sqlalchemy as sa
from alembic import op

from server.migrations import triggers
from server.migrations.kinds import INSTANT, SEALED

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.add_column(
        "table_completions", sa.Column("stated_items", sa.Integer(), nullable=True)
    )
    for name in ("urban", "rural"):
        op.add_column(
            "table_completions",
            sa.Column(name, sa.String(), server_default="", nullable=False),
        )
    op.create_table(
        "past_assessments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.String(), nullable=False),
        sa.Column("standard", sa.String(), nullable=False),
        sa.Column("review_date", sa.Date(), nullable=False),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("sub", sa.String(), nullable=True),
        sa.Column("pack_hash", sa.String(), nullable=False),
        sa.Column("trace", SEALED, nullable=False),
        sa.Column("superseded_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["households.id"],
            name="fk_past_assessments_household_id_households",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_past_assessments"),
    )
    op.create_index(
        "ix_past_assessments_household_id", "past_assessments", ["household_id"]
    )
    triggers.make_append_only(op.get_bind(), "past_assessments")


def downgrade() -> None:
    op.drop_table("past_assessments")
    for name in ("rural", "urban", "stated_items"):
        op.drop_column("table_completions", name)
