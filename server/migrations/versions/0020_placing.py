"""Households of divided wards, placed in wards of today."""

import sqlalchemy as sa
from alembic import op

from server.migrations.kinds import INSTANT

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "placements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("undone_at", INSTANT, nullable=True),
        sa.Column("undone_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_placements"),
    )
    op.create_table(
        "placement_parts",
        sa.Column("placement_id", sa.Integer(), nullable=False),
        sa.Column("correction_id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.String(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["placement_id"], ["placements.id"], name="fk_placement_parts_placement_id"
        ),
        sa.ForeignKeyConstraint(
            ["correction_id"],
            ["corrections.id"],
            name="fk_placement_parts_correction_id",
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name="fk_placement_parts_household_id"
        ),
        sa.ForeignKeyConstraint(
            ["area_id"], ["areas.id"], name="fk_placement_parts_area_id"
        ),
        sa.PrimaryKeyConstraint(
            "placement_id", "correction_id", name="pk_placement_parts"
        ),
    )
    op.create_index(
        "ix_placement_parts_household_id", "placement_parts", ["household_id"]
    )


def downgrade() -> None:
    op.drop_table("placement_parts")
    op.drop_table("placements")
