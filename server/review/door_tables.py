"""What is asked at a family's door, and what it answers."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.columns import UtcDateTime
from server.db import Base

CHECK_STATES = ("open", "answered", "withdrawn")
ANSWERS = ("same", "split", "different", "unknown")


class FieldCheck(Base):
    """A question to a family at its door: are these two households one? It lives as
    long as the "unsure" it came from. `asked_household_id` and `state` are computed."""

    __tablename__ = "field_checks"
    __table_args__ = (
        CheckConstraint(f"state IN {CHECK_STATES!r}", name="state"),
        Index("ix_field_checks_asked_household_id", "asked_household_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    judgement_id: Mapped[int] = mapped_column(ForeignKey("judgements.id"), index=True)
    asked_record_id: Mapped[str] = mapped_column(
        ForeignKey("survey_records.id"), index=True
    )
    about_record_id: Mapped[str] = mapped_column(
        ForeignKey("survey_records.id"), index=True
    )
    asked_household_id: Mapped[str]
    state: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str]
    actor_id: Mapped[int]
    actor_name: Mapped[str]


class FieldAnswer(Base):
    """What a survey answered to a question. Follows from the survey, never changed."""

    __tablename__ = "field_answers"
    __table_args__ = (CheckConstraint(f"answer IN {ANSWERS!r}", name="answer"),)

    record_id: Mapped[str] = mapped_column(
        ForeignKey("survey_records.id"), primary_key=True
    )
    check_id: Mapped[int] = mapped_column(ForeignKey("field_checks.id"), index=True)
    answer: Mapped[str]
    answered_on: Mapped[date]
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
