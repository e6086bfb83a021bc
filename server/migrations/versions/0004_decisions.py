"""What staff decide: which records are one household, corrections, departures."""

import sqlalchemy as sa
from alembic import op

from server.migrations.kinds import INSTANT, SEALED

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    _household_events()
    _household_events_indexes()
    _corrections()
    _corrections_indexes()
    _judgements()
    _judgements_indexes()
    _merge_proposals()
    _merge_proposals_indexes()


def downgrade() -> None:
    op.drop_table("merge_proposals")
    op.drop_table("judgements")
    op.drop_table("corrections")
    op.drop_table("household_events")


def _household_events() -> None:
    op.create_table(
        "household_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("superseded_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "kind IN ('moved_out', 'dissolved')", name="ck_household_events_kind"
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name="fk_household_events_household_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_household_events"),
    )


def _household_events_indexes() -> None:
    op.create_index(
        "ix_household_events_household_id",
        "household_events",
        ["household_id"],
        unique=False,
    )


def _corrections() -> None:
    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("value", SEALED, nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("superseded_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["record_id"], ["survey_records.id"], name="fk_corrections_record_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_corrections"),
    )


def _corrections_indexes() -> None:
    op.create_index(
        "ix_corrections_record_id", "corrections", ["record_id"], unique=False
    )


def _judgements() -> None:
    op.create_table(
        "judgements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("left_record_id", sa.String(), nullable=False),
        sa.Column("right_record_id", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("superseded_at", INSTANT, nullable=True),
        sa.Column("superseded_by", sa.String(), nullable=True),
        sa.Column("superseded_reason", sa.String(), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("restores_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "verdict IN ('same', 'different', 'unsure')", name="ck_judgements_verdict"
        ),
        sa.CheckConstraint(
            "left_record_id < right_record_id", name="ck_judgements_ordered"
        ),
        sa.ForeignKeyConstraint(
            ["left_record_id"],
            ["survey_records.id"],
            name="fk_judgements_left_record_id",
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["judgements.id"], name="fk_judgements_replaces_id"
        ),
        sa.ForeignKeyConstraint(
            ["restores_id"], ["judgements.id"], name="fk_judgements_restores_id"
        ),
        sa.ForeignKeyConstraint(
            ["right_record_id"],
            ["survey_records.id"],
            name="fk_judgements_right_record_id",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_judgements"),
    )


def _judgements_indexes() -> None:
    op.create_index(
        "ix_judgements_left_record_id", "judgements", ["left_record_id"], unique=False
    )
    op.create_index(
        "ix_judgements_live_pair",
        "judgements",
        ["left_record_id", "right_record_id"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_index(
        "ix_judgements_right_record_id", "judgements", ["right_record_id"], unique=False
    )


def _merge_proposals() -> None:
    op.create_table(
        "merge_proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("left_record_id", sa.String(), nullable=False),
        sa.Column("right_record_id", sa.String(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("is_certain", sa.Boolean(), nullable=False),
        sa.Column("evidence", SEALED, nullable=False),
        sa.Column("evidence_codes", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("left_household_id", sa.String(), nullable=False),
        sa.Column("right_household_id", sa.String(), nullable=False),
        sa.Column("left_area_id", sa.Integer(), nullable=True),
        sa.Column("right_area_id", sa.Integer(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'decided', 'stale')", name="ck_merge_proposals_state"
        ),
        sa.CheckConstraint(
            "left_record_id < right_record_id", name="ck_merge_proposals_ordered"
        ),
        sa.ForeignKeyConstraint(
            ["left_record_id"],
            ["survey_records.id"],
            name="fk_merge_proposals_left_record_id",
        ),
        sa.ForeignKeyConstraint(
            ["right_record_id"],
            ["survey_records.id"],
            name="fk_merge_proposals_right_record_id",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_merge_proposals"),
        sa.UniqueConstraint(
            "left_record_id",
            "right_record_id",
            name="uq_merge_proposals_left_record_id_right_record_id",
        ),
    )


def _merge_proposals_indexes() -> None:
    op.create_index(
        "ix_merge_proposals_left_household_id",
        "merge_proposals",
        ["left_household_id"],
        unique=False,
    )
    op.create_index(
        "ix_merge_proposals_right_household_id",
        "merge_proposals",
        ["right_household_id"],
        unique=False,
    )
    op.create_index(
        "ix_merge_proposals_right_record_id",
        "merge_proposals",
        ["right_record_id"],
        unique=False,
    )
    op.create_index(
        "ix_merge_proposals_state_score_id",
        "merge_proposals",
        ["state", "score", "id"],
        unique=False,
    )
