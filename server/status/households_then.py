"""Households as they were on a day, as known at an instant, for tables of that day.

The register holds what it knows now. Most households have not changed since, and are
taken as they stand; the others are computed again from the records, judgements and
corrections that were known then, by the same rules.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from server.db import db
from server.domain.households.golden import GoldenHousehold, golden
from server.domain.households.sources import CorrectionView
from server.domain.matching.judgement import Verdict
from server.domain.plain import from_plain
from server.inbox.tables import SubmissionWithdrawal
from server.registry import queries as registry
from server.registry.planning import Plan, make_plan
from server.registry.queries import in_chunks
from server.registry.tables import (
    Correction,
    HouseholdRecord,
    HouseholdRow,
    SurveyRecordRow,
)
from server.review.queries import as_judgement
from server.review.tables import JudgementRow
from server.status.presence import was_withdrawn
from server.status.queries import Listed

Found = dict[str, tuple[HouseholdRow, GoldenHousehold | None]]


def households_then(
    household_ids: Collection[str], on: date, known_at: datetime | None
) -> Found:
    """Each household with what was known of it; None where no survey told by then."""
    rows = registry.households_by_id(household_ids)
    changed = _changed(rows, on, known_at)
    found: Found = {}
    for household_id in rows.keys() - changed:
        row = rows[household_id]
        content = from_plain(GoldenHousehold, row.content)
        found[household_id] = (row, content if content.review_date <= on else None)
    then = _computed(changed, on, known_at)
    found.update({each: (rows[each], then.get(each)) for each in changed})
    return found


def in_groups_then(
    lists: Mapping[str, Listed],
    household_ids: Collection[str],
    on: date,
    known_at: datetime | None,
) -> dict[str, Listed]:
    """The same lists, with the residential group in which some of the households lived
    on the day, as known then. Only those that have changed since are read again."""
    then = changed_ones_then(household_ids, on, known_at) or {}
    groups = {
        each: golden.household.group_code or ""
        for each, golden in then.items()
        if golden is not None
    }
    return {
        each: replace(listed, group_code=groups.get(each, listed.group_code))
        for each, listed in lists.items()
    }


def changed_ones_then(
    household_ids: Collection[str],
    on: date,
    known_at: datetime | None,
    most: int | None = None,
) -> dict[str, GoldenHousehold | None] | None:
    """Only those of the households that have changed since, computed as known then; None
    for one of which no survey told by then. Nothing at all where they are more than
    `most`."""
    changed = _changed(household_ids, on, known_at)
    if most is not None and len(changed) > most:
        return None
    then = _computed(changed, on, known_at)
    return {each: then.get(each) for each in changed}


def _changed(
    household_ids: Collection[str], on: date, known_at: datetime | None
) -> set[str]:
    """Households of which a record, correction or judgement came after."""
    later: ColumnElement[bool] = SurveyRecordRow.review_date > on
    if known_at is not None:
        later = or_(
            later,
            SurveyRecordRow.received_at >= known_at,
            _since(Correction.record_id, Correction, known_at),
            _since(JudgementRow.left_record_id, JudgementRow, known_at),
            _since(JudgementRow.right_record_id, JudgementRow, known_at),
            _withdrawn_since(known_at),
        )
    found: set[str] = set()
    for chunk in in_chunks(household_ids):
        rows = db.session.execute(
            select(HouseholdRecord.household_id, SurveyRecordRow.seed_household_id)
            .join(SurveyRecordRow, SurveyRecordRow.id == HouseholdRecord.record_id)
            .where(
                or_(
                    HouseholdRecord.household_id.in_(chunk),
                    SurveyRecordRow.seed_household_id.in_(chunk),
                ),
                later,
            )
        )
        found.update(each for row in rows for each in row)
    return found & set(household_ids)


def _since(column: Any, table: Any, known_at: datetime) -> ColumnElement[bool]:
    return (
        select(table.id)
        .where(
            column == SurveyRecordRow.id,
            or_(table.at >= known_at, table.superseded_at >= known_at),
        )
        .exists()
    )


def _withdrawn_since(known_at: datetime) -> ColumnElement[bool]:
    return (
        select(SubmissionWithdrawal.id)
        .where(
            SubmissionWithdrawal.submission_id == SurveyRecordRow.submission_id,
            or_(
                SubmissionWithdrawal.at >= known_at,
                SubmissionWithdrawal.superseded_at >= known_at,
            ),
        )
        .exists()
    )


def _computed(
    household_ids: Collection[str], on: date, known_at: datetime | None
) -> dict[str, GoldenHousehold]:
    """Households made again from what was known."""
    if not household_ids:
        return {}
    records = _touching(household_ids)
    plan = _plan(records, known_at)
    counting = _counting(records, on, known_at)
    views = {view.id: view for view in registry.record_views(counting)}
    corrections = _corrections(views, known_at)
    found = {}
    for household_id in household_ids:
        given_up = plan.given_up.get(household_id)
        own = plan.households.get(household_id) or (given_up and given_up.records) or ()
        known = [views[each] for each in own if each in views]
        if known:
            said = [one for each in known for one in corrections[each.id]]
            found[household_id] = golden(known, said)
    return found


def _touching(household_ids: Collection[str]) -> set[str]:
    """Every record that ever was, or could have been, of one of these households."""
    found: set[str] = set()
    for chunk in in_chunks(household_ids):
        found.update(
            db.session.scalars(
                select(SurveyRecordRow.id)
                .outerjoin(
                    HouseholdRecord, HouseholdRecord.record_id == SurveyRecordRow.id
                )
                .where(
                    or_(
                        HouseholdRecord.household_id.in_(chunk),
                        SurveyRecordRow.seed_household_id.in_(chunk),
                    )
                )
            )
        )
    frontier = found
    while frontier:
        beside = registry.same_seed(frontier)
        for row in _judgements(frontier):
            if row.verdict == Verdict.SAME.value:
                beside |= {row.left_record_id, row.right_record_id}
        frontier = beside - found
        found = found | frontier
    return found


def _judgements(record_ids: Collection[str]) -> list[JudgementRow]:
    """Whatever was ever said about these records."""
    found: dict[int, JudgementRow] = {}
    for column in (JudgementRow.left_record_id, JudgementRow.right_record_id):
        for chunk in in_chunks(record_ids):
            rows = db.session.scalars(select(JudgementRow).where(column.in_(chunk)))
            found.update((row.id, row) for row in rows)
    return list(found.values())


def _plan(records: Collection[str], known_at: datetime | None) -> Plan:
    """Which record belonged to which household, as known then."""
    received = set(_received(records, known_at))
    seeds = {
        each: seed
        for each, seed in registry.seeds_of(records).items()
        if each in received
    }
    said = [
        as_judgement(row)
        for row in _judgements(records)
        if _held(row.at, row.superseded_at, known_at)
    ]
    return make_plan(seeds, said)


def _received(records: Collection[str], known_at: datetime | None) -> list[str]:
    if known_at is None:
        return list(records)
    return _records(records, SurveyRecordRow.received_at < known_at)


def _counting(
    records: Collection[str], on: date, known_at: datetime | None
) -> list[str]:
    """Records that told something by the day, and were not taken back."""
    told = and_(SurveyRecordRow.review_date <= on, ~was_withdrawn(known_at))
    if known_at is not None:
        told = and_(told, SurveyRecordRow.received_at < known_at)
    return _records(records, told)


def _records(records: Collection[str], condition: ColumnElement[bool]) -> list[str]:
    return [
        each
        for chunk in in_chunks(records)
        for each in db.session.scalars(
            select(SurveyRecordRow.id).where(SurveyRecordRow.id.in_(chunk), condition)
        )
    ]


def _corrections(
    record_ids: Collection[str], known_at: datetime | None
) -> defaultdict[str, list[CorrectionView]]:
    found: defaultdict[str, list[CorrectionView]] = defaultdict(list)
    for chunk in in_chunks(record_ids):
        rows = db.session.scalars(
            select(Correction).where(Correction.record_id.in_(chunk))
        )
        for row in rows:
            if _held(row.at, row.superseded_at, known_at):
                found[row.record_id].append(
                    CorrectionView(
                        str(row.known_as), row.record_id, row.path, row.value, row.at
                    )
                )
    return found


def _held(
    at: datetime, superseded_at: datetime | None, known_at: datetime | None
) -> bool:
    """Whether something said at an instant was believed at another."""
    if known_at is None:
        return superseded_at is None
    return at < known_at and (superseded_at is None or superseded_at >= known_at)
