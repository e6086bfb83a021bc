"""Plans as they were entered, and how far their activities are."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.columns import Json
from server.db import Base
from server.domain.plans.plan import STATES
from server.versions import Signed, Versioned, one_live


class PlanRow(Versioned, Base):
    """One version of a plan: `content` is `domain.plans.plan.Plan`. An edit is another
    version; a plan that was taken back has no live one."""

    __tablename__ = "plans"
    __table_args__ = (one_live("ix_plans_live", "key"),)

    number: Mapped[str]
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), index=True)
    start: Mapped[date]
    end: Mapped[date]
    content: Mapped[dict[str, Any]] = mapped_column(Json)


class ActivityState(Signed, Base):
    """Where an activity of a plan stands. Superseded, never edited."""

    __tablename__ = "plan_activity_states"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES!r}", name="state"),
        one_live("ix_plan_activity_states_live", "plan_key", "activity_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_key: Mapped[str]
    activity_key: Mapped[str]
    state: Mapped[str]
    note: Mapped[str]
