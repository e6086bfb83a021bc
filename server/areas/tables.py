"""Provinces, districts, wards and residential groups over time."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base

LEVELS = ("province", "district", "ward", "commune", "township", "group")


class Area(Base):
    """One area as it was from `valid_from` until the day before `valid_to`.

    Codes are re-used, so a code alone names no area. A group (tổ dân phố) is not an
    administrative level; it lies below a ward and its code starts with the ward's.
    """

    __tablename__ = "areas"
    __table_args__ = (
        UniqueConstraint("code", "valid_from"),
        CheckConstraint(f"level IN {LEVELS!r}", name="level"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="validity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    name_folded: Mapped[str]
    level: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class AreaSuccession(Base):
    """On the day `on`, one area became another, wholly or in part."""

    __tablename__ = "area_successions"

    from_area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), primary_key=True)
    to_area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), primary_key=True)
    on: Mapped[date]
    is_default: Mapped[bool]
