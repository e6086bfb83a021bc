"""Registers that scenarios count on know the residential groups: those that were taken
without them are computed, and taken anew when somebody asks."""

from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    _forget_registers()


def downgrade() -> None:
    _forget_registers()


def _forget_registers() -> None:
    op.execute("DELETE FROM register_cut_parts")
    op.execute("DELETE FROM register_cuts")
