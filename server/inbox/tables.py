"""What arrived, exactly as it arrived, and what became of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from server.columns import Json, SealedBytes, SealedJson, UtcDateTime
from server.db import Base

READING_STATES = (
    "waiting", "understood", "quarantined", "sent_back", "set_aside", "withdrawn",
)  # fmt: skip
WITHDRAWAL_REASONS = (
    "deleted_at_source", "purged_at_source", "replaced_at_source", "import_undone",
)  # fmt: skip


class Submission(Base):
    """One version of one submission. Append-only: triggers refuse update and delete.

    The same instance with the same bytes is one row; with other bytes it is the next
    `version` of that instance. `payload` are the bytes as sent.
    """

    __tablename__ = "submissions"
    __table_args__ = (
        UniqueConstraint("source", "form_id", "instance_id", "version"),
        UniqueConstraint("source", "form_id", "instance_id", "payload_sha256"),
        CheckConstraint("payload_kind IN ('xml', 'odata')", name="payload_kind"),
        CheckConstraint("version >= 1", name="version"),
        Index("ix_submissions_received_at", "received_at", "id"),
        Index(
            "ix_submissions_deprecated_id",
            "deprecated_id",
            sqlite_where=text("deprecated_id IS NOT NULL"),
            postgresql_where=text("deprecated_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]  # "openrosa", "central"
    form_id: Mapped[str]
    form_version: Mapped[str]
    instance_id: Mapped[str]
    version: Mapped[int]
    deprecated_id: Mapped[str | None]
    payload_kind: Mapped[str]
    payload: Mapped[bytes] = mapped_column(SealedBytes)
    payload_sha256: Mapped[str]
    expected_files: Mapped[list[str]] = mapped_column(Json)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"), index=True)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str]
    actor_id: Mapped[int]
    actor_name: Mapped[str]
    device_id: Mapped[str | None]


class SubmissionFile(Base):
    """A file that came with a submission; its bytes are in the file store by sha256.

    A name that comes again with other bytes is kept beside the first: nothing that was
    sent is lost, the newest one is shown.
    """

    __tablename__ = "submission_files"
    __table_args__ = (UniqueConstraint("submission_id", "name", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    name: Mapped[str]  # NFC
    sha256: Mapped[str] = mapped_column(index=True)
    size: Mapped[int]
    media_type: Mapped[str]
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Reading(Base):
    """Where a submission stands: understood, or waiting for a person and why.

    `state_before` is what it will be again when it is withdrawn no longer.
    """

    __tablename__ = "readings"
    __table_args__ = (
        CheckConstraint(f"state IN {READING_STATES!r}", name="state"),
        Index("ix_readings_state", "state", "submission_id"),
    )

    submission_id: Mapped[int] = mapped_column(
        ForeignKey("submissions.id"), primary_key=True
    )
    state: Mapped[str] = mapped_column(default="waiting")
    state_before: Mapped[str | None]
    problems: Mapped[list[dict[str, Any]]] = mapped_column(SealedJson)
    problem_codes: Mapped[str] = mapped_column(default="")  # space-separated, to filter
    head_name: Mapped[str] = mapped_column(default="")  # to recognise it by in lists
    head_folded: Mapped[str] = mapped_column(default="")
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Amendment(Base):
    """A person's answer in place of one that could not be read. Append-only; the
    submission stays as it was sent."""

    __tablename__ = "amendments"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), index=True)
    path: Mapped[str]
    value: Mapped[str] = mapped_column(SealedJson)
    reason: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str]
    actor_id: Mapped[int]
    actor_name: Mapped[str]


class SubmissionNote(Base):
    """What a person wrote when sending a submission back or setting it aside.
    Append-only; the audit event of that moment names it by id."""

    __tablename__ = "submission_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), index=True)
    text: Mapped[str] = mapped_column(SealedJson)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class SubmissionWithdrawal(Base):
    """Where it came from, a submission is no longer: it does not count meanwhile.
    Superseded when it is back, never edited."""

    __tablename__ = "submission_withdrawals"
    __table_args__ = (
        CheckConstraint(f"reason IN {WITHDRAWAL_REASONS!r}", name="reason"),
        Index(
            "ix_submission_withdrawals_live",
            "submission_id",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    reason: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str]
    actor_id: Mapped[int]
    actor_name: Mapped[str]
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
