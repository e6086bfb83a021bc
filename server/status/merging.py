"""Which households were merged into which, by a day and as known at an instant.

The day of a merge is the day of the judgement that joined the two; the register itself
only knows what is joined now. Judgements are therefore replayed: those that hold now,
or those that held at an instant, however they were taken back since.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, select

from server.clock import VIETNAM
from server.db import db
from server.domain.matching.judgement import Verdict
from server.registry.queries import in_chunks
from server.registry.tables import HouseholdRecord, HouseholdRow, SurveyRecordRow
from server.review.tables import JudgementRow
from server.status.sightings import judged_at
from server.status.tables import PovertyStatus

Age = tuple[date, str]  # of a household: its first review
Said = tuple[datetime, int, str, str]  # when, by which judgement, of which records


@dataclass(frozen=True, slots=True)
class Merge:
    """A household with statuses whose records went to another. `at` is None when no
    judgement joined them: the two were always one."""

    household_id: str
    into: str
    at: datetime | None

    def is_done(self, on: date, known_at: datetime | None) -> bool:
        """Whether the merge had happened by a day, as known at an instant."""
        if self.at is None:
            return True
        if known_at is not None and known_at < self.at:
            return False
        return self.at.astimezone(VIETNAM).date() <= on


@dataclass(frozen=True, slots=True)
class _Joined:
    """A SAME judgement on records of two household ids."""

    at: datetime
    left: str
    right: str


def merges(known_at: datetime | None = None) -> list[Merge]:
    """Every household that ever had a status of its own and was merged into another."""
    into = _merged_now()
    if known_at is None:
        instants, _kept = _replay(*_joined_now(set(into.values())))
        return [Merge(each, into[each], instants.get(each)) for each in sorted(into)]
    now, _kept = _replay(*_joined_now(set(into.values())))
    always = {each: into[each] for each in into if each not in now}
    instants, kept = _replay(*_joined_at(known_at))
    owners = set(db.session.scalars(select(PovertyStatus.household_id).distinct()))
    found = {
        each: Merge(each, _final(kept, each), at)
        for each, at in instants.items()
        if each in owners
    }
    for each, survivor in always.items():
        found.setdefault(each, Merge(each, survivor, None))
    return [found[each] for each in sorted(found)]


def _merged_now() -> dict[str, str]:
    rows = db.session.execute(
        select(HouseholdRow.id, HouseholdRow.merged_into).where(
            HouseholdRow.merged_into.is_not(None),
            select(PovertyStatus.id)
            .where(PovertyStatus.household_id == HouseholdRow.id)
            .exists(),
        )
    )
    return {household_id: survivor for household_id, survivor in rows if survivor}


def _joined_now(
    survivors: Collection[str],
) -> tuple[list[_Joined], dict[str, Age]]:
    """The live judgements among the records of some households."""
    seeds: dict[str, str] = {}
    ages: dict[str, Age] = {}
    for chunk in in_chunks(survivors):
        rows = db.session.execute(
            _seeds()
            .join(HouseholdRecord, HouseholdRecord.record_id == SurveyRecordRow.id)
            .where(HouseholdRecord.household_id.in_(chunk))
        )
        _note(rows, seeds, ages)
    joined: list[Said] = []
    for chunk in in_chunks(seeds):
        joined += _said(
            _sames(JudgementRow.superseded_at.is_(None)).where(
                JudgementRow.left_record_id.in_(chunk)
            )
        )
    return _in_order(joined, seeds), ages


def _joined_at(known_at: datetime) -> tuple[list[_Joined], dict[str, Age]]:
    """The judgements that held at an instant."""
    joined = [
        (row.at, row.id, row.left_record_id, row.right_record_id)
        for row in judged_at(known_at)
        if row.verdict == Verdict.SAME.value
    ]
    judged = {each for _, _, left, right in joined for each in (left, right)}
    seeds: dict[str, str] = {}
    ages: dict[str, Age] = {}
    for chunk in in_chunks(judged):
        _note(
            db.session.execute(_seeds().where(SurveyRecordRow.id.in_(chunk))),
            seeds,
            ages,
        )
    for chunk in in_chunks(set(seeds.values())):
        known = _seeds().where(
            SurveyRecordRow.seed_household_id.in_(chunk),
            SurveyRecordRow.received_at < known_at,
        )
        _note(db.session.execute(known), {}, ages)
    return _in_order(joined, seeds), ages


def _seeds() -> Select[str, str, date]:
    return select(
        SurveyRecordRow.id,
        SurveyRecordRow.seed_household_id,
        SurveyRecordRow.review_date,
    )


def _sames(holds: ColumnElement[bool]) -> Select[datetime, int, str, str]:
    return select(
        JudgementRow.at,
        JudgementRow.id,
        JudgementRow.left_record_id,
        JudgementRow.right_record_id,
    ).where(JudgementRow.verdict == "same", holds)


def _said(statement: Select[datetime, int, str, str]) -> list[Said]:
    rows = db.session.execute(statement)
    return [(at, id_, left, right) for at, id_, left, right in rows]


def _note(
    rows: Iterable[tuple[str, str, date]], seeds: dict[str, str], ages: dict[str, Age]
) -> None:
    for record_id, seed, reviewed in rows:
        seeds[record_id] = seed
        ages[seed] = min(ages.get(seed, (reviewed, record_id)), (reviewed, record_id))


def _in_order(joined: Iterable[Said], seeds: dict[str, str]) -> list[_Joined]:
    return [
        _Joined(at, seeds[left], seeds[right])
        for at, _, left, right in sorted(joined)
        if left in seeds and right in seeds
    ]


def _replay(
    joined: Iterable[_Joined], ages: dict[str, Age]
) -> tuple[dict[str, datetime], dict[str, str]]:
    """For each household id that was given up: when, and who took its records.

    Of two groups that meet, the one with the earlier record keeps its id.
    """
    kept = {seed: seed for seed in ages}
    instants: dict[str, datetime] = {}
    for each in joined:
        sides = (_final(kept, each.left), _final(kept, each.right))
        elder, younger = sorted(sides, key=ages.__getitem__)
        if elder != younger:
            kept[younger] = elder
            instants[younger] = each.at
    return instants, kept


def _final(kept: dict[str, str], seed: str) -> str:
    while kept[seed] != seed:
        seed = kept[seed]
    return seed
