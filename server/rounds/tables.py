"""Review rounds, the households reviewed in them, and what was done for each on a day."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from server.columns import SealedJson, UtcDateTime
from server.db import Base

ROUND_KINDS = ("yearly", "monthly")
UPPER_LEVELS = ("none", "district", "province")
ORIGINS = ("carried_over", "requested", "new", "exit_requested")
ACT_KINDS = ("meeting", "posting", "question", "answer", "decision")


class ReviewRound(Base):
    """A review of one ward under one standard between two days."""

    __tablename__ = "review_rounds"
    __table_args__ = (
        CheckConstraint(f"kind IN {ROUND_KINDS!r}", name="kind"),
        CheckConstraint(f"upper_level IN {UPPER_LEVELS!r}", name="upper_level"),
        CheckConstraint("ends_on >= begins_on", name="days"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), index=True)
    standard: Mapped[str]
    begins_on: Mapped[date]
    ends_on: Mapped[date]
    responsible: Mapped[str]
    upper_level: Mapped[str]
    note: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str]
    actor_id: Mapped[int]
    actor_name: Mapped[str]
    given_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    given_up_reason: Mapped[str | None]


class RoundAct(Base):
    """Something done for many households at once, with its paper: a meeting, a posting,
    a question to the upper level, its answer, a decision. Superseded, not edited.

    `until` is the last day of a posting. `invited`, `attended` and `agreed` are of a
    meeting; without enough people it says nothing of any household.
    """

    __tablename__ = "round_acts"
    __table_args__ = (
        CheckConstraint(f"kind IN {ACT_KINDS!r}", name="kind"),
        CheckConstraint(
            "(superseded_at IS NULL) = (superseded_by IS NULL)", name="superseded_by"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("review_rounds.id"), index=True)
    kind: Mapped[str]
    on: Mapped[date]
    until: Mapped[date | None]
    document_number: Mapped[str]
    place: Mapped[str]
    chair: Mapped[str]
    invited: Mapped[int | None]
    attended: Mapped[int | None]
    agreed: Mapped[int | None]
    note: Mapped[str]
    file_sha256: Mapped[str | None]
    file_name: Mapped[str | None]
    recognition_id: Mapped[int | None] = mapped_column(
        ForeignKey("recognitions.id"), index=True
    )
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str]
    actor_id: Mapped[int]
    actor_name: Mapped[str]
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    superseded_by: Mapped[str | None]
    superseded_reason: Mapped[str | None]


class ReviewCase(Base):
    """One household in one round. Everything but round, household and origin is computed
    from its steps (`standing.py`) and can be computed again."""

    __tablename__ = "review_cases"
    __table_args__ = (
        UniqueConstraint("round_id", "household_id"),
        CheckConstraint(f"origin IN {ORIGINS!r}", name="origin"),
        Index("ix_review_cases_round_id_next_step", "round_id", "next_step"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("review_rounds.id"))
    household_id: Mapped[str] = mapped_column(ForeignKey("households.id"), index=True)
    origin: Mapped[str]
    next_step: Mapped[str | None]
    last_step: Mapped[str]
    since: Mapped[date]
    due_on: Mapped[date | None]
    scored: Mapped[str | None]  # by the machine; `category` is what it comes to so far
    category: Mapped[str | None]
    has_complaint: Mapped[bool]
    has_skip: Mapped[bool]


class CaseStep(Base):
    """A step taken for a household on a day, or left out on purpose (`is_skip`).

    `details` holds what must not change any more: the household and its assessment as
    they were when it was scored or complained about, who complained, the sheet A.
    Superseded when taken back, never edited.
    """

    __tablename__ = "case_steps"
    __table_args__ = (
        CheckConstraint("NOT is_skip OR reason <> ''", name="skip_says_why"),
        CheckConstraint(
            "(superseded_at IS NULL) = (superseded_by IS NULL)", name="superseded_by"
        ),
        Index(
            "ix_case_steps_live",
            "case_id",
            "id",
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("review_cases.id"), index=True)
    act_id: Mapped[int | None] = mapped_column(ForeignKey("round_acts.id"), index=True)
    step: Mapped[str]
    on: Mapped[date]
    until: Mapped[date | None]
    outcome: Mapped[str]
    is_skip: Mapped[bool]
    reason: Mapped[str]
    record_id: Mapped[str | None]
    pack_hash: Mapped[str | None]
    details: Mapped[dict[str, Any]] = mapped_column(SealedJson)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str]
    actor_id: Mapped[int]
    actor_name: Mapped[str]
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    superseded_by: Mapped[str | None]
    superseded_reason: Mapped[str | None]
