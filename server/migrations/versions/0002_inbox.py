"""What phones sent."""

import sqlalchemy as sa
from alembic import op

from server.migrations import triggers
from server.migrations.kinds import INSTANT, JSON, SEALED

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _released_forms()
    _submissions()
    _submissions_indexes()
    _amendments()
    _amendments_indexes()
    _readings()
    _submission_files()
    _submission_notes()
    triggers.make_append_only(op.get_bind(), "released_forms")
    triggers.make_append_only(op.get_bind(), "submissions")
    triggers.make_append_only(op.get_bind(), "amendments")
    triggers.make_append_only(op.get_bind(), "submission_files")
    triggers.make_append_only(op.get_bind(), "submission_notes")


def downgrade() -> None:
    op.drop_table("submission_notes")
    op.drop_table("submission_files")
    op.drop_table("readings")
    op.drop_table("amendments")
    op.drop_table("submissions")
    op.drop_table("released_forms")


def _released_forms() -> None:
    op.create_table(
        "released_forms",
        sa.Column("form_id", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("xform", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("workbook_sha256", sa.String(), nullable=False),
        sa.Column("released_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("form_id", "version", name="pk_released_forms"),
    )
    op.create_index(
        "ix_released_forms_workbook_sha256",
        "released_forms",
        ["workbook_sha256"],
        unique=False,
    )


def _submissions() -> None:
    op.create_table(
        "submissions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("form_id", sa.String(), nullable=False),
        sa.Column("form_version", sa.String(), nullable=False),
        sa.Column("instance_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deprecated_id", sa.String(), nullable=True),
        sa.Column("payload_kind", sa.String(), nullable=False),
        sa.Column("payload", SEALED, nullable=False),
        sa.Column("payload_sha256", sa.String(), nullable=False),
        sa.Column("expected_files", JSON, nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("device_id", sa.String(), nullable=True),
        sa.CheckConstraint(
            "payload_kind IN ('xml', 'odata')", name="ck_submissions_payload_kind"
        ),
        sa.CheckConstraint("version >= 1", name="ck_submissions_version"),
        sa.ForeignKeyConstraint(
            ["area_id"], ["areas.id"], name="fk_submissions_area_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_submissions"),
        sa.UniqueConstraint(
            "source",
            "form_id",
            "instance_id",
            "payload_sha256",
            name="uq_submissions_source_form_id_instance_id_payload_sha256",
        ),
        sa.UniqueConstraint(
            "source",
            "form_id",
            "instance_id",
            "version",
            name="uq_submissions_source_form_id_instance_id_version",
        ),
    )


def _submissions_indexes() -> None:
    op.create_index("ix_submissions_area_id", "submissions", ["area_id"], unique=False)
    op.create_index(
        "ix_submissions_received_at", "submissions", ["received_at", "id"], unique=False
    )


def _amendments() -> None:
    op.create_table(
        "amendments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("value", SEALED, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name="fk_amendments_submission_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_amendments"),
    )


def _amendments_indexes() -> None:
    op.create_index(
        "ix_amendments_submission_id", "amendments", ["submission_id"], unique=False
    )


def _readings() -> None:
    op.create_table(
        "readings",
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("problems", SEALED, nullable=False),
        sa.Column("problem_codes", sa.String(), nullable=False),
        sa.Column("head_name", sa.String(), nullable=False),
        sa.Column("head_folded", sa.String(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'understood', 'quarantined', 'sent_back', 'set_aside')",
            name="ck_readings_state",
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name="fk_readings_submission_id"
        ),
        sa.PrimaryKeyConstraint("submission_id", name="pk_readings"),
    )
    op.create_index(
        "ix_readings_state", "readings", ["state", "submission_id"], unique=False
    )


def _submission_files() -> None:
    op.create_table(
        "submission_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submissions.id"],
            name="fk_submission_files_submission_id",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_submission_files"),
        sa.UniqueConstraint(
            "submission_id",
            "name",
            "sha256",
            name="uq_submission_files_submission_id_name_sha256",
        ),
    )
    op.create_index(
        "ix_submission_files_sha256", "submission_files", ["sha256"], unique=False
    )


def _submission_notes() -> None:
    op.create_table(
        "submission_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("text", SEALED, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submissions.id"],
            name="fk_submission_notes_submission_id",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_submission_notes"),
    )
    op.create_index(
        "ix_submission_notes_submission_id",
        "submission_notes",
        ["submission_id"],
        unique=False,
    )
