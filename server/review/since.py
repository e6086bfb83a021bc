"""What came after a judgement that was taken back, and which half it belongs to now.

Later surveys and corrections follow the records they are about, by rule. Whoever made
them looked at one household, though; so a person looks through what came since, and
moves what the rule put into the wrong half.
"""

from dataclasses import dataclass
from datetime import datetime

from server.db import db
from server.registry import queries as registry
from server.registry.tables import (
    Correction,
    HouseholdEvent,
    HouseholdRow,
    SurveyRecordRow,
)
from server.review import choosing, queries
from server.review.tables import JudgementRow


@dataclass(frozen=True, slots=True)
class Later:
    """One thing that came while the two were one household, and where it is now."""

    kind: str  # record | correction | departure
    at: datetime
    household: HouseholdRow
    other: HouseholdRow
    record: SurveyRecordRow | None = None
    correction: Correction | None = None
    event: HouseholdEvent | None = None


def came_since(judgement: JudgementRow) -> list[Later]:
    """What has to be looked through, newest first; nothing while the two records are
    still one household by other judgements."""
    if judgement.superseded_at is None or judgement.verdict != "same":
        return []
    sides = (judgement.left_record_id, judgement.right_record_id)
    placed = queries.households_of(sides)
    halves = [db.session.get_one(HouseholdRow, placed[each]) for each in sides]
    if halves[0].id == halves[1].id:
        return []
    began, ended = judgement.at, judgement.superseded_at
    own = {row.id for row in choosing.chosen_with(judgement.id)}
    found = []
    for half, other in (halves, halves[::-1]):
        records = registry.records_of(half.id)
        found += [
            Later("record", row.received_at, half, other, record=row)
            for row in records
            if began < row.received_at <= ended and row.id not in sides
        ]
        found += [
            Later("correction", row.at, half, other, correction=row)
            for row in registry.corrections_of(half.id)
            if row.superseded_at is None and began < row.at <= ended
            if row.id not in own
        ]
        found += [
            Later("departure", event.at, half, other, event=event)
            for event in registry.live_events_of([half.id])
            if began < event.at <= ended
        ]
    return sorted(found, key=lambda each: each.at, reverse=True)
