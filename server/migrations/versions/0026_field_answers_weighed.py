"""What a family answers counts in the score of a pair. Pairs that were answered before
are weighed by the jobs that are left here."""

import sqlalchemy as sa
from alembic import op

from server import clock
from server.migrations.kinds import INSTANT, JSON

revision = "0026"
down_revision = "0025"

_TABLE = "merge_proposals"


def upgrade() -> None:
    op.add_column(
        _TABLE,
        sa.Column("model_score", sa.Double(), nullable=False, server_default="0"),
    )
    op.add_column(_TABLE, sa.Column("answer", sa.String(), nullable=True))
    op.add_column(
        _TABLE,
        sa.Column("answer_bits", sa.Double(), nullable=False, server_default="0"),
    )
    op.execute("UPDATE merge_proposals SET model_score = score")
    _weigh_what_was_answered()


def downgrade() -> None:
    op.execute("UPDATE merge_proposals SET score = model_score")
    for column in ("answer_bits", "answer", "model_score"):
        op.drop_column(_TABLE, column)


def _weigh_what_was_answered() -> None:
    connection = op.get_bind()
    answered = connection.execute(
        sa.text(
            "SELECT DISTINCT survey_records.submission_id FROM field_answers"
            " JOIN survey_records ON survey_records.id = field_answers.record_id"
            " ORDER BY survey_records.submission_id"
        )
    )
    jobs = sa.table(
        "jobs",
        sa.column("kind", sa.String()),
        sa.column("payload", JSON),
        sa.column("state", sa.String()),
        sa.column("attempts", sa.Integer()),
        sa.column("run_at", INSTANT),
        sa.column("created_at", INSTANT),
        sa.column("progress_done", sa.Integer()),
        sa.column("progress_total", sa.Integer()),
    )
    now = clock.now()
    waiting = [
        {
            "kind": "withdrawal_changed",
            "payload": {"submission_id": submission_id},
            "state": "waiting",
            "attempts": 0,
            "run_at": now,
            "created_at": now,
            "progress_done": 0,
            "progress_total": 0,
        }
        for (submission_id,) in answered
    ]
    if waiting:
        op.bulk_insert(jobs, waiting)
