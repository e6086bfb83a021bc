"""Tables of standards that people completed, each by one and signed by another."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from server.columns import UtcDateTime
from server.db import Base

STATES = ("proposed", "signed", "rejected", "withdrawn", "replaced")


class TableCompletion(Base):
    """A transcription of the B1 table of a standard. One counts at a time; an earlier
    one is replaced by it and counts again when it is withdrawn."""

    __tablename__ = "table_completions"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES!r}", name="state"),
        CheckConstraint("signed_by_id <> actor_id", name="two_people"),
        Index(
            "ix_table_completions_signed",
            "standard",
            unique=True,
            sqlite_where=text("state = 'signed'"),
            postgresql_where=text("state = 'signed'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    standard: Mapped[str]
    content: Mapped[str]
    sha256: Mapped[str]
    document: Mapped[str]
    article: Mapped[str]
    url: Mapped[str]
    state: Mapped[str] = mapped_column(default="proposed")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int]
    actor_name: Mapped[str]
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signed_by_id: Mapped[int | None]
    signed_by: Mapped[str | None]
    reason: Mapped[str] = mapped_column(default="")  # why rejected or withdrawn
    # How many items the print has; None where the standard knows.
    stated_items: Mapped[int | None]
    # The columns that apply here; blank in those from before phones asked the items.
    urban: Mapped[str] = mapped_column(default="", server_default="")
    rural: Mapped[str] = mapped_column(default="", server_default="")
