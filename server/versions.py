"""Things that are edited by version: an edit ends the live row and adds another, so what
was said before stays. Whoever wrote a row stands on it.

A feature's table takes the columns from here (`Signed`, `Versioned`) and one index that
lets a key have a single live row; its actions find and end rows here.
"""

from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy import Index, select, text
from sqlalchemy.orm import Mapped, mapped_column

from server import clock
from server.columns import UtcDateTime
from server.db import db
from server.domain.actor import Actor


class Signed:
    """When a row was written, and by whom."""

    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str]
    actor_id: Mapped[int]
    actor_name: Mapped[str]
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Versioned(Signed):
    """A version of whatever has a key. What was put away has no live one."""

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(index=True)
    superseded_by: Mapped[str | None]


class _Ending(Protocol):
    superseded_at: Any  # columns are other things to a checker on mixins and on rows
    superseded_by: Any


Row = TypeVar("Row", bound=Versioned)


def one_live(name: str, *columns: str) -> Index:
    """The index by which these columns name one live row at most."""
    live = text("superseded_at IS NULL")
    return Index(name, *columns, unique=True, sqlite_where=live, postgresql_where=live)


def find_live(table: type[Row], key: str) -> Row | None:
    """The version that counts."""
    return db.session.scalar(
        select(table).where(table.key == key, table.superseded_at.is_(None))
    )


def find_put_away(table: type[Row], key: str) -> Row | None:
    """The last version of what no longer has a live one."""
    last = db.session.scalar(
        select(table).where(table.key == key).order_by(table.id.desc()).limit(1)
    )
    return last if last is not None and last.superseded_at is not None else None


def end(row: _Ending, by: Actor) -> None:
    """The row no longer counts from now on."""
    row.superseded_at, row.superseded_by = clock.now(), by.name
    db.session.flush()
