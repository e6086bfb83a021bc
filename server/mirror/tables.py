"""What ODK Central holds, as far as we have seen it; the inbox keeps what it says."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from server.columns import Json, SealedJson, UtcDateTime
from server.db import Base

STOPPED_REASONS = ("form_recreated", "form_missing")


class MirroredForm(Base):
    """One form of one project of one Central, from its creation to its deletion there.

    `window_etag` stood for all that had changed since `window_from` before the last whole
    pull. `watermark` is the newest instant of Central's own clock up to which all was seen.
    `sequence` rises with every change that was applied: a page that was asked for
    under an older one is not. A form that was re-created under the same id is another
    row; the one before is `closed_at`.
    """

    __tablename__ = "mirrored_forms"
    __table_args__ = (
        UniqueConstraint("server", "project", "form_id", "created_at"),
        CheckConstraint(f"stopped_reason IN {STOPPED_REASONS!r}", name="stopped"),
        Index(
            "ix_mirrored_forms_open",
            "server",
            "project",
            "form_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    server: Mapped[str]
    project: Mapped[int]
    form_id: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)  # at Central
    version: Mapped[str] = mapped_column(default="")
    hash: Mapped[str] = mapped_column(default="")
    fields_hash: Mapped[str] = mapped_column(default="")  # whose questions are known
    file_paths: Mapped[list[str]] = mapped_column(Json)  # of questions that take files
    sequence: Mapped[int] = mapped_column(default=0)
    watermark: Mapped[datetime | None] = mapped_column(UtcDateTime)
    window_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    window_etag: Mapped[str] = mapped_column(default="")
    # Rows edited since a new version was published have to be looked at once more.
    pull_again_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    pulled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reconciled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stopped_reason: Mapped[str | None]
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # So many submissions are missing at Central at once that somebody has to look.
    losses: Mapped[int] = mapped_column(default=0)
    allowed_losses: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MirroredSubmission(Base):
    """One submission at Central, by its `__id`, whatever was edited since.

    `mark` is a hash of all that Central's own index of submissions shows about it.
    `current_instance_id` is the version that counts; none yet while only versions of a
    race are known. Files are looked for at `files_due_at`.
    """

    __tablename__ = "mirrored_submissions"
    __table_args__ = (
        UniqueConstraint("form_id", "central_id"),
        Index("ix_mirrored_submissions_files_due_at", "form_id", "files_due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("mirrored_forms.id"))
    central_id: Mapped[str]
    mark: Mapped[str]
    current_instance_id: Mapped[str | None]
    is_raced: Mapped[bool] = mapped_column(default=False)
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    purged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # by our clock
    # Not found at Central, with so many others that a person has to say so first.
    missing_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    review_state: Mapped[str | None]
    has_new_comments: Mapped[bool] = mapped_column(default=False)
    files_present: Mapped[int] = mapped_column(default=0)
    files_expected: Mapped[int] = mapped_column(default=0)
    files_wanted: Mapped[bool] = mapped_column(default=False)
    files_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    files_attempts: Mapped[int] = mapped_column(default=0)
    files_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    files_given_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MirroredVersion(Base):
    """A version of a submission that was seen, and where the inbox has it.

    One that lost a race of edits `is_replaced` by the edit that ended the race.
    """

    __tablename__ = "mirrored_versions"
    __table_args__ = (
        UniqueConstraint("mirrored_id", "instance_id", "content_sha256"),
        Index("ix_mirrored_versions_submission_id", "submission_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mirrored_id: Mapped[int] = mapped_column(ForeignKey("mirrored_submissions.id"))
    instance_id: Mapped[str]
    content_sha256: Mapped[str]
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    is_raced: Mapped[bool] = mapped_column(default=False)
    is_replaced: Mapped[bool] = mapped_column(default=False)


class MirroredFile(Base):
    """A file of a submission that was fetched, with what tells whether it changed."""

    __tablename__ = "mirrored_files"
    __table_args__ = (UniqueConstraint("mirrored_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mirrored_id: Mapped[int] = mapped_column(ForeignKey("mirrored_submissions.id"))
    name: Mapped[str]
    instance_id: Mapped[str]
    etag: Mapped[str]
    sha256: Mapped[str]
    fetched_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MirroredComment(Base):
    """What somebody wrote about a submission at Central."""

    __tablename__ = "mirrored_comments"
    __table_args__ = (UniqueConstraint("mirrored_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mirrored_id: Mapped[int] = mapped_column(ForeignKey("mirrored_submissions.id"))
    number: Mapped[int]  # the oldest is 1: comments are never taken back
    text: Mapped[str] = mapped_column(SealedJson)
    author: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
