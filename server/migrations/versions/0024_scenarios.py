"""What planners suppose, and the registers of a day that they count it on."""

import sqlalchemy as sa
from alembic import op

from server.migrations.kinds import INSTANT, JSON, SEALED

revision = "0024"
down_revision = "0023"

STATES = ("taking", "ready")


def upgrade() -> None:
    _add_scenarios()
    _add_cuts()


def _add_scenarios() -> None:
    op.create_table(
        "scenarios",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_folded", sa.String(), nullable=False),
        sa.Column("standard", sa.String(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("superseded_at", INSTANT, nullable=True),
        sa.Column("superseded_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name="fk_scenarios_area_id"),
        sa.PrimaryKeyConstraint("id", name="pk_scenarios"),
    )
    op.create_index("ix_scenarios_area_id", "scenarios", ["area_id"], unique=False)
    op.create_index("ix_scenarios_key", "scenarios", ["key"], unique=False)
    op.create_index(
        "ix_scenarios_live",
        "scenarios",
        ["key"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )


def _add_cuts() -> None:
    op.create_table(
        "register_cuts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("standard", sa.String(), nullable=False),
        sa.Column("pack_hash", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("known_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("taken_at", INSTANT, nullable=False),
        sa.Column("progress_done", sa.Integer(), nullable=False),
        sa.Column("progress_total", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"state IN {STATES!r}", name="ck_register_cuts_state"),
        sa.PrimaryKeyConstraint("id", name="pk_register_cuts"),
    )
    op.create_index(
        "ix_register_cuts_standard_on", "register_cuts", ["standard", "on"],
        unique=False,
    )  # fmt: skip
    op.create_table(
        "register_cut_parts",
        sa.Column("cut_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("last_id", sa.String(), nullable=False),
        sa.Column("content", SEALED, nullable=False),
        sa.ForeignKeyConstraint(
            ["cut_id"],
            ["register_cuts.id"],
            name="fk_register_cut_parts_cut_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("cut_id", "number", name="pk_register_cut_parts"),
    )


def downgrade() -> None:
    op.drop_table("register_cut_parts")
    op.drop_index("ix_register_cuts_standard_on", table_name="register_cuts")
    op.drop_table("register_cuts")
    op.drop_index("ix_scenarios_live", table_name="scenarios")
    op.drop_index("ix_scenarios_key", table_name="scenarios")
    op.drop_index("ix_scenarios_area_id", table_name="scenarios")
    op.drop_table("scenarios")
