"""Records and households, and how they are found."""

import sqlalchemy as sa
from alembic import op

from server.migrations import triggers
from server.migrations.kinds import INSTANT, SEALED
from server.registry import search_index

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    _households()
    _households_indexes()
    _household_members()
    _person_identifiers()
    _survey_records()
    _survey_records_indexes()
    _blocking_keys()
    _household_records()
    triggers.make_append_only(op.get_bind(), "survey_records")
    search_index.create(op.get_bind())


def downgrade() -> None:
    search_index.drop(op.get_bind())
    op.drop_table("household_records")
    op.drop_table("blocking_keys")
    op.drop_table("survey_records")
    op.drop_table("person_identifiers")
    op.drop_table("household_members")
    op.drop_table("households")


def _households() -> None:
    op.create_table(
        "households",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("merged_into", sa.String(), nullable=True),
        sa.Column("departed_on", sa.Date(), nullable=True),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("needs_area_review", sa.Boolean(), nullable=False),
        sa.Column("group_code", sa.String(), nullable=False),
        sa.Column("head_name", sa.String(), nullable=False),
        sa.Column(
            "head_sort_key",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("address_text", sa.String(), nullable=False),
        sa.Column("search_text", sa.String(), nullable=False),
        sa.Column("member_count", sa.Integer(), nullable=False),
        sa.Column("record_count", sa.Integer(), nullable=False),
        sa.Column("review_date", sa.Date(), nullable=False),
        sa.Column("content", SEALED, nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(state = 'merged') = (merged_into IS NOT NULL)",
            name="ck_households_merged_into",
        ),
        sa.CheckConstraint(
            "state IN ('live', 'merged', 'departed')", name="ck_households_state"
        ),
        sa.ForeignKeyConstraint(
            ["area_id"], ["areas.id"], name="fk_households_area_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_households"),
        sa.UniqueConstraint("code", name="uq_households_code"),
    )


def _households_indexes() -> None:
    op.create_index(
        "ix_households_area_id_head_sort_key_id",
        "households",
        ["area_id", "head_sort_key", "id"],
        unique=False,
    )
    op.create_index(
        "ix_households_head_sort_key_id",
        "households",
        ["head_sort_key", "id"],
        unique=False,
    )
    op.create_index(
        "ix_households_merged_into", "households", ["merged_into"], unique=False
    )
    op.create_index(
        "ix_households_review_date_id",
        "households",
        ["review_date", "id"],
        unique=False,
    )


def _household_members() -> None:
    op.create_table(
        "household_members",
        sa.Column("household_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("full_name", sa.String(), nullable=False),
        sa.Column("name_folded", sa.String(), nullable=False),
        sa.Column("relation_to_head", sa.String(), nullable=True),
        sa.Column("sex", sa.String(), nullable=True),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["households.id"],
            name="fk_household_members_household_id",
        ),
        sa.PrimaryKeyConstraint("household_id", "key", name="pk_household_members"),
    )
    op.create_index(
        "ix_household_members_name_folded",
        "household_members",
        ["name_folded"],
        unique=False,
    )


def _person_identifiers() -> None:
    op.create_table(
        "person_identifiers",
        sa.Column("household_id", sa.String(), nullable=False),
        sa.Column("member_key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number_index", sa.String(), nullable=False),
        sa.Column("number", SEALED, nullable=False),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["households.id"],
            name="fk_person_identifiers_household_id",
        ),
        sa.PrimaryKeyConstraint(
            "household_id",
            "member_key",
            "kind",
            "number_index",
            name="pk_person_identifiers",
        ),
    )
    op.create_index(
        "ix_person_identifiers_number_index",
        "person_identifiers",
        ["number_index"],
        unique=False,
    )


def _survey_records() -> None:
    op.create_table(
        "survey_records",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("form_id", sa.String(), nullable=False),
        sa.Column("form_version", sa.String(), nullable=False),
        sa.Column("instance_id", sa.String(), nullable=False),
        sa.Column("deprecated_id", sa.String(), nullable=True),
        sa.Column("entity_id", sa.String(), nullable=True),
        sa.Column("seed_household_id", sa.String(), nullable=False),
        sa.Column("review_date", sa.Date(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("content", SEALED, nullable=False),
        sa.Column("warnings", SEALED, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["areas.id"], name="fk_survey_records_area_id"
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submissions.id"],
            name="fk_survey_records_submission_id",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_survey_records"),
        sa.UniqueConstraint("submission_id", name="uq_survey_records_submission_id"),
    )


def _survey_records_indexes() -> None:
    op.create_index(
        "ix_survey_records_area_id", "survey_records", ["area_id"], unique=False
    )
    op.create_index(
        "ix_survey_records_deprecated_id",
        "survey_records",
        ["deprecated_id"],
        unique=False,
    )
    op.create_index(
        "ix_survey_records_entity_id", "survey_records", ["entity_id"], unique=False
    )
    op.create_index(
        "ix_survey_records_instance_id", "survey_records", ["instance_id"], unique=False
    )
    op.create_index(
        "ix_survey_records_seed_household_id",
        "survey_records",
        ["seed_household_id"],
        unique=False,
    )


def _blocking_keys() -> None:
    op.create_table(
        "blocking_keys",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("record_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["survey_records.id"], name="fk_blocking_keys_record_id"
        ),
        sa.PrimaryKeyConstraint("key", "record_id", name="pk_blocking_keys"),
    )
    op.create_index(
        "ix_blocking_keys_record_id", "blocking_keys", ["record_id"], unique=False
    )


def _household_records() -> None:
    op.create_table(
        "household_records",
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("household_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["households.id"],
            name="fk_household_records_household_id",
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["survey_records.id"], name="fk_household_records_record_id"
        ),
        sa.PrimaryKeyConstraint("record_id", name="pk_household_records"),
    )
    op.create_index(
        "ix_household_records_household_id",
        "household_records",
        ["household_id"],
        unique=False,
    )
