"""Questions to families about doubtful pairs, and what they answered."""

import sqlalchemy as sa
from alembic import op

from server.migrations.kinds import INSTANT

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    _checks()
    _answers()


def _checks() -> None:
    op.create_table(
        "field_checks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("judgement_id", sa.Integer(), nullable=False),
        sa.Column("asked_record_id", sa.String(), nullable=False),
        sa.Column("about_record_id", sa.String(), nullable=False),
        sa.Column("asked_household_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'answered', 'withdrawn')", name="ck_field_checks_state"
        ),
        sa.ForeignKeyConstraint(
            ["judgement_id"], ["judgements.id"], name="fk_field_checks_judgement_id"
        ),
        sa.ForeignKeyConstraint(
            ["asked_record_id"],
            ["survey_records.id"],
            name="fk_field_checks_asked_record_id",
        ),
        sa.ForeignKeyConstraint(
            ["about_record_id"],
            ["survey_records.id"],
            name="fk_field_checks_about_record_id",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_field_checks"),
    )
    for name in ("judgement_id", "asked_record_id", "about_record_id"):
        op.create_index(f"ix_field_checks_{name}", "field_checks", [name])
    op.create_index(
        "ix_field_checks_asked_household_id",
        "field_checks",
        ["asked_household_id", "state"],
    )


def _answers() -> None:
    op.create_table(
        "field_answers",
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("check_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "answer IN ('same', 'split', 'different', 'unknown')",
            name="ck_field_answers_answer",
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["survey_records.id"], name="fk_field_answers_record_id"
        ),
        sa.ForeignKeyConstraint(
            ["check_id"], ["field_checks.id"], name="fk_field_answers_check_id"
        ),
        sa.PrimaryKeyConstraint("record_id", name="pk_field_answers"),
    )
    op.create_index("ix_field_answers_check_id", "field_answers", ["check_id"])


def downgrade() -> None:
    op.drop_table("field_answers")
    op.drop_table("field_checks")
