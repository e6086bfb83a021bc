"""Tables of standards that people completed, each by one and signed by another."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from server.clock import EARLIEST
from server.columns import UtcDateTime
from server.db import Base

EVERYWHERE = ""  # the province of a table that applies wherever no other does
STATES = ("proposed", "signed", "rejected", "withdrawn", "replaced")


class TableCompletion(Base):
    """A transcription of the B1 table of a standard, for a province or for everywhere, and
    for reviews from a day on. Of these one counts at a time; an earlier one is replaced
    by it and counts again when it is withdrawn."""

    __tablename__ = "table_completions"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES!r}", name="state"),
        CheckConstraint("signed_by_id <> actor_id", name="two_people"),
        Index(
            "ix_table_completions_signed",
            "standard",
            "province_code",
            "applies_from",
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
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    province_code: Mapped[str] = mapped_column(default=EVERYWHERE, server_default="")
    # The first day of the reviews it is for; the earliest day is "of all of them".
    applies_from: Mapped[date] = mapped_column(
        default=EARLIEST, server_default=EARLIEST.isoformat()
    )
    # How many items the print has; None where the standard knows.
    stated_items: Mapped[int | None]
    # The columns that apply here; blank in those from before phones asked the items.
    urban: Mapped[str] = mapped_column(default="", server_default="")
    rural: Mapped[str] = mapped_column(default="", server_default="")
