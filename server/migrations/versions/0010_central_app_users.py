"""What each phone is at ODK Central."""

import sqlalchemy as sa
from alembic import op

from server.migrations.kinds import INSTANT, JSON, SEALED

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "central_app_users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("server", sa.String(), nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("phone_id", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("token", SEALED, nullable=True),
        sa.Column("codes", JSON, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["phone_id"], ["phones.id"], name=op.f("fk_central_app_users_phone_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_central_app_users")),
        sa.UniqueConstraint(
            "server",
            "project",
            "phone_id",
            name=op.f("uq_central_app_users_server_project_phone_id"),
        ),
        sa.UniqueConstraint(
            "server",
            "project",
            "actor_id",
            name=op.f("uq_central_app_users_server_project_actor_id"),
        ),
    )
    op.create_index("ix_central_app_users_phone_id", "central_app_users", ["phone_id"])


def downgrade() -> None:
    op.drop_table("central_app_users")
