"""How households came with their status: moved here, or split off from another one."""

import sqlalchemy as sa
from alembic import op

from server.migrations.kinds import INSTANT

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "household_arrivals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("from_household_id", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("superseded_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "kind IN ('moved_in', 'split')", name="ck_household_arrivals_kind"
        ),
        sa.CheckConstraint(
            "(kind = 'split') = (from_household_id IS NOT NULL)",
            name="ck_household_arrivals_split",
        ),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["households.id"],
            name="fk_household_arrivals_household_id",
        ),
        sa.ForeignKeyConstraint(
            ["from_household_id"],
            ["households.id"],
            name="fk_household_arrivals_from_household_id",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_household_arrivals"),
    )
    op.create_index(
        "ix_household_arrivals_household_id", "household_arrivals", ["household_id"]
    )
    op.create_index(
        "ix_household_arrivals_live",
        "household_arrivals",
        ["household_id"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("household_arrivals")
