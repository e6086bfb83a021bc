"""Survey records, and the households computed from them.

Records, corrections and lineage events are what was said; households, members and
identifiers are computed from them and can be thrown away and made again.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from server.columns import SealedJson, UtcDateTime
from server.db import Base

HOUSEHOLD_STATES = ("live", "merged", "departed")
EVENT_KINDS = ("moved_out", "dissolved")
# Sort keys are compared character by character, whatever language the server speaks.
SortKey = String().with_variant(String(collation="C"), "postgresql")


class SurveyRecordRow(Base):
    """One understood submission version. Append-only: triggers refuse update, delete.

    `content` is `domain.survey.record.SurveyRecord` as `plain.to_plain` writes it.
    `seed_household_id` is the household id this record proposes
    (`domain.households.codes.household_seed`).
    """

    __tablename__ = "survey_records"
    # Hardly any record has them. With the others in the index, statistics would say
    # that one value is found in all records, and the planner would read them all.
    __table_args__ = (
        Index(
            "ix_survey_records_deprecated_id",
            "deprecated_id",
            sqlite_where=text("deprecated_id IS NOT NULL"),
            postgresql_where=text("deprecated_id IS NOT NULL"),
        ),
        Index(
            "ix_survey_records_entity_id",
            "entity_id",
            sqlite_where=text("entity_id IS NOT NULL"),
            postgresql_where=text("entity_id IS NOT NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)  # derived from the submission
    submission_id: Mapped[int] = mapped_column(
        ForeignKey("submissions.id"), unique=True
    )
    form_id: Mapped[str]
    form_version: Mapped[str]
    instance_id: Mapped[str] = mapped_column(index=True)
    deprecated_id: Mapped[str | None]
    entity_id: Mapped[str | None]
    seed_household_id: Mapped[str] = mapped_column(index=True)
    review_date: Mapped[date]
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"), index=True)
    content: Mapped[dict[str, Any]] = mapped_column(SealedJson)
    warnings: Mapped[list[dict[str, Any]]] = mapped_column(SealedJson)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)


class HouseholdRow(Base):
    """A household as computed; the columns beside `content` are for lists and search.

    `state` is merged when its records went to `merged_into`, departed when it moved
    away or was dissolved. `content` is `domain.households.golden.GoldenHousehold`.
    """

    __tablename__ = "households"
    __table_args__ = (
        CheckConstraint(f"state IN {HOUSEHOLD_STATES!r}", name="state"),
        CheckConstraint(
            "(state = 'merged') = (merged_into IS NOT NULL)", name="merged_into"
        ),
        Index(
            "ix_households_area_id_head_sort_key_id", "area_id", "head_sort_key", "id"
        ),
        # For counting, also those with a status, without reading any household.
        Index("ix_households_area_id_state_id", "area_id", "state", "id"),
        Index("ix_households_head_sort_key_id", "head_sort_key", "id"),
        Index("ix_households_review_date_id", "review_date", "id"),
        Index(
            "ix_households_merged_into",
            "merged_into",
            sqlite_where=text("merged_into IS NOT NULL"),
            postgresql_where=text("merged_into IS NOT NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    merged_into: Mapped[str | None]
    departed_on: Mapped[date | None]
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))
    needs_area_review: Mapped[bool]
    group_code: Mapped[str]
    head_name: Mapped[str]
    head_sort_key: Mapped[str] = mapped_column(SortKey)
    address_text: Mapped[str]
    search_text: Mapped[str]  # folded words: code, head, members, address, phones
    member_count: Mapped[int]
    record_count: Mapped[int]
    review_date: Mapped[date]
    content: Mapped[dict[str, Any]] = mapped_column(SealedJson)
    content_hash: Mapped[str]


class HouseholdRecord(Base):
    """Which household a record belongs to now; every record has exactly one."""

    __tablename__ = "household_records"
    # Each survey that arrives asks for the households of a hundred records.
    __table_args__ = (
        Index("ix_household_records_covering", "record_id", "household_id"),
    )

    record_id: Mapped[str] = mapped_column(
        ForeignKey("survey_records.id"), primary_key=True
    )
    household_id: Mapped[str] = mapped_column(ForeignKey("households.id"), index=True)


class HouseholdMemberRow(Base):
    """A person of a computed household, as far as lists and reports need columns."""

    __tablename__ = "household_members"

    household_id: Mapped[str] = mapped_column(
        ForeignKey("households.id"), primary_key=True
    )
    key: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    full_name: Mapped[str]
    name_folded: Mapped[str] = mapped_column(index=True)
    relation_to_head: Mapped[str | None]
    sex: Mapped[str | None]
    birth_year: Mapped[int | None]


class PersonIdentifier(Base):
    """An identity number of a member: sealed, and findable by its keyed hash."""

    __tablename__ = "person_identifiers"

    household_id: Mapped[str] = mapped_column(
        ForeignKey("households.id"), primary_key=True
    )
    member_key: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    number_index: Mapped[str] = mapped_column(primary_key=True, index=True)
    number: Mapped[str] = mapped_column(SealedJson)


class Correction(Base):
    """A staff value over a surveyed one, anchored at a record so that it follows that
    record through merges and splits. Superseded, never edited; one that holds again is a
    new row with the author and the instant of the original, `restores_id`."""

    __tablename__ = "corrections"

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[str] = mapped_column(ForeignKey("survey_records.id"), index=True)
    path: Mapped[str]
    value: Mapped[Any] = mapped_column(SealedJson, nullable=True)  # None: no answer
    reason: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str]
    actor_id: Mapped[int]
    actor_name: Mapped[str]
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    restores_id: Mapped[int | None]  # the first row of a correction that came back

    @property
    def known_as(self) -> int:
        """The id under which a household names it: that of the first row, so that
        taking something back and back again leaves no trace."""
        return self.restores_id or self.id


class HouseholdEvent(Base):
    """Something that happened to a household outside any survey, on a day."""

    __tablename__ = "household_events"
    __table_args__ = (CheckConstraint(f"kind IN {EVENT_KINDS!r}", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[str] = mapped_column(ForeignKey("households.id"), index=True)
    kind: Mapped[str]
    on: Mapped[date]
    reason: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str]
    actor_id: Mapped[int]
    actor_name: Mapped[str]
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
