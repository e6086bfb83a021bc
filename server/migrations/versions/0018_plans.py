"""Plans of poverty reduction, and how far their activities are."""

import sqlalchemy as sa
from alembic import op

from server.migrations.kinds import INSTANT, JSON

revision = "0018"
down_revision = "0017"

STATES = "state IN ('planned', 'doing', 'done', 'dropped')"


def upgrade() -> None:
    _plans()
    _states()


def downgrade() -> None:
    op.drop_table("plan_activity_states")
    op.drop_table("plans")


def _plans() -> None:
    op.create_table(
        "plans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        *_actor(),
        sa.Column("superseded_at", INSTANT, nullable=True),
        sa.Column("superseded_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name="fk_plans_area_id"),
        sa.PrimaryKeyConstraint("id", name="pk_plans"),
    )
    op.create_index("ix_plans_key", "plans", ["key"])
    op.create_index("ix_plans_area_id", "plans", ["area_id"])
    op.create_index(
        "ix_plans_live",
        "plans",
        ["key"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )


def _states() -> None:
    op.create_table(
        "plan_activity_states",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_key", sa.String(), nullable=False),
        sa.Column("activity_key", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        *_actor(),
        sa.Column("superseded_at", INSTANT, nullable=True),
        sa.CheckConstraint(STATES, name="ck_plan_activity_states_state"),
        sa.PrimaryKeyConstraint("id", name="pk_plan_activity_states"),
    )
    op.create_index(
        "ix_plan_activity_states_live",
        "plan_activity_states",
        ["plan_key", "activity_key"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )


def _actor() -> tuple[sa.Column[str] | sa.Column[int], ...]:
    return (
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
    )
