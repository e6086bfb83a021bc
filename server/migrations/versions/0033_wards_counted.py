"""The households of a ward, and those of them with a status, are counted by an index alone."""

from alembic import op

revision = "0033"
down_revision = "0032"

_TABLE, _BEFORE = "households", "ix_households_area_id_state"


def upgrade() -> None:
    op.drop_index(_BEFORE, _TABLE)
    op.create_index(f"{_BEFORE}_id", _TABLE, ["area_id", "state", "id"])


def downgrade() -> None:
    op.drop_index(f"{_BEFORE}_id", _TABLE)
    op.create_index(_BEFORE, _TABLE, ["area_id", "state"])
