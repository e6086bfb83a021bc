"""Areas, people and phones; what was done, what is to do."""

import sqlalchemy as sa
from alembic import op

from server.migrations import triggers
from server.migrations.kinds import INSTANT, JSON, SEALED

revision = "0001"
down_revision = None


def upgrade() -> None:
    _areas()
    _audit_events()
    _audit_events_indexes()
    _jobs()
    _jobs_indexes()
    _sign_in_failures()
    _users()
    _area_successions()
    _invitations()
    _phones()
    _phones_indexes()
    _user_areas()
    _user_sessions()
    triggers.create_functions(op.get_bind())
    triggers.make_append_only(op.get_bind(), "audit_events")


def downgrade() -> None:
    op.drop_table("user_sessions")
    op.drop_table("user_areas")
    op.drop_table("phones")
    op.drop_table("invitations")
    op.drop_table("area_successions")
    op.drop_table("users")
    op.drop_table("sign_in_failures")
    op.drop_table("jobs")
    op.drop_table("audit_events")
    op.drop_table("areas")
    triggers.drop_functions(op.get_bind())


def _areas() -> None:
    op.create_table(
        "areas",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_folded", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "level IN ('province', 'district', 'ward', 'commune', 'township', 'group')",
            name="ck_areas_level",
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from", name="ck_areas_validity"
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["areas.id"], name="fk_areas_parent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_areas"),
        sa.UniqueConstraint("code", "valid_from", name="uq_areas_code_valid_from"),
    )
    op.create_index("ix_areas_code", "areas", ["code"], unique=False)
    op.create_index("ix_areas_parent_id", "areas", ["parent_id"], unique=False)


def _audit_events() -> None:
    op.create_table(
        "audit_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("details", JSON, nullable=False),
        sa.Column("previous_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_events"),
        sa.UniqueConstraint("hash", name="uq_audit_events_hash"),
    )


def _audit_events_indexes() -> None:
    op.create_index(
        "ix_audit_events_subject",
        "audit_events",
        ["subject_kind", "subject_id"],
        unique=False,
    )


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("run_at", INSTANT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("claimed_at", INSTANT, nullable=True),
        sa.Column("claimed_by", sa.String(), nullable=True),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("progress_done", sa.Integer(), nullable=False),
        sa.Column("progress_total", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'failed')", name="ck_jobs_state"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )


def _jobs_indexes() -> None:
    op.create_index(
        "ix_jobs_state_run_at", "jobs", ["state", "run_at", "id"], unique=False
    )


def _sign_in_failures() -> None:
    op.create_table(
        "sign_in_failures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_failures"),
    )
    op.create_index(
        "ix_sign_in_failures_login_at",
        "sign_in_failures",
        ["login", "at"],
        unique=False,
    )


def _users() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_folded", sa.String(), nullable=False),
        sa.Column("name_sort", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("language IN ('vi', 'en')", name="ck_users_language"),
        sa.CheckConstraint(
            "role IN ('admin', 'district', 'ward', 'enumerator')", name="ck_users_role"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("login", name="uq_users_login"),
    )


def _area_successions() -> None:
    op.create_table(
        "area_successions",
        sa.Column("from_area_id", sa.Integer(), nullable=False),
        sa.Column("to_area_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["from_area_id"], ["areas.id"], name="fk_area_successions_from_area_id"
        ),
        sa.ForeignKeyConstraint(
            ["to_area_id"], ["areas.id"], name="fk_area_successions_to_area_id"
        ),
        sa.PrimaryKeyConstraint(
            "from_area_id", "to_area_id", name="pk_area_successions"
        ),
    )


def _invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_invitations_user_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.UniqueConstraint("token_hash", name="uq_invitations_token_hash"),
    )


def _phones() -> None:
    op.create_table(
        "phones",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("secrets", SEALED, nullable=False),
        sa.Column("token_index", sa.String(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("last_seen_at", INSTANT, nullable=True),
        sa.Column("device_id", sa.String(), nullable=True),
        sa.Column("collect_version", sa.String(), nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_phones_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_phones"),
        sa.UniqueConstraint("token_index", name="uq_phones_token_index"),
        sa.UniqueConstraint("username", name="uq_phones_username"),
    )


def _phones_indexes() -> None:
    op.create_index("ix_phones_user_id", "phones", ["user_id"], unique=False)


def _user_areas() -> None:
    op.create_table(
        "user_areas",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["areas.id"], name="fk_user_areas_area_id"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_user_areas_user_id"
        ),
        sa.PrimaryKeyConstraint("user_id", "area_id", name="pk_user_areas"),
    )


def _user_sessions() -> None:
    op.create_table(
        "user_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("last_seen_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_user_sessions_user_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_user_sessions"),
        sa.UniqueConstraint("token_hash", name="uq_user_sessions_token_hash"),
    )
    op.create_index(
        "ix_user_sessions_user_id", "user_sessions", ["user_id"], unique=False
    )
