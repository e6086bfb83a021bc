"""Official tables: resident households, and reports kept as they were."""

import sqlalchemy as sa
from alembic import op

from server.migrations.kinds import INSTANT, JSON, SEALED

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    _residents()
    _frozen()


def downgrade() -> None:
    op.drop_table("frozen_reports")
    op.drop_table("resident_totals")


def _residents() -> None:
    op.create_table(
        "resident_totals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        *_actor(),
        sa.Column("superseded_at", INSTANT, nullable=True),
        sa.Column("superseded_by", sa.String(), nullable=True),
        sa.CheckConstraint("households > 0", name="ck_resident_totals_households"),
        sa.CheckConstraint(
            "persons IS NULL OR persons >= households",
            name="ck_resident_totals_persons",
        ),
        sa.ForeignKeyConstraint(
            ["area_id"], ["areas.id"], name="fk_resident_totals_area_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_resident_totals"),
    )
    op.create_index(
        "ix_resident_totals_live",
        "resident_totals",
        ["area_id", "on"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )


def _frozen() -> None:
    op.create_table(
        "frozen_reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("table_code", sa.String(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("is_of_area", sa.Boolean(), nullable=False),
        sa.Column("are_of_today", sa.Boolean(), nullable=False),
        sa.Column("unit_name", sa.String(), nullable=False),
        sa.Column("standard", sa.String(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("known_at", INSTANT, nullable=False),
        sa.Column("look_back_years", sa.Integer(), nullable=False),
        sa.Column("ward_ids", JSON, nullable=False),
        sa.Column("data_cut", SEALED, nullable=False),
        sa.Column("data_sha256", sa.String(), nullable=False),
        sa.Column("pack_hashes", JSON, nullable=False),
        sa.Column("code_version", sa.String(), nullable=False),
        sa.Column("file", SEALED, nullable=False),
        sa.Column("file_sha256", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        *_actor(),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.Column("withdrawn_by", sa.String(), nullable=True),
        sa.Column("withdrawal_reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)",
            name="ck_frozen_reports_withdrawn_by",
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawal_reason IS NULL)",
            name="ck_frozen_reports_withdrawal_reason",
        ),
        sa.ForeignKeyConstraint(
            ["area_id"], ["areas.id"], name="fk_frozen_reports_area_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_frozen_reports"),
    )
    op.create_index("ix_frozen_reports_area_id", "frozen_reports", ["area_id"])


def _actor() -> tuple[sa.Column[str] | sa.Column[int], ...]:
    return (
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
    )
