"""Submissions that their source took back."""

import sqlalchemy as sa
from alembic import op

from server.migrations.kinds import INSTANT

revision = "0006"
down_revision = "0005"

STATES = ("waiting", "understood", "quarantined", "sent_back", "set_aside")
REASONS = ("deleted_at_source", "purged_at_source", "replaced_at_source")


# The step that made it gave it the prefix of its table twice.
OLD, NEW = "ck_readings_ck_readings_state", "ck_readings_state"


def upgrade() -> None:
    with op.batch_alter_table("readings") as table:
        table.drop_constraint(op.f(OLD), type_="check")
        table.add_column(sa.Column("state_before", sa.String(), nullable=True))
        table.create_check_constraint(
            op.f(NEW), sa.text(f"state IN {(*STATES, 'withdrawn')!r}")
        )
    _submission_withdrawals()


def downgrade() -> None:
    op.drop_table("submission_withdrawals")
    op.execute(
        sa.text(
            "UPDATE readings SET state = coalesce(state_before, 'waiting')"
            " WHERE state = 'withdrawn'"
        )
    )
    with op.batch_alter_table("readings") as table:
        table.drop_constraint(op.f(NEW), type_="check")
        table.drop_column("state_before")
        table.create_check_constraint(op.f(OLD), sa.text(f"state IN {STATES!r}"))


def _submission_withdrawals() -> None:
    op.create_table(
        "submission_withdrawals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("superseded_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            f"reason IN {REASONS!r}", name="ck_submission_withdrawals_reason"
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submissions.id"],
            name="fk_submission_withdrawals_submission_id",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_submission_withdrawals"),
    )
    op.create_index(
        "ix_submission_withdrawals_live",
        "submission_withdrawals",
        ["submission_id"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
