"""Review rounds: which households are reviewed, and what was done for each on a day."""

import sqlalchemy as sa
from alembic import op

from server.migrations.kinds import INSTANT, SEALED

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    _review_rounds()
    _round_acts()
    _review_cases()
    _case_steps()


def downgrade() -> None:
    op.drop_table("case_steps")
    op.drop_table("review_cases")
    op.drop_table("round_acts")
    op.drop_table("review_rounds")


def _review_rounds() -> None:
    op.create_table(
        "review_rounds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("standard", sa.String(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("responsible", sa.String(), nullable=False),
        sa.Column("upper_level", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("given_up_at", INSTANT, nullable=True),
        sa.Column("given_up_reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "upper_level IN ('none', 'district', 'province')",
            name="ck_review_rounds_upper_level",
        ),
        sa.CheckConstraint("ends_on >= begins_on", name="ck_review_rounds_days"),
        sa.CheckConstraint(
            "kind IN ('yearly', 'monthly')", name="ck_review_rounds_kind"
        ),
        sa.ForeignKeyConstraint(
            ["area_id"], ["areas.id"], name="fk_review_rounds_area_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_review_rounds"),
    )
    op.create_index("ix_review_rounds_area_id", "review_rounds", ["area_id"])


def _round_acts() -> None:
    op.create_table(
        "round_acts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("document_number", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("chair", sa.String(), nullable=False),
        sa.Column("invited", sa.Integer(), nullable=True),
        sa.Column("attended", sa.Integer(), nullable=True),
        sa.Column("agreed", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("file_sha256", sa.String(), nullable=True),
        sa.Column("file_name", sa.String(), nullable=True),
        sa.Column("recognition_id", sa.Integer(), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("superseded_at", INSTANT, nullable=True),
        sa.Column("superseded_by", sa.String(), nullable=True),
        sa.Column("superseded_reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('meeting', 'posting', 'question', 'answer', 'decision')",
            name="ck_round_acts_kind",
        ),
        sa.CheckConstraint(
            "(superseded_at IS NULL) = (superseded_by IS NULL)",
            name="ck_round_acts_superseded_by",
        ),
        sa.ForeignKeyConstraint(
            ["recognition_id"], ["recognitions.id"], name="fk_round_acts_recognition_id"
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["review_rounds.id"], name="fk_round_acts_round_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_round_acts"),
    )
    op.create_index("ix_round_acts_recognition_id", "round_acts", ["recognition_id"])
    op.create_index("ix_round_acts_round_id", "round_acts", ["round_id"])


def _review_cases() -> None:
    op.create_table(
        "review_cases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("next_step", sa.String(), nullable=True),
        sa.Column("last_step", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("scored", sa.String(), nullable=True),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("has_complaint", sa.Boolean(), nullable=False),
        sa.Column("has_skip", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "origin IN ('carried_over', 'requested', 'new', 'exit_requested')",
            name="ck_review_cases_origin",
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name="fk_review_cases_household_id"
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["review_rounds.id"], name="fk_review_cases_round_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_review_cases"),
        sa.UniqueConstraint(
            "round_id", "household_id", name="uq_review_cases_round_id_household_id"
        ),
    )
    op.create_index("ix_review_cases_household_id", "review_cases", ["household_id"])
    op.create_index(
        "ix_review_cases_round_id_next_step", "review_cases", ["round_id", "next_step"]
    )


def _case_steps() -> None:
    op.create_table(
        "case_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("act_id", sa.Integer(), nullable=True),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("is_skip", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("record_id", sa.String(), nullable=True),
        sa.Column("pack_hash", sa.String(), nullable=True),
        sa.Column("details", SEALED, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("superseded_at", INSTANT, nullable=True),
        sa.Column("superseded_by", sa.String(), nullable=True),
        sa.Column("superseded_reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(superseded_at IS NULL) = (superseded_by IS NULL)",
            name="ck_case_steps_superseded_by",
        ),
        sa.CheckConstraint(
            "NOT is_skip OR reason <> ''", name="ck_case_steps_skip_says_why"
        ),
        sa.ForeignKeyConstraint(
            ["act_id"], ["round_acts.id"], name="fk_case_steps_act_id"
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["review_cases.id"], name="fk_case_steps_case_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_case_steps"),
    )
    op.create_index("ix_case_steps_act_id", "case_steps", ["act_id"])
    op.create_index("ix_case_steps_case_id", "case_steps", ["case_id"])
    op.create_index(
        "ix_case_steps_live",
        "case_steps",
        ["case_id", "id"],
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
