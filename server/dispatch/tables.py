"""What phones hold about each household, in which version, and what ODK Central has of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from server.columns import Json, SealedJson, UtcDateTime
from server.db import Base

CONFLICTS = ("changed_there", "deleted_there")
FLAGS = ("soft", "hard")
WISHES = ("ours", "theirs", "return")


class Publication(Base):
    """One household as phones may see it: an entity of their offline list.

    A phone replaces its own copy only by a version at least as high, and counts one for
    each update it made itself. So the version counts what phones sent (`updates`: one,
    and one for each distinct submission that updates the entity or corrects an earlier
    submission; creating it twice is creating it once) and what changed here without any
    of them (`revisions`). `claims` is how many distinct submissions, creating ones too,
    had been seen.
    """

    __tablename__ = "publications"

    household_id: Mapped[str] = mapped_column(primary_key=True)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"), index=True)
    is_listed: Mapped[bool]  # False: merged away, moved or dissolved
    claims: Mapped[int]
    updates: Mapped[int]
    revisions: Mapped[int]
    properties: Mapped[dict[str, Any]] = mapped_column(SealedJson)
    properties_hash: Mapped[str]

    @property
    def version(self) -> int:
        return self.updates + self.revisions


class EntityList(Base):
    """A list of households at ODK Central, as it was when all of it was last compared.

    `etag` is what Central said the list was, and `fingerprint` what it should have been:
    while both stay, there is nothing to do. It is empty while something waits.
    """

    __tablename__ = "entity_lists"
    __table_args__ = (UniqueConstraint("server", "project", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    server: Mapped[str]
    project: Mapped[int]
    name: Mapped[str]
    etag: Mapped[str] = mapped_column(default="")
    fingerprint: Mapped[str] = mapped_column(default="")
    entities: Mapped[int] = mapped_column(default=0)  # not deleted ones
    compared_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class EntityLink(Base):
    """Which entity of a list at ODK Central stands for which household.

    The row is there before Central is first asked to create the entity, so that an
    answer that was lost, or a second publisher, never makes another one. Without a
    household it is an entity that somebody else put there. One whose uuid Central will
    not take again is `retired_at`, and leads to its household for ever.

    `version` and `held_hash` are what Central was last seen to hold; `sent_hashes` what
    was sent since. `deleted_at` says that it was us who deleted the entity. A `conflict`
    waits for a person, whose `wish` holds while Central holds what `wish_hash` says;
    `theirs` are the values of Central that the person sees. `flag` is Central's own word
    for edits that overlapped.
    """

    __tablename__ = "entity_links"
    __table_args__ = (
        UniqueConstraint("server", "uuid"),
        CheckConstraint(f"conflict IN {CONFLICTS!r}", name="conflict"),
        CheckConstraint(f"flag IN {FLAGS!r}", name="flag"),
        CheckConstraint(f"wish IN {WISHES!r}", name="wish"),
        CheckConstraint("(wish IS NULL) = (wished_at IS NULL)", name="wished_at"),
        Index(
            "ix_entity_links_live",
            "list_id",
            "household_id",
            unique=True,
            sqlite_where=text("retired_at IS NULL"),
            postgresql_where=text("retired_at IS NULL"),
        ),
        Index("ix_entity_links_household_id", "household_id"),
        Index("ix_entity_links_uuid", "uuid"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    server: Mapped[str]
    list_id: Mapped[int] = mapped_column(ForeignKey("entity_lists.id"))
    uuid: Mapped[str]
    household_id: Mapped[str | None]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int | None]
    held_hash: Mapped[str] = mapped_column(default="")
    is_deleted: Mapped[bool] = mapped_column(default=False)  # at Central
    sent_hashes: Mapped[list[str]] = mapped_column(Json)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    waiting_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    flag: Mapped[str | None]
    conflict: Mapped[str | None]
    conflict_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    theirs: Mapped[dict[str, Any] | None] = mapped_column(SealedJson)
    wish: Mapped[str | None]
    wish_hash: Mapped[str] = mapped_column(default="")
    wanted_hash: Mapped[str] = mapped_column(default="")  # ours when the wish was said
    wished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    wished_by: Mapped[str] = mapped_column(default="")
    refusal: Mapped[str | None]  # Central's code
    refusal_message: Mapped[str] = mapped_column(default="")
    refused_hash: Mapped[str] = mapped_column(default="")
    refused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class EntityClaim(Base):
    """A submission whose entity is missing at ODK Central, and what Central says of it.

    It accepts a submission and makes entities of it later; that this failed is told
    nowhere else. Kept for good.
    """

    __tablename__ = "entity_claims"
    __table_args__ = (Index("ix_entity_claims_due_at", "due_at"),)

    submission_id: Mapped[int] = mapped_column(
        ForeignKey("submissions.id"), primary_key=True
    )
    server: Mapped[str]
    project: Mapped[int]
    uuid: Mapped[str]
    looks: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # None: it is known
    code: Mapped[str | None]
    message: Mapped[str | None] = mapped_column(SealedJson)
    failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
