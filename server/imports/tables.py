"""Lists that people brought: the file, its rows, and what was made of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.columns import Json, SealedJson, UtcDateTime
from server.db import Base

# reading and analysing are the machine's; a person sees it as "preview" before anything
# is imported.
IMPORT_STATES = (
    "reading", "analysing", "refused", "preview", "importing", "settling", "done",
    "undoing", "undone", "discarded",
)  # fmt: skip
HOUSEHOLD_STATES = ("ready", "aside", "imported", "undone")
ROW_STATES = ("above", "ready", "aside")


class RegisterImport(Base):
    """A file with a list of households. `columns` says for each sheet what its columns
    are; `given` what a person said for the whole file; `fingerprint` is that of all its
    cells, since a spreadsheet that is saved again has other bytes."""

    __tablename__ = "register_imports"
    __table_args__ = (
        CheckConstraint(f"state IN {IMPORT_STATES!r}", name="state"),
        CheckConstraint("layout IN ('household', 'person')", name="layout"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)
    file_name: Mapped[str]
    file_sha256: Mapped[str] = mapped_column(index=True)
    file_size: Mapped[int]
    fingerprint: Mapped[str] = mapped_column(default="", index=True)
    state: Mapped[str] = mapped_column(default="reading")
    problems: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    sheets: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    layout: Mapped[str] = mapped_column(default="household")
    given: Mapped[dict[str, Any]] = mapped_column(Json)
    row_count: Mapped[int] = mapped_column(default=0)
    household_count: Mapped[int] = mapped_column(default=0)
    done_count: Mapped[int] = mapped_column(default=0)
    status_count: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str]
    actor_id: Mapped[int] = mapped_column(index=True)
    actor_name: Mapped[str]
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    started_by: Mapped[str | None]
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by: Mapped[str | None]
    undo_reason: Mapped[str | None]


class ImportRow(Base):
    """A row of a sheet, as it stood there. `household_number` is 0 for a row of no
    household; a row above the heading is none of the list."""

    __tablename__ = "import_rows"
    __table_args__ = (
        UniqueConstraint("import_id", "sheet", "number"),
        CheckConstraint(f"state IN {ROW_STATES!r}", name="state"),
        Index("ix_import_rows_household", "import_id", "household_number", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("register_imports.id"))
    sheet: Mapped[int]
    number: Mapped[int]
    cells: Mapped[list[str]] = mapped_column(SealedJson)
    household_number: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(default="above")


class ImportHousehold(Base):
    """A household of a list: its answers, what the list says was recognised, and the
    submission that was made of it. `known_by` says why the register may know it."""

    __tablename__ = "import_households"
    __table_args__ = (
        UniqueConstraint("import_id", "number"),
        CheckConstraint(f"state IN {HOUSEHOLD_STATES!r}", name="state"),
        Index("ix_import_households_state", "import_id", "state", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("register_imports.id"))
    number: Mapped[int]
    sheet: Mapped[int]
    first_row: Mapped[int]
    row_count: Mapped[int]
    code: Mapped[str]
    head_name: Mapped[str]
    head_folded: Mapped[str]
    state: Mapped[str]
    answers: Mapped[dict[str, Any]] = mapped_column(SealedJson)
    status: Mapped[dict[str, Any]] = mapped_column(SealedJson)
    category: Mapped[str] = mapped_column(default="")
    known_by: Mapped[str] = mapped_column(default="")
    known_household_id: Mapped[str | None]
    submission_id: Mapped[int | None] = mapped_column(
        ForeignKey("submissions.id"), index=True
    )
    status_note: Mapped[str] = mapped_column(default="")  # why it was not recognised


class ImportProblem(Base):
    """Something wrong with a cell, or with a row when `place` is None."""

    __tablename__ = "import_problems"
    __table_args__ = (
        Index("ix_import_problems_import_id", "import_id", "sheet", "row", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("register_imports.id"))
    household_number: Mapped[int]
    sheet: Mapped[int]
    row: Mapped[int]
    place: Mapped[int | None]
    code: Mapped[str]
    is_blocking: Mapped[bool]
    values: Mapped[dict[str, Any]] = mapped_column(SealedJson)


class ImportRecognition(Base):
    """A recognition that was entered from a list, to be withdrawn with it."""

    __tablename__ = "import_recognitions"

    import_id: Mapped[int] = mapped_column(
        ForeignKey("register_imports.id"), primary_key=True
    )
    recognition_id: Mapped[int] = mapped_column(
        ForeignKey("recognitions.id"), primary_key=True
    )


class ImportMapping(Base):
    """What the columns under these headings were said to be the last time."""

    __tablename__ = "import_mappings"

    headings: Mapped[str] = mapped_column(primary_key=True)  # sha256 of their texts
    columns: Mapped[dict[str, str]] = mapped_column(Json)
    layout: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_name: Mapped[str]
