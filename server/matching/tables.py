"""What matching keeps: records as they are compared, keys by which they are found, how
common names are, and the model with the thresholds by which pairs are judged.

Keys and counted names are kept as keyed hashes only; what is compared is sealed.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from server.columns import Json, SealedBytes, UtcDateTime
from server.db import Base


class RecordFeatures(Base):
    """A survey record as it is compared, read once when it arrived.

    `version` is that of the reading (`server.matching.keeping`); rows of an older one
    are read again by a job. `keys` are those under which the record is found, so that
    they can be taken away again without another index.
    """

    __tablename__ = "record_features"
    # Answers whose number it is without the row itself, which is twelve times as wide.
    __table_args__ = (Index("ix_record_features_covering", "number", "record_id"),)

    number: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[str] = mapped_column(ForeignKey("survey_records.id"), unique=True)
    version: Mapped[int] = mapped_column(index=True)
    content: Mapped[bytes] = mapped_column(SealedBytes)
    keys: Mapped[bytes] = mapped_column(LargeBinary)


class MatchingKey(Base):
    """A key by which a record is found for comparison, as a keyed hash of 64 bits.

    Without a foreign key: a record brings three dozen of them, each would be checked,
    and they are written and taken away with the one row that names them all.
    """

    __tablename__ = "matching_keys"
    __table_args__ = ({"sqlite_with_rowid": False},)

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)


class NameFrequencies(Base):
    """How common names and phones were on a day, as keyed hashes with their counts.

    Not counted on with every record: how a pair is judged must not depend on which of
    two surveys arrived first. The newest row is in force.
    """

    __tablename__ = "name_frequencies"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    records: Mapped[int]
    persons: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)


class MatchingModel(Base):
    """A model that was trained here. The one in force was accepted and is live; without
    any, the model that comes with the program is."""

    __tablename__ = "matching_models"
    __table_args__ = (
        Index(
            "ix_matching_models_in_force",
            "is_in_force",
            unique=True,
            sqlite_where=text("is_in_force"),
            postgresql_where=text("is_in_force"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    content: Mapped[str]  # the file, as `domain.matching.model` writes it
    report: Mapped[dict[str, Any]] = mapped_column(Json)  # old against new, held out
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_in_force: Mapped[bool]
    actor_kind: Mapped[str]  # who accepted it, or had it trained
    actor_id: Mapped[int]
    actor_name: Mapped[str]


class MatchingThresholds(Base):
    """From how many bits on a pair is joined or asked about, decided by a person for
    one model. Superseded, never edited; without a live row the model's zones hold."""

    __tablename__ = "matching_thresholds"
    __table_args__ = (
        Index(
            "ix_matching_thresholds_live",
            "model",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    model: Mapped[str]
    auto_from: Mapped[float]
    propose_from: Mapped[float]
    price: Mapped[dict[str, Any]] = mapped_column(Json)  # what was seen before saving
    reason: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str]
    actor_id: Mapped[int]
    actor_name: Mapped[str]
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
