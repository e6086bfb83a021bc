"""Plans as they were entered, and how far their activities are."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from server.columns import Json, UtcDateTime
from server.db import Base
from server.domain.plans.plan import STATES


class PlanRow(Base):
    """One version of a plan: `content` is `domain.plans.plan.Plan`. An edit is another
    version; a plan that was taken back has no live one."""

    __tablename__ = "plans"
    __table_args__ = (
        Index(
            "ix_plans_live",
            "key",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(index=True)
    number: Mapped[str]
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), index=True)
    start: Mapped[date]
    end: Mapped[date]
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str]
    actor_id: Mapped[int]
    actor_name: Mapped[str]
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    superseded_by: Mapped[str | None]


class ActivityState(Base):
    """Where an activity of a plan stands. Superseded, never edited."""

    __tablename__ = "plan_activity_states"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES!r}", name="state"),
        Index(
            "ix_plan_activity_states_live",
            "plan_key",
            "activity_key",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_key: Mapped[str]
    activity_key: Mapped[str]
    state: Mapped[str]
    note: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str]
    actor_id: Mapped[int]
    actor_name: Mapped[str]
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
