"""The synchronisation with ODK Central as staff see it: who is at it, what it did, what
was found when it was examined, and what people decided about it."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.columns import Json, SealedJson, UtcDateTime
from server.db import Base

OUTCOMES = ("done", "partly", "failed", "stopped")
DECISIONS = ("losses_allowed", "recreated_followed", "race_settled", "files_looked_for")


class SyncLease(Base):
    """Which process synchronises: one row, held by one process at a time.

    `beats` rises as long as the holder lives; whoever waits sees by its own watch
    whether it still does, so that clocks of two machines need not agree. Without a
    holder it was stopped at `beat_at`.
    """

    __tablename__ = "sync_leases"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str] = mapped_column(default="")
    host: Mapped[str] = mapped_column(default="")
    pid: Mapped[int] = mapped_column(default=0)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    beat_at: Mapped[datetime] = mapped_column(UtcDateTime)
    beats: Mapped[int] = mapped_column(default=0)
    doing: Mapped[str] = mapped_column(default="")  # "pull"
    place: Mapped[str] = mapped_column(default="")  # a form, a list
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when it waits


class SyncRun(Base):
    """Something the synchronisation did that is worth knowing: it changed something,
    failed, or somebody had asked for it. Kept for good.

    The same failure again and again is one row that counts its `times`.
    """

    __tablename__ = "sync_runs"
    __table_args__ = (
        CheckConstraint(f"outcome IN {OUTCOMES!r}", name="outcome"),
        CheckConstraint("times >= 1", name="times"),
        Index("ix_sync_runs_work", "work", "id"),
        Index("ix_sync_runs_started_at", "started_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    work: Mapped[str]  # "pull"
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str]
    times: Mapped[int] = mapped_column(default=1)
    job_id: Mapped[int | None]
    counts: Mapped[dict[str, dict[str, int]]] = mapped_column(Json)  # by form or list
    amount: Mapped[int] = mapped_column(default=0)  # of all counts, for lists
    problems: Mapped[list[dict[str, Any]]] = mapped_column(SealedJson)
    problem_codes: Mapped[str] = mapped_column(default="")
    host: Mapped[str] = mapped_column(default="")


class SyncCheckup(Base):
    """What an examination of the synchronisation found. Kept for good."""

    __tablename__ = "sync_checkups"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    is_well: Mapped[bool]
    findings: Mapped[list[dict[str, Any]]] = mapped_column(SealedJson)


class CentralDecision(Base):
    """What a person decided that the synchronisation must not decide by itself, and
    why. Append-only."""

    __tablename__ = "central_decisions"
    __table_args__ = (CheckConstraint(f"kind IN {DECISIONS!r}", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    form_id: Mapped[int] = mapped_column(ForeignKey("mirrored_forms.id"), index=True)
    mirrored_id: Mapped[int | None] = mapped_column(
        ForeignKey("mirrored_submissions.id")
    )
    submissions: Mapped[int] = mapped_column(default=0)  # how many it is about
    reason: Mapped[str] = mapped_column(SealedJson)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str]
    actor_id: Mapped[int]
    actor_name: Mapped[str]


class AppUser(Base):
    """What a phone is at ODK Central: an app user of one project.

    The row is written before Central is asked to make the app user, so `actor_id` and
    `token` are empty while nobody knows whether it did. `codes` are the wards and
    groups Central was told, by the name of the property. `revoked_at` is when Central
    was seen to accept nothing more from it.
    """

    __tablename__ = "central_app_users"
    __table_args__ = (
        UniqueConstraint("server", "project", "phone_id"),
        UniqueConstraint("server", "project", "actor_id"),
        Index("ix_central_app_users_phone_id", "phone_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    server: Mapped[str]
    project: Mapped[int]
    phone_id: Mapped[int] = mapped_column(ForeignKey("phones.id"))
    actor_id: Mapped[int | None]
    token: Mapped[str | None] = mapped_column(SealedJson)
    codes: Mapped[dict[str, list[str]]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
