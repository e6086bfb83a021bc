"""What the machine assesses, the commune recognises and phones hold."""

import sqlalchemy as sa
from alembic import op

from server.migrations import triggers
from server.migrations.kinds import INSTANT, SEALED

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    _publications()
    _recognitions()
    _recognitions_indexes()
    _assessments()
    _assessments_indexes()
    _poverty_statuses()
    _poverty_statuses_indexes()
    _recognised_households()
    triggers.make_append_only(op.get_bind(), "recognised_households")
    triggers.refuse_overlapping_statuses(op.get_bind())


def downgrade() -> None:
    op.drop_table("recognised_households")
    op.drop_table("poverty_statuses")
    op.drop_table("assessments")
    op.drop_table("recognitions")
    op.drop_table("publications")
    triggers.allow_overlapping_statuses(op.get_bind())


def _publications() -> None:
    op.create_table(
        "publications",
        sa.Column("household_id", sa.String(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.Column("updates", sa.Integer(), nullable=False),
        sa.Column("revisions", sa.Integer(), nullable=False),
        sa.Column("properties", SEALED, nullable=False),
        sa.Column("properties_hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["areas.id"], name="fk_publications_area_id"
        ),
        sa.PrimaryKeyConstraint("household_id", name="pk_publications"),
    )
    op.create_index(
        "ix_publications_area_id", "publications", ["area_id"], unique=False
    )


def _recognitions() -> None:
    op.create_table(
        "recognitions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_number", sa.String(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("signer", sa.String(), nullable=False),
        sa.Column("standard", sa.String(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.Column("withdrawn_by", sa.String(), nullable=True),
        sa.Column("withdrawal_reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawal_reason IS NULL)",
            name="ck_recognitions_withdrawal_reason",
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)",
            name="ck_recognitions_withdrawn_by",
        ),
        sa.ForeignKeyConstraint(
            ["area_id"], ["areas.id"], name="fk_recognitions_area_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_recognitions"),
    )


def _recognitions_indexes() -> None:
    op.create_index(
        "ix_recognitions_area_id", "recognitions", ["area_id"], unique=False
    )
    op.create_index(
        "ix_recognitions_live_document",
        "recognitions",
        ["document_number", "decided_on", "area_id", "standard"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )


def _assessments() -> None:
    op.create_table(
        "assessments",
        sa.Column("household_id", sa.String(), nullable=False),
        sa.Column("standard", sa.String(), nullable=False),
        sa.Column("review_date", sa.Date(), nullable=False),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("sub", sa.String(), nullable=True),
        sa.Column("is_verified", sa.Boolean(), nullable=False),
        sa.Column("pack_hash", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("trace", SEALED, nullable=False),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["households.id"],
            name="fk_assessments_household_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("household_id", "standard", name="pk_assessments"),
    )


def _assessments_indexes() -> None:
    op.create_index(
        "ix_assessments_standard_category",
        "assessments",
        ["standard", "category"],
        unique=False,
    )


def _poverty_statuses() -> None:
    op.create_table(
        "poverty_statuses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.String(), nullable=False),
        sa.Column("standard", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("superseded_at", INSTANT, nullable=True),
        sa.Column("recognition_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from",
            name="ck_poverty_statuses_validity",
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name="fk_poverty_statuses_household_id"
        ),
        sa.ForeignKeyConstraint(
            ["recognition_id"],
            ["recognitions.id"],
            name="fk_poverty_statuses_recognition_id",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_poverty_statuses"),
    )


def _poverty_statuses_indexes() -> None:
    op.create_index(
        "ix_poverty_statuses_household_id",
        "poverty_statuses",
        ["household_id"],
        unique=False,
    )
    op.create_index(
        "ix_poverty_statuses_live",
        "poverty_statuses",
        ["household_id", "standard", "valid_from"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )


def _recognised_households() -> None:
    op.create_table(
        "recognised_households",
        sa.Column("recognition_id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("assessed_category", sa.String(), nullable=True),
        sa.Column("trace", SEALED, nullable=True),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["households.id"],
            name="fk_recognised_households_household_id",
        ),
        sa.ForeignKeyConstraint(
            ["recognition_id"],
            ["recognitions.id"],
            name="fk_recognised_households_recognition_id",
        ),
        sa.PrimaryKeyConstraint(
            "recognition_id", "household_id", name="pk_recognised_households"
        ),
    )
    op.create_index(
        "ix_recognised_households_household_id",
        "recognised_households",
        ["household_id"],
        unique=False,
    )
