"""Which ward of today the households of a divided ward were said to live in."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.columns import UtcDateTime
from server.db import Base


class Placement(Base):
    """Households that somebody placed at one time, with one undo."""

    __tablename__ = "placements"

    id: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str]
    households: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str]
    actor_id: Mapped[int]
    actor_name: Mapped[str]
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by: Mapped[str | None]


class PlacementPart(Base):
    """One household of a placement: the correction that says its ward."""

    __tablename__ = "placement_parts"

    placement_id: Mapped[int] = mapped_column(
        ForeignKey("placements.id"), primary_key=True
    )
    correction_id: Mapped[int] = mapped_column(
        ForeignKey("corrections.id"), primary_key=True
    )
    household_id: Mapped[str] = mapped_column(ForeignKey("households.id"), index=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"))
