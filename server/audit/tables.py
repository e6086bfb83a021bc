"""Who did what: one row per action, each sealed by the hash of the one before."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from server.columns import Json, UtcDateTime
from server.db import Base


class AuditEvent(Base):
    """Append-only, without foreign keys, so that it never stands in the way of data.

    `details` hold ids and codes, never a name or a number of a person. `hash` covers
    the row and `previous_hash`, so a changed or missing row is noticed.
    """

    __tablename__ = "audit_events"
    __table_args__ = (Index("ix_audit_events_subject", "subject_kind", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str]
    actor_id: Mapped[int]
    actor_name: Mapped[str]
    action: Mapped[str]  # "household.corrected"
    subject_kind: Mapped[str]
    subject_id: Mapped[str]
    details: Mapped[dict[str, Any]] = mapped_column(Json)
    previous_hash: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)
