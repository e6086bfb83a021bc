"""Lists of households that people bring from Excel."""

import sqlalchemy as sa
from alembic import op

from server.migrations.kinds import INSTANT, JSON, SEALED

revision = "0016"
down_revision = "0015"

REASONS = ("deleted_at_source", "purged_at_source", "replaced_at_source")
# The step that made it gave it the prefix of its table twice.
OLD = "ck_submission_withdrawals_ck_submission_withdrawals_reason"
NEW = "ck_submission_withdrawals_reason"
STATES = (
    "reading", "analysing", "refused", "preview", "importing", "settling", "done",
    "undoing", "undone", "discarded",
)  # fmt: skip


def upgrade() -> None:
    _allow((*REASONS, "import_undone"), OLD, NEW)
    _imports()
    _rows()
    _households()
    _problems()
    _recognitions()
    op.create_table(
        "import_mappings",
        sa.Column("headings", sa.String(), nullable=False),
        sa.Column("columns", JSON, nullable=False),
        sa.Column("layout", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("headings", name="pk_import_mappings"),
    )


def downgrade() -> None:
    for table in (
        "import_mappings", "import_recognitions", "import_problems",
        "import_households", "import_rows", "register_imports",
    ):  # fmt: skip
        op.drop_table(table)
    op.execute(
        sa.text(
            "UPDATE submission_withdrawals SET reason = 'deleted_at_source'"
            " WHERE reason = 'import_undone'"
        )
    )
    _allow(REASONS, NEW, OLD)


def _allow(reasons: tuple[str, ...], before: str, after: str) -> None:
    with op.batch_alter_table("submission_withdrawals") as table:
        table.drop_constraint(op.f(before), type_="check")
        table.create_check_constraint(op.f(after), sa.text(f"reason IN {reasons!r}"))


def _imports() -> None:
    op.create_table(
        "register_imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("file_sha256", sa.String(), nullable=False),
        sa.Column("file_size", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("problems", JSON, nullable=False),
        sa.Column("sheets", JSON, nullable=False),
        sa.Column("layout", sa.String(), nullable=False),
        sa.Column("given", JSON, nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("household_count", sa.Integer(), nullable=False),
        sa.Column("done_count", sa.Integer(), nullable=False),
        sa.Column("status_count", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=True),
        sa.Column("started_by", sa.String(), nullable=True),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.Column("undone_at", INSTANT, nullable=True),
        sa.Column("undone_by", sa.String(), nullable=True),
        sa.Column("undo_reason", sa.String(), nullable=True),
        sa.CheckConstraint(f"state IN {STATES!r}", name="ck_register_imports_state"),
        sa.CheckConstraint(
            "layout IN ('household', 'person')", name="ck_register_imports_layout"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_register_imports"),
        sa.UniqueConstraint("token", name="uq_register_imports_token"),
    )
    for column in ("file_sha256", "fingerprint", "actor_id"):
        op.create_index(f"ix_register_imports_{column}", "register_imports", [column])


def _rows() -> None:
    op.create_table(
        "import_rows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("cells", SEALED, nullable=False),
        sa.Column("household_number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.CheckConstraint(
            "state IN ('above', 'ready', 'aside')", name="ck_import_rows_state"
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["register_imports.id"], name="fk_import_rows_import_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_import_rows"),
        sa.UniqueConstraint(
            "import_id", "sheet", "number", name="uq_import_rows_import_id_sheet_number"
        ),
    )
    op.create_index(
        "ix_import_rows_household",
        "import_rows",
        ["import_id", "household_number", "id"],
    )


def _households() -> None:
    op.create_table(
        "import_households",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.Integer(), nullable=False),
        sa.Column("first_row", sa.Integer(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("head_name", sa.String(), nullable=False),
        sa.Column("head_folded", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("answers", SEALED, nullable=False),
        sa.Column("status", SEALED, nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("known_by", sa.String(), nullable=False),
        sa.Column("known_household_id", sa.String(), nullable=True),
        sa.Column("submission_id", sa.Integer(), nullable=True),
        sa.Column("status_note", sa.String(), nullable=False),
        sa.CheckConstraint(
            "state IN ('ready', 'aside', 'imported', 'undone')",
            name="ck_import_households_state",
        ),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["register_imports.id"],
            name="fk_import_households_import_id",
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submissions.id"],
            name="fk_import_households_submission_id",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_import_households"),
        sa.UniqueConstraint(
            "import_id", "number", name="uq_import_households_import_id_number"
        ),
    )
    op.create_index(
        "ix_import_households_state",
        "import_households",
        ["import_id", "state", "number"],
    )
    op.create_index(
        "ix_import_households_submission_id", "import_households", ["submission_id"]
    )


def _problems() -> None:
    op.create_table(
        "import_problems",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("household_number", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("is_blocking", sa.Boolean(), nullable=False),
        sa.Column("values", SEALED, nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["register_imports.id"], name="fk_import_problems_import_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_import_problems"),
    )
    op.create_index(
        "ix_import_problems_import_id",
        "import_problems",
        ["import_id", "sheet", "row", "id"],
    )


def _recognitions() -> None:
    op.create_table(
        "import_recognitions",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("recognition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["register_imports.id"],
            name="fk_import_recognitions_import_id",
        ),
        sa.ForeignKeyConstraint(
            ["recognition_id"],
            ["recognitions.id"],
            name="fk_import_recognitions_recognition_id",
        ),
        sa.PrimaryKeyConstraint(
            "import_id", "recognition_id", name="pk_import_recognitions"
        ),
    )
