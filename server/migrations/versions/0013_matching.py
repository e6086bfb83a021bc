"""Records as they are compared, the model in force, and what a pair weighs in bits."""

import sqlalchemy as sa
from alembic import op

from server.migrations.kinds import INSTANT, JSON, SEALED

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    _record_features()
    _name_frequencies()
    _matching_models()
    _matching_thresholds()
    # Until they are compared anew, pairs keep what the rules before said of them.
    op.add_column(
        "merge_proposals",
        sa.Column("bits", sa.Double(), nullable=False, server_default="0"),
    )
    op.add_column(
        "merge_proposals",
        sa.Column("is_asked", sa.Boolean(), nullable=False, server_default=sa.true()),
    )
    op.execute("UPDATE merge_proposals SET bits = 20 WHERE is_certain")


def downgrade() -> None:
    op.drop_column("merge_proposals", "is_asked")
    op.drop_column("merge_proposals", "bits")
    op.drop_table("matching_thresholds")
    op.drop_table("matching_models")
    op.drop_table("name_frequencies")
    op.drop_table("matching_keys")
    op.drop_table("record_features")


def _record_features() -> None:
    op.create_table(
        "record_features",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", SEALED, nullable=False),
        sa.Column("keys", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["survey_records.id"], name="fk_record_features_record_id"
        ),
        sa.PrimaryKeyConstraint("number", name="pk_record_features"),
        sa.UniqueConstraint("record_id", name="uq_record_features_record_id"),
    )
    op.create_index("ix_record_features_version", "record_features", ["version"])
    op.create_table(
        "matching_keys",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("key", "number", name="pk_matching_keys"),
        sqlite_with_rowid=False,
    )


def _name_frequencies() -> None:
    op.create_table(
        "name_frequencies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_name_frequencies"),
    )


def _matching_models() -> None:
    op.create_table(
        "matching_models",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("report", JSON, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("accepted_at", INSTANT, nullable=True),
        sa.Column("is_in_force", sa.Boolean(), nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_matching_models"),
        sa.UniqueConstraint("name", name="uq_matching_models_name"),
    )
    op.create_index(
        "ix_matching_models_in_force",
        "matching_models",
        ["is_in_force"],
        unique=True,
        sqlite_where=sa.text("is_in_force"),
        postgresql_where=sa.text("is_in_force"),
    )


def _matching_thresholds() -> None:
    op.create_table(
        "matching_thresholds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("auto_from", sa.Double(), nullable=False),
        sa.Column("propose_from", sa.Double(), nullable=False),
        sa.Column("price", JSON, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("superseded_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_matching_thresholds"),
    )
    op.create_index(
        "ix_matching_thresholds_live",
        "matching_thresholds",
        ["model"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
