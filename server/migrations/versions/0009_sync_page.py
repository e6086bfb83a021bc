"""The synchronisation with ODK Central as staff see it."""

import sqlalchemy as sa
from alembic import op

from server.migrations import triggers
from server.migrations.kinds import INSTANT, JSON, SEALED

revision = "0009"
down_revision = "0008"

DECISIONS = ("losses_allowed", "recreated_followed", "race_settled", "files_looked_for")


def upgrade() -> None:
    op.add_column(
        "mirrored_submissions", sa.Column("missing_at", INSTANT, nullable=True)
    )
    _sync_leases()
    _sync_runs()
    _sync_checkups()
    _central_decisions()
    triggers.make_append_only(op.get_bind(), "central_decisions")


def downgrade() -> None:
    op.drop_table("central_decisions")
    op.drop_table("sync_checkups")
    op.drop_table("sync_runs")
    op.drop_table("sync_leases")
    with op.batch_alter_table("mirrored_submissions") as table:
        table.drop_column("missing_at")


def _sync_leases() -> None:
    op.create_table(
        "sync_leases",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("beat_at", INSTANT, nullable=False),
        sa.Column("beats", sa.Integer(), nullable=False),
        sa.Column("doing", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("next_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sync_leases")),
    )


def _sync_runs() -> None:
    op.create_table(
        "sync_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("work", sa.String(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT, nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("problems", SEALED, nullable=False),
        sa.Column("problem_codes", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('done', 'partly', 'failed', 'stopped')",
            name=op.f("ck_sync_runs_outcome"),
        ),
        sa.CheckConstraint("times >= 1", name=op.f("ck_sync_runs_times")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_runs")),
    )
    op.create_index("ix_sync_runs_work", "sync_runs", ["work", "id"])
    op.create_index("ix_sync_runs_started_at", "sync_runs", ["started_at", "id"])


def _sync_checkups() -> None:
    op.create_table(
        "sync_checkups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("is_well", sa.Boolean(), nullable=False),
        sa.Column("findings", SEALED, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_checkups")),
    )


def _central_decisions() -> None:
    op.create_table(
        "central_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("mirrored_id", sa.Integer(), nullable=True),
        sa.Column("submissions", sa.Integer(), nullable=False),
        sa.Column("reason", SEALED, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.CheckConstraint(
            f"kind IN {DECISIONS!r}", name=op.f("ck_central_decisions_kind")
        ),
        sa.ForeignKeyConstraint(
            ["form_id"],
            ["mirrored_forms.id"],
            name=op.f("fk_central_decisions_form_id"),
        ),
        sa.ForeignKeyConstraint(
            ["mirrored_id"],
            ["mirrored_submissions.id"],
            name=op.f("fk_central_decisions_mirrored_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_central_decisions")),
    )
    op.create_index("ix_central_decisions_form_id", "central_decisions", ["form_id"])
