"""What ODK Central holds, as far as we have seen it."""

import sqlalchemy as sa
from alembic import op

from server.migrations.kinds import INSTANT, JSON, SEALED

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    _mirrored_forms()
    _mirrored_submissions()
    _mirrored_versions()
    _mirrored_files()
    _mirrored_comments()


def downgrade() -> None:
    op.drop_table("mirrored_comments")
    op.drop_table("mirrored_files")
    op.drop_table("mirrored_versions")
    op.drop_table("mirrored_submissions")
    op.drop_table("mirrored_forms")


def _mirrored_forms() -> None:
    op.create_table(
        "mirrored_forms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("server", sa.String(), nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("form_id", sa.String(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("fields_hash", sa.String(), nullable=False),
        sa.Column("file_paths", JSON, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("watermark", INSTANT, nullable=True),
        sa.Column("pull_again_from", INSTANT, nullable=True),
        sa.Column("pulled_at", INSTANT, nullable=True),
        sa.Column("reconciled_at", INSTANT, nullable=True),
        sa.Column("stopped_reason", sa.String(), nullable=True),
        sa.Column("stopped_at", INSTANT, nullable=True),
        sa.Column("losses", sa.Integer(), nullable=False),
        sa.Column("allowed_losses", sa.Integer(), nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "stopped_reason IN ('form_recreated', 'form_missing')",
            name=op.f("ck_mirrored_forms_stopped"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mirrored_forms")),
        sa.UniqueConstraint(
            "server",
            "project",
            "form_id",
            "created_at",
            name=op.f("uq_mirrored_forms_server_project_form_id_created_at"),
        ),
    )
    op.create_index(
        "ix_mirrored_forms_open",
        "mirrored_forms",
        ["server", "project", "form_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )


def _mirrored_submissions() -> None:
    op.create_table(
        "mirrored_submissions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("central_id", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("current_instance_id", sa.String(), nullable=True),
        sa.Column("is_raced", sa.Boolean(), nullable=False),
        sa.Column("submitted_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=True),
        sa.Column("deleted_at", INSTANT, nullable=True),
        sa.Column("purged_at", INSTANT, nullable=True),
        sa.Column("review_state", sa.String(), nullable=True),
        sa.Column("has_new_comments", sa.Boolean(), nullable=False),
        sa.Column("files_present", sa.Integer(), nullable=False),
        sa.Column("files_expected", sa.Integer(), nullable=False),
        sa.Column("files_wanted", sa.Boolean(), nullable=False),
        sa.Column("files_due_at", INSTANT, nullable=True),
        sa.Column("files_attempts", sa.Integer(), nullable=False),
        sa.Column("files_since", INSTANT, nullable=True),
        sa.Column("files_given_up_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["form_id"],
            ["mirrored_forms.id"],
            name=op.f("fk_mirrored_submissions_form_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mirrored_submissions")),
        sa.UniqueConstraint(
            "form_id",
            "central_id",
            name=op.f("uq_mirrored_submissions_form_id_central_id"),
        ),
    )
    op.create_index(
        "ix_mirrored_submissions_files_due_at",
        "mirrored_submissions",
        ["form_id", "files_due_at"],
        unique=False,
    )


def _mirrored_versions() -> None:
    op.create_table(
        "mirrored_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mirrored_id", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.String(), nullable=False),
        sa.Column("content_sha256", sa.String(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("is_raced", sa.Boolean(), nullable=False),
        sa.Column("is_replaced", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mirrored_id"],
            ["mirrored_submissions.id"],
            name=op.f("fk_mirrored_versions_mirrored_id"),
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submissions.id"],
            name=op.f("fk_mirrored_versions_submission_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mirrored_versions")),
        sa.UniqueConstraint(
            "mirrored_id",
            "instance_id",
            "content_sha256",
            name=op.f("uq_mirrored_versions_mirrored_id_instance_id_content_sha256"),
        ),
    )
    op.create_index(
        "ix_mirrored_versions_submission_id",
        "mirrored_versions",
        ["submission_id"],
        unique=False,
    )


def _mirrored_files() -> None:
    op.create_table(
        "mirrored_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mirrored_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("instance_id", sa.String(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("fetched_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["mirrored_id"],
            ["mirrored_submissions.id"],
            name=op.f("fk_mirrored_files_mirrored_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mirrored_files")),
        sa.UniqueConstraint(
            "mirrored_id", "name", name=op.f("uq_mirrored_files_mirrored_id_name")
        ),
    )


def _mirrored_comments() -> None:
    op.create_table(
        "mirrored_comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mirrored_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", SEALED, nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["mirrored_id"],
            ["mirrored_submissions.id"],
            name=op.f("fk_mirrored_comments_mirrored_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mirrored_comments")),
        sa.UniqueConstraint(
            "mirrored_id",
            "number",
            name=op.f("uq_mirrored_comments_mirrored_id_number"),
        ),
    )
