"""What phones hold about each household, and in which version."""

from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.columns import SealedJson
from server.db import Base


class Publication(Base):
    """One household as phones may see it: an entity of their offline list.

    The version counts what phones sent (`updates`: distinct submissions that create or
    update the entity) and what changed here (`revisions`), because a phone replaces its
    own copy only by a version at least as high.
    """

    __tablename__ = "publications"

    household_id: Mapped[str] = mapped_column(primary_key=True)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"), index=True)
    is_listed: Mapped[bool]  # False: merged away, moved or dissolved
    updates: Mapped[int]
    revisions: Mapped[int]
    properties: Mapped[dict[str, Any]] = mapped_column(SealedJson)
    properties_hash: Mapped[str]

    @property
    def version(self) -> int:
        return max(1, self.updates + self.revisions)
