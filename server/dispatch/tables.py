"""What phones hold about each household, and in which version."""

from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.columns import SealedJson
from server.db import Base


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
