"""What the machine makes of a household, and what the commune recognises."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from server.columns import SealedJson, UtcDateTime
from server.db import Base

ARRIVAL_KINDS = ("moved_in", "split")


class AssessmentRow(Base):
    """A household under one standard in force on its newest review date; computed.

    `trace` is `domain.poverty.assessment.Assessment.as_dict()`. `category` is None when
    the answers leave several open.
    """

    __tablename__ = "assessments"
    __table_args__ = (
        Index("ix_assessments_standard_category", "standard", "category"),
    )

    household_id: Mapped[str] = mapped_column(
        ForeignKey("households.id", ondelete="CASCADE"), primary_key=True
    )
    standard: Mapped[str] = mapped_column(primary_key=True)
    review_date: Mapped[date]
    category: Mapped[str | None]
    sub: Mapped[str | None]
    is_verified: Mapped[bool]
    pack_hash: Mapped[str]
    content_hash: Mapped[str]  # of the household that was assessed
    trace: Mapped[dict[str, Any]] = mapped_column(SealedJson)


class PastAssessment(Base):
    """What was assessed until the standard itself changed: a score table was signed,
    replaced or taken back, or the standard was corrected. Append-only; `trace` names the
    table and the law of its day."""

    __tablename__ = "past_assessments"

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[str] = mapped_column(ForeignKey("households.id"), index=True)
    standard: Mapped[str]
    review_date: Mapped[date]
    category: Mapped[str | None]
    sub: Mapped[str | None]
    pack_hash: Mapped[str]
    trace: Mapped[dict[str, Any]] = mapped_column(SealedJson)
    superseded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Recognition(Base):
    """A decision of the commune: document number, day, signer; for many households.

    A document is entered once for an area; one that was entered wrongly is withdrawn
    and can then be entered again.
    """

    __tablename__ = "recognitions"
    __table_args__ = (
        CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn_by"
        ),
        CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawal_reason IS NULL)",
            name="withdrawal_reason",
        ),
        Index(
            "ix_recognitions_live_document",
            "document_number",
            "decided_on",
            "area_id",
            "standard",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    document_number: Mapped[str]
    decided_on: Mapped[date]
    valid_from: Mapped[date]
    signer: Mapped[str]
    standard: Mapped[str]
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), index=True)
    note: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str]
    actor_id: Mapped[int]
    actor_name: Mapped[str]
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_by: Mapped[str | None]
    withdrawal_reason: Mapped[str | None]


class RecognisedHousehold(Base):
    """What a decision says of one household, with the assessment as it stood then."""

    __tablename__ = "recognised_households"

    recognition_id: Mapped[int] = mapped_column(
        ForeignKey("recognitions.id"), primary_key=True
    )
    household_id: Mapped[str] = mapped_column(
        ForeignKey("households.id"), primary_key=True, index=True
    )
    category: Mapped[str]
    assessed_category: Mapped[str | None]
    trace: Mapped[dict[str, Any] | None] = mapped_column(SealedJson)


class PovertyStatus(Base):
    """A dated status in two times (`domain.poverty.periods`). Superseded, not edited;
    live rows of one household and standard never overlap (a trigger sees to it)."""

    __tablename__ = "poverty_statuses"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="validity"),
        Index(
            "ix_poverty_statuses_live",
            "household_id",
            "standard",
            "valid_from",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[str] = mapped_column(ForeignKey("households.id"), index=True)
    standard: Mapped[str]
    category: Mapped[str]
    sub: Mapped[str | None]  # N1, N2 as assessed; None: not recorded, or it has none
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recognition_id: Mapped[int] = mapped_column(ForeignKey("recognitions.id"))


class HouseholdArrival(Base):
    """How a household came with its status, on a day. Superseded, not edited."""

    __tablename__ = "household_arrivals"
    __table_args__ = (
        CheckConstraint(f"kind IN {ARRIVAL_KINDS!r}", name="kind"),
        CheckConstraint(
            "(kind = 'split') = (from_household_id IS NOT NULL)", name="split"
        ),
        Index(
            "ix_household_arrivals_live",
            "household_id",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[str] = mapped_column(ForeignKey("households.id"), index=True)
    kind: Mapped[str]
    on: Mapped[date]
    from_household_id: Mapped[str | None] = mapped_column(ForeignKey("households.id"))
    reason: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str]
    actor_id: Mapped[int]
    actor_name: Mapped[str]
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
