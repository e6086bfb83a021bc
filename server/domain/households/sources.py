"""What a household is computed from: survey records and the corrections of staff."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from server.domain.survey.record import SurveyRecord


@dataclass(frozen=True, slots=True)
class RecordView:
    """One survey record of the household. `received_at` never decides anything.

    `stands_for` is the household it was made for: the one of its entity, or one of its
    own (`codes.household_seed`). Records of several come together when households are
    joined.
    """

    id: str
    record: SurveyRecord
    received_at: datetime
    stands_for: str


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """A staff value over a surveyed value.

    `record_id` anchors the correction: it follows that record when households are
    merged or split. `path` is "address.lane", "members[<key>].full_name", or
    "members[<key>]" with a null value for a person who does not belong; `value` is
    JSON.
    """

    id: str
    record_id: str
    path: str
    value: Any
    at: datetime


def age_key(view: RecordView) -> tuple[date, datetime, str, str]:
    """Older records first: by review date, then the end of the interview, then id.

    Arrival plays no part, so a phone that was offline for months changes nothing newer.
    """
    record = view.record
    ended_at = record.ended_at or datetime.min  # noqa: DTZ901 - compared without zones
    if ended_at.tzinfo is not None:
        ended_at = ended_at.astimezone(UTC).replace(tzinfo=None)
    return record.review_date, ended_at, record.instance_id, view.id


def newest_first(views: list[RecordView]) -> list[RecordView]:
    """The records that count, newest first: a version replaced by an edit is left out.

    A ring of edits that replace each other leaves all of them in.
    """
    replaced = {
        view.record.deprecated_id
        for view in views
        if view.record.deprecated_id != view.record.instance_id
    }
    live = [view for view in views if view.record.instance_id not in replaced]
    return sorted(live or views, key=age_key, reverse=True)
