"""Forms as released to phones."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from server.columns import UtcDateTime
from server.db import Base


class ReleasedForm(Base):
    """The bytes of one form version, for ever: a phone that gets other bytes under the
    same version deletes the form it has. Append-only.

    `workbook_sha256` is the Excel file it was made of, so that starting again does not
    convert what is known.
    """

    __tablename__ = "released_forms"

    form_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    xform: Mapped[bytes]
    sha256: Mapped[str]
    workbook_sha256: Mapped[str] = mapped_column(index=True)
    released_at: Mapped[datetime] = mapped_column(UtcDateTime)
