"""The review desk: what is decided first, and who has which pair open."""

import sqlalchemy as sa
from alembic import op

from server.migrations.kinds import INSTANT, SEALED

revision = "0012"
down_revision = "0011"

SORT_KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    _queue()
    _reservations()
    _choices()
    _changes()
    _change_parts()
    _opinions()
    _blind_reviews()


def downgrade() -> None:
    op.drop_table("blind_reviews")
    op.drop_table("opinions")
    op.drop_table("staff_change_parts")
    op.drop_table("staff_changes")
    op.drop_table("judgement_corrections")
    with op.batch_alter_table("judgements") as table:
        table.drop_column("reason_code")
    with op.batch_alter_table("corrections") as table:
        table.drop_column("restores_id")
    op.drop_table("reservations")
    op.drop_table("household_stakes")
    op.drop_table("queue_entries")


def _queue() -> None:
    op.create_table(
        "queue_entries",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("is_main", sa.Boolean(), nullable=False),
        sa.Column("place", SORT_KEY, nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("group_size", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["merge_proposals.id"],
            name="fk_queue_entries_proposal_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("proposal_id", name="pk_queue_entries"),
    )
    op.create_index(
        "ix_queue_entries_is_main_place",
        "queue_entries",
        ["is_main", "place", "proposal_id"],
    )
    op.create_table(
        "household_stakes",
        sa.Column("household_id", sa.String(), nullable=False),
        sa.Column("stake", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("household_id", name="pk_household_stakes"),
    )


def _reservations() -> None:
    op.create_table(
        "reservations",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.Column("seen", sa.String(), nullable=False),
        sa.Column("shown", SEALED, nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["merge_proposals.id"],
            name="fk_reservations_proposal_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("proposal_id", name="pk_reservations"),
    )
    op.create_index("ix_reservations_actor_id", "reservations", ["actor_id"])


def _choices() -> None:
    op.add_column("corrections", sa.Column("restores_id", sa.Integer(), nullable=True))
    op.add_column("judgements", sa.Column("reason_code", sa.String(), nullable=True))
    op.create_table(
        "judgement_corrections",
        sa.Column("judgement_id", sa.Integer(), nullable=False),
        sa.Column("correction_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["judgement_id"],
            ["judgements.id"],
            name="fk_judgement_corrections_judgement_id",
        ),
        sa.ForeignKeyConstraint(
            ["correction_id"],
            ["corrections.id"],
            name="fk_judgement_corrections_correction_id",
        ),
        sa.PrimaryKeyConstraint(
            "judgement_id", "correction_id", name="pk_judgement_corrections"
        ),
    )


def _changes() -> None:
    op.create_table(
        "staff_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("household_id", sa.String(), nullable=True),
        sa.Column("other_household_id", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("superseded_at", INSTANT, nullable=True),
        sa.Column("superseded_by", sa.String(), nullable=True),
        sa.Column("superseded_reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('batch', 'split', 'transfer', 'new_head', 'moved_value')",
            name="ck_staff_changes_kind",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_staff_changes"),
    )
    for column in ("household_id", "other_household_id"):
        op.create_index(f"ix_staff_changes_{column}", "staff_changes", [column])


def _change_parts() -> None:
    op.create_table(
        "staff_change_parts",
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("judgement_id", sa.Integer(), nullable=True),
        sa.Column("correction_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(judgement_id IS NULL) <> (correction_id IS NULL)",
            name="ck_staff_change_parts_one_part",
        ),
        sa.ForeignKeyConstraint(
            ["change_id"],
            ["staff_changes.id"],
            name="fk_staff_change_parts_change_id",
        ),
        sa.ForeignKeyConstraint(
            ["judgement_id"],
            ["judgements.id"],
            name="fk_staff_change_parts_judgement_id",
        ),
        sa.ForeignKeyConstraint(
            ["correction_id"],
            ["corrections.id"],
            name="fk_staff_change_parts_correction_id",
        ),
        sa.PrimaryKeyConstraint("change_id", "position", name="pk_staff_change_parts"),
    )


def _opinions() -> None:
    op.create_table(
        "opinions",
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
        sa.CheckConstraint(
            "left_record_id < right_record_id", name="ck_opinions_ordered"
        ),
        sa.CheckConstraint(
            "verdict IN ('same', 'different', 'unsure')", name="ck_opinions_verdict"
        ),
        sa.ForeignKeyConstraint(
            ["left_record_id"], ["survey_records.id"], name="fk_opinions_left_record_id"
        ),
        sa.ForeignKeyConstraint(
            ["right_record_id"],
            ["survey_records.id"],
            name="fk_opinions_right_record_id",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_opinions"),
    )
    op.create_index(
        "ix_opinions_live_pair",
        "opinions",
        ["left_record_id", "right_record_id"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )


def _blind_reviews() -> None:
    op.create_table(
        "blind_reviews",
        sa.Column("judgement_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.CheckConstraint(
            "verdict IN ('same', 'different', 'unsure')",
            name="ck_blind_reviews_verdict",
        ),
        sa.ForeignKeyConstraint(
            ["judgement_id"], ["judgements.id"], name="fk_blind_reviews_judgement_id"
        ),
        sa.PrimaryKeyConstraint("judgement_id", name="pk_blind_reviews"),
    )
