"""What reports add to the register: how many households live somewhere, and reports as
they were signed."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from server.columns import Json, SealedBytes, UtcDateTime
from server.db import Base


class ResidentTotal(Base):
    """How many households and people live in an area, poor or not, as somebody entered
    it from a document. Superseded, never edited."""

    __tablename__ = "resident_totals"
    __table_args__ = (
        CheckConstraint("households > 0", name="households"),
        CheckConstraint("persons IS NULL OR persons >= households", name="persons"),
        Index(
            "ix_resident_totals_live",
            "area_id",
            "on",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"))
    on: Mapped[date]
    households: Mapped[int]
    persons: Mapped[int | None]
    source: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str]
    actor_id: Mapped[int]
    actor_name: Mapped[str]
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    superseded_by: Mapped[str | None]


class FrozenReport(Base):
    """An official table as it was on an instant: what was asked, the data it was made
    from, the standards and the program that made it, and the file with its hash.

    The file can be made again from `data_cut` and must be the same, byte by byte.
    Withdrawn, never deleted.
    """

    __tablename__ = "frozen_reports"
    __table_args__ = (
        CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn_by"
        ),
        CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawal_reason IS NULL)",
            name="withdrawal_reason",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    table_code: Mapped[str]
    # Whose report it is; of several wards the area that holds them all.
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"), index=True)
    is_of_area: Mapped[bool]  # the unit is that area itself
    are_of_today: Mapped[bool]  # see `places.Unit`
    unit_name: Mapped[str]
    standard: Mapped[str]
    start: Mapped[date]
    on: Mapped[date]
    known_at: Mapped[datetime] = mapped_column(UtcDateTime)
    look_back_years: Mapped[int]
    ward_ids: Mapped[list[int]] = mapped_column(Json)
    data_cut: Mapped[bytes] = mapped_column(SealedBytes)  # JSON, compressed
    data_sha256: Mapped[str]
    pack_hashes: Mapped[dict[str, str]] = mapped_column(Json)
    code_version: Mapped[str]
    file: Mapped[bytes] = mapped_column(SealedBytes)
    file_sha256: Mapped[str]
    note: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str]
    actor_id: Mapped[int]
    actor_name: Mapped[str]
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_by: Mapped[str | None]
    withdrawal_reason: Mapped[str | None]
