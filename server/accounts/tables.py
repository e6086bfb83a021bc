"""People who sign in, their areas, and the phones they carry."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.columns import SealedJson, UtcDateTime
from server.db import Base
from server.domain.people.names import fold, sort_key

ROLES = ("admin", "district", "ward", "enumerator")


class User(Base):
    """A person. Never deleted: judgements and decisions keep pointing here."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint(f"role IN {ROLES!r}", name="role"),
        CheckConstraint("language IN ('vi', 'en')", name="language"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)  # folded: small letters, no marks
    name: Mapped[str]
    name_folded: Mapped[str] = mapped_column(
        default=lambda context: fold(context.get_current_parameters()["name"])
    )
    name_sort: Mapped[str] = mapped_column(
        default=lambda context: sort_key(context.get_current_parameters()["name"])
    )
    role: Mapped[str]
    password_hash: Mapped[str | None]  # None until the invitation is used
    language: Mapped[str] = mapped_column(default="vi")
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class UserArea(Base):
    """An area a person is responsible for, with everything below it."""

    __tablename__ = "user_areas"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), primary_key=True)


class UserSession(Base):
    """A signed-in browser. The cookie holds the token, the database its hash."""

    __tablename__ = "user_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SignInFailure(Base):
    """A wrong password, counted in the database so that all processes see it."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (Index("ix_sign_in_failures_login_at", "login", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ApiToken(Base):
    """What a program sends to work for a person; the database holds its hash."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    name: Mapped[str]  # what the program is called
    token_hash: Mapped[str] = mapped_column(unique=True)
    may_write: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Invitation(Base):
    """A one-time link by which somebody sets a password; `user_id` None makes the
    first administrator."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Phone(Base):
    """ODK Collect on one enumerator's phone (an "app user").

    It signs in by the token in its URL or by Digest with `username` and a password.
    Both secrets are random and are kept sealed, because the settings card can be
    printed again; `token_index` finds the phone by its token.
    """

    __tablename__ = "phones"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    username: Mapped[str] = mapped_column(unique=True)
    secrets: Mapped[dict[str, str]] = mapped_column(SealedJson)  # token, password
    token_index: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    device_id: Mapped[str | None]
    collect_version: Mapped[str | None]
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SentForm(Base):
    """A form that somebody sent and that was carried out: the hash of its word and its
    contents, and where that led to. Rows go after two days."""

    __tablename__ = "sent_forms"

    key: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    location: Mapped[str]
