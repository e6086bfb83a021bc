"""Pairs of records that may be one household, and what was decided about them."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    UniqueConstraint,
    and_,
    text,
    true,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from server.columns import SealedJson, UtcDateTime
from server.db import Base
from server.registry.tables import SortKey
from server.review import door_tables  # noqa: F401 - known with the tables here

PROPOSAL_STATES = ("open", "decided", "stale")
VERDICTS = ("same", "different", "unsure")
CHANGE_KINDS = ("batch", "split", "transfer", "new_head", "moved_value")
# Why somebody says what they say; "split_off" is a family that left another one.
REASONS = (
    "asked_the_family",
    "asked_the_group",
    "saw_the_papers",
    "papers_lent",
    "namesakes",
    "split_off",
    "entered_twice",
    "other",
)


class MergeProposal(Base):
    """A pair of records the comparison has something to say about.

    `model_score` is the probability that model and rules give, `score` the one after
    what a family `answer`ed at its door, which adds `answer_bits`.

    `open` waits for a person; `decided` has a live judgement on its pair, or one
    between the two households; `stale` means that other judgements already brought both
    records into one household. Of open pairs those are not asked about (`is_asked`)
    whose households, on average, are too far apart. The household and area columns
    follow the records, for lists and scope.
    """

    __tablename__ = "merge_proposals"
    __table_args__ = (
        UniqueConstraint("left_record_id", "right_record_id"),
        CheckConstraint("left_record_id < right_record_id", name="ordered"),
        CheckConstraint(f"state IN {PROPOSAL_STATES!r}", name="state"),
        Index("ix_merge_proposals_state_score_id", "state", "score", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    left_record_id: Mapped[str] = mapped_column(ForeignKey("survey_records.id"))
    right_record_id: Mapped[str] = mapped_column(
        ForeignKey("survey_records.id"), index=True
    )
    score: Mapped[float]
    model_score: Mapped[float] = mapped_column(server_default="0")
    answer: Mapped[str | None]  # of `door_tables.ANSWERS`
    answer_bits: Mapped[float] = mapped_column(server_default="0", default=0.0)
    is_certain: Mapped[bool]  # the machine may decide SAME by itself
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(SealedJson)
    evidence_codes: Mapped[str]  # " head_name head_birth ", to filter by
    weighing: Mapped[dict[str, Any] | None] = mapped_column(SealedJson)
    model: Mapped[str]
    bits: Mapped[float] = mapped_column(server_default="0")
    is_asked: Mapped[bool] = mapped_column(server_default=true())
    state: Mapped[str]
    left_household_id: Mapped[str] = mapped_column(index=True)
    right_household_id: Mapped[str] = mapped_column(index=True)
    left_area_id: Mapped[int | None]
    right_area_id: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @hybrid_property
    def seems_certain(self) -> bool:
        """Whether the machine would decide by itself, and no family says otherwise."""
        return self.is_certain and self.answer_bits >= 0

    @seems_certain.inplace.expression
    @classmethod
    def _seems_certain(cls) -> ColumnElement[bool]:
        return and_(cls.is_certain, cls.answer_bits >= 0)


class JudgementRow(Base):
    """One verdict on a pair of records. Superseded, never edited; one live row a pair.

    `replaces_id` is the row it took the place of. Taking a verdict back brings that one
    back as a new row with the author and the instant of the original, `restores_id`.
    """

    __tablename__ = "judgements"
    __table_args__ = (
        CheckConstraint("left_record_id < right_record_id", name="ordered"),
        CheckConstraint(f"verdict IN {VERDICTS!r}", name="verdict"),
        Index(
            "ix_judgements_live_pair",
            "left_record_id",
            "right_record_id",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    left_record_id: Mapped[str] = mapped_column(
        ForeignKey("survey_records.id"), index=True
    )
    right_record_id: Mapped[str] = mapped_column(
        ForeignKey("survey_records.id"), index=True
    )
    verdict: Mapped[str]
    reason_code: Mapped[str | None]  # of `REASONS`
    reason: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str]
    actor_id: Mapped[int]
    actor_name: Mapped[str]
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    superseded_by: Mapped[str | None]  # name of who took it back
    superseded_reason: Mapped[str | None]
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("judgements.id"))
    restores_id: Mapped[int | None] = mapped_column(ForeignKey("judgements.id"))


class JudgementCorrection(Base):
    """A value that was chosen with a judgement. It holds as long as the judgement."""

    __tablename__ = "judgement_corrections"

    judgement_id: Mapped[int] = mapped_column(
        ForeignKey("judgements.id"), primary_key=True
    )
    correction_id: Mapped[int] = mapped_column(
        ForeignKey("corrections.id"), primary_key=True
    )


class Opinion(Base):
    """What one person says about a pair that two have to agree on. It joins nothing by
    itself; superseded by the judgement of a second person, or by another opinion."""

    __tablename__ = "opinions"
    __table_args__ = (
        CheckConstraint("left_record_id < right_record_id", name="ordered"),
        CheckConstraint(f"verdict IN {VERDICTS!r}", name="verdict"),
        Index(
            "ix_opinions_live_pair",
            "left_record_id",
            "right_record_id",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    left_record_id: Mapped[str] = mapped_column(ForeignKey("survey_records.id"))
    right_record_id: Mapped[str] = mapped_column(ForeignKey("survey_records.id"))
    verdict: Mapped[str]
    reason: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str]
    actor_id: Mapped[int]
    actor_name: Mapped[str]
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class BlindReview(Base):
    """What another person said about a decided pair without knowing what was decided.
    It changes nothing; how often both agree tells how sure decisions are."""

    __tablename__ = "blind_reviews"
    __table_args__ = (CheckConstraint(f"verdict IN {VERDICTS!r}", name="verdict"),)

    judgement_id: Mapped[int] = mapped_column(
        ForeignKey("judgements.id"), primary_key=True
    )
    verdict: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str]
    actor_id: Mapped[int]
    actor_name: Mapped[str]


class StaffChange(Base):
    """Several judgements and corrections that somebody made as one thing, and takes
    back as one. Superseded, never edited."""

    __tablename__ = "staff_changes"
    __table_args__ = (CheckConstraint(f"kind IN {CHANGE_KINDS!r}", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    # No foreign keys: they would keep households that only lived between two judgements.
    household_id: Mapped[str | None] = mapped_column(index=True)
    other_household_id: Mapped[str | None] = mapped_column(index=True)
    reason: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str]
    actor_id: Mapped[int]
    actor_name: Mapped[str]
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    superseded_by: Mapped[str | None]
    superseded_reason: Mapped[str | None]


class StaffChangePart(Base):
    """One judgement or one correction of a change; exactly one of the two is named."""

    __tablename__ = "staff_change_parts"
    __table_args__ = (
        CheckConstraint(
            "(judgement_id IS NULL) <> (correction_id IS NULL)", name="one_part"
        ),
    )

    change_id: Mapped[int] = mapped_column(
        ForeignKey("staff_changes.id"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    judgement_id: Mapped[int | None] = mapped_column(ForeignKey("judgements.id"))
    correction_id: Mapped[int | None] = mapped_column(ForeignKey("corrections.id"))


class QueueEntry(Base):
    """Where an open proposal stands in the queue: computed, and made again at any time.

    `place` sorts by the worth of a decision, pairs that touch one household together.
    Of several pairs of surveys of the same two households one `is_main`.
    """

    __tablename__ = "queue_entries"
    __table_args__ = (
        Index("ix_queue_entries_is_main_place", "is_main", "place", "proposal_id"),
    )

    proposal_id: Mapped[int] = mapped_column(
        ForeignKey("merge_proposals.id", ondelete="CASCADE"), primary_key=True
    )
    is_main: Mapped[bool]
    place: Mapped[str] = mapped_column(SortKey)
    group_id: Mapped[int]  # the smallest id among the pairs that hang together
    group_size: Mapped[int]  # how many pairs of households those are


class HouseholdStake(Base):
    """What a wrong decision about a household would put at stake; 0 has no row. Told by
    who knows statuses; see `server.review.weighing`."""

    __tablename__ = "household_stakes"

    household_id: Mapped[str] = mapped_column(primary_key=True)
    stake: Mapped[int]


class Reservation(Base):
    """Somebody has a pair open. `shown` is what stood on the page, by side, so that a
    decision on something else can be told what changed."""

    __tablename__ = "reservations"

    proposal_id: Mapped[int] = mapped_column(
        ForeignKey("merge_proposals.id", ondelete="CASCADE"), primary_key=True
    )
    actor_id: Mapped[int] = mapped_column(index=True)
    actor_name: Mapped[str]
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    seen: Mapped[str]
    shown: Mapped[dict[str, Any]] = mapped_column(SealedJson)
