"""Survey records and their views for tests of the computed household."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from server.domain.households.golden import CorrectionView, RecordView
from server.domain.survey.record import (
    BirthDate,
    Household,
    Identifier,
    Member,
    SurveyRecord,
)

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def member(key: str, full_name: str, **more: Any) -> Member:
    """One person; `year` and `cccd` are short for their birth and identifiers."""
    if "year" in more:
        more["birth"] = BirthDate(more.pop("year"))
    if "cccd" in more:
        more["identifiers"] = (Identifier("cccd12", more.pop("cccd")),)
    return Member(key=key, full_name=full_name, **more)


def survey_record(household: Household | None = None, **more: Any) -> SurveyRecord:
    """A plain household review of 1 October 2025."""
    record = SurveyRecord(
        form_id="household_review",
        form_version="1",
        instance_id="uuid:1",
        deprecated_id=None,
        review_date=date(2025, 10, 1),
        is_unchanged=False,
        household=household or Household(),
    )
    return replace(record, **more)


def view(record_id: str, household: Household, year: int, **more: Any) -> RecordView:
    """The view of a record reviewed on 1 October of `year`."""
    more = {"instance_id": f"uuid:{record_id}", "review_date": date(year, 10, 1)} | more
    return record_view(record_id, survey_record(household, **more))


def record_view(record_id: str, record: SurveyRecord) -> RecordView:
    """A record that stands for the household of its entity, or for one of its own."""
    stands_for = record.entity.id if record.entity else record_id
    return RecordView(record_id, record, received_at=NOON, stands_for=stands_for)


def correction(
    correction_id: str, path: str, value: Any, **more: Any
) -> CorrectionView:
    """A correction anchored to record r1 unless told otherwise."""
    return CorrectionView(
        id=correction_id,
        record_id=more.get("record_id", "r1"),
        path=path,
        value=value,
        at=more.get("at", NOON),
    )
