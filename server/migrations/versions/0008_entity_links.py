"""Which entities at ODK Central stand for which households."""

import sqlalchemy as sa
from alembic import op

from server.migrations.kinds import INSTANT, JSON, SEALED

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    _entity_lists()
    _entity_links()
    _entity_links_indexes()
    _entity_claims()


def downgrade() -> None:
    op.drop_table("entity_claims")
    op.drop_table("entity_links")
    op.drop_table("entity_lists")


def _entity_lists() -> None:
    op.create_table(
        "entity_lists",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("server", sa.String(), nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("entities", sa.Integer(), nullable=False),
        sa.Column("compared_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entity_lists")),
        sa.UniqueConstraint(
            "server",
            "project",
            "name",
            name=op.f("uq_entity_lists_server_project_name"),
        ),
    )


def _entity_links() -> None:
    op.create_table(
        "entity_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("server", sa.String(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("household_id", sa.String(), nullable=True),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("retired_at", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("held_hash", sa.String(), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.Column("sent_hashes", JSON, nullable=False),
        sa.Column("deleted_at", INSTANT, nullable=True),
        sa.Column("waiting_since", INSTANT, nullable=True),
        sa.Column("flag", sa.String(), nullable=True),
        sa.Column("conflict", sa.String(), nullable=True),
        sa.Column("conflict_at", INSTANT, nullable=True),
        sa.Column("theirs", SEALED, nullable=True),
        sa.Column("wish", sa.String(), nullable=True),
        sa.Column("wish_hash", sa.String(), nullable=False),
        sa.Column("wanted_hash", sa.String(), nullable=False),
        sa.Column("wished_at", INSTANT, nullable=True),
        sa.Column("wished_by", sa.String(), nullable=False),
        sa.Column("refusal", sa.String(), nullable=True),
        sa.Column("refusal_message", sa.String(), nullable=False),
        sa.Column("refused_hash", sa.String(), nullable=False),
        sa.Column("refused_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "conflict IN ('changed_there', 'deleted_there')",
            name=op.f("ck_entity_links_conflict"),
        ),
        sa.CheckConstraint(
            "flag IN ('soft', 'hard')", name=op.f("ck_entity_links_flag")
        ),
        sa.CheckConstraint(
            "wish IN ('ours', 'theirs', 'return')", name=op.f("ck_entity_links_wish")
        ),
        sa.CheckConstraint(
            "(wish IS NULL) = (wished_at IS NULL)",
            name=op.f("ck_entity_links_wished_at"),
        ),
        sa.ForeignKeyConstraint(
            ["list_id"], ["entity_lists.id"], name=op.f("fk_entity_links_list_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entity_links")),
        sa.UniqueConstraint("server", "uuid", name=op.f("uq_entity_links_server_uuid")),
    )


def _entity_links_indexes() -> None:
    op.create_index(
        "ix_entity_links_live",
        "entity_links",
        ["list_id", "household_id"],
        unique=True,
        sqlite_where=sa.text("retired_at IS NULL"),
        postgresql_where=sa.text("retired_at IS NULL"),
    )
    op.create_index(
        "ix_entity_links_household_id", "entity_links", ["household_id"], unique=False
    )
    op.create_index("ix_entity_links_uuid", "entity_links", ["uuid"], unique=False)


def _entity_claims() -> None:
    op.create_table(
        "entity_claims",
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("server", sa.String(), nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("message", SEALED, nullable=True),
        sa.Column("failed_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submissions.id"],
            name=op.f("fk_entity_claims_submission_id"),
        ),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_entity_claims")),
    )
    op.create_index(
        "ix_entity_claims_due_at", "entity_claims", ["due_at"], unique=False
    )
