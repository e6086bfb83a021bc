"""What planners suppose, and the registers of a day that they count it on."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.columns import Json, SealedBytes, UtcDateTime
from server.db import Base
from server.versions import Versioned, one_live

STATES = ("taking", "ready")


class ScenarioRow(Versioned, Base):
    """One version of a scenario: `content` is `domain.scenarios.scenario.NamedScenario`.
    An edit is another version; one that was put away has no live version."""

    __tablename__ = "scenarios"
    __table_args__ = (one_live("ix_scenarios_live", "key"),)

    name: Mapped[str]
    name_folded: Mapped[str]
    standard: Mapped[str]
    # None: all areas of whoever looks
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"), index=True)
    on: Mapped[date]
    content: Mapped[dict[str, Any]] = mapped_column(Json)


class RegisterCut(Base):
    """The whole register of a day, read once for a standard; computed, and taken anew
    whenever somebody asks."""

    __tablename__ = "register_cuts"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES!r}", name="state"),
        Index("ix_register_cuts_standard_on", "standard", "on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    standard: Mapped[str]
    pack_hash: Mapped[str]
    on: Mapped[date]
    known_on: Mapped[date | None]
    state: Mapped[str]
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    progress_done: Mapped[int]
    progress_total: Mapped[int]


class RegisterCutPart(Base):
    """Some households of such a register as columns (`domain.scenarios.population`)."""

    __tablename__ = "register_cut_parts"

    cut_id: Mapped[int] = mapped_column(
        ForeignKey("register_cuts.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    last_id: Mapped[str]  # the last household it looked at, in the order of ids
    content: Mapped[bytes] = mapped_column(SealedBytes)
