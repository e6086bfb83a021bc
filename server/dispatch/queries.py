"""What phones are given: the household list of some areas, and what is gone."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from sqlalchemy import ColumnElement, and_, exists, or_, select

from server import clock
from server.db import db, within
from server.dispatch.tables import EntityLink, Publication
from server.domain.actor import Scope
from server.registry.tables import HouseholdRecord, SurveyRecordRow
from server.review.tables import JudgementRow, MergeProposal
from server.status.standards import replaced_on
from server.status.tables import PovertyStatus


@dataclass(frozen=True, slots=True)
class Claim:
    """What one submission did to an entity. Correcting a submission is an update, too:
    what phones hold changes, whatever order the two came in."""

    is_update: bool


# SQLite takes a limited number of values in one statement.
_AT_ONCE = 500


def entity_list(scope: Scope) -> list[dict[str, str]]:
    """The rows of the household list, in a fixed order."""
    rows = db.session.scalars(
        within(
            select(Publication)
            .where(Publication.is_listed)
            .order_by(Publication.household_id),
            Publication.area_id,
            scope,
        )
    )
    return [{**row.properties, "__version": str(row.version)} for row in rows]


def list_fingerprint(scope: Scope) -> str:
    """Changes exactly when `entity_list` does, without opening what is sealed."""
    rows = db.session.execute(
        within(
            select(
                Publication.household_id,
                Publication.updates + Publication.revisions,
                Publication.properties_hash,
            )
            .where(Publication.is_listed)
            .order_by(Publication.household_id),
            Publication.area_id,
            scope,
        )
    )
    digest = sha256()
    for household_id, version, properties_hash in rows:
        digest.update(f"{household_id} {version} {properties_hash}\n".encode())
    return digest.hexdigest()


def deleted(ids: Collection[str], scope: Scope) -> dict[str, bool]:
    """Of the households we know: whether a phone of `scope` must drop it.

    One without an area stays: it waits for a person, and the enumerator who registered
    it must not lose sight of it. Unknown ids are left out: they were not sent yet.
    """
    found: dict[str, bool] = {}
    for some in _batches(sorted(ids)):
        rows = db.session.execute(
            select(
                Publication.household_id, Publication.is_listed, Publication.area_id
            ).where(Publication.household_id.in_(some))
        )
        for household_id, is_listed, area_id in rows:
            is_elsewhere = area_id is not None and not scope.holds(area_id)
            found[household_id] = not is_listed or is_elsewhere
    return found


def household_of_entity(entity_id: str) -> str | None:
    """The household an entity at ODK Central stands for, where it is linked to one: it
    may have another id there, and keeps it whatever the household becomes."""
    uuid = entity_id.removeprefix("uuid:").lower()
    return db.session.scalar(
        select(EntityLink.household_id).where(
            EntityLink.uuid == uuid, EntityLink.household_id.is_not(None)
        )
    )


def claims_on(household_ids: Collection[str]) -> dict[str, list[Claim]]:
    """Per household what submissions did to its entity, each submission once.

    A record counts from the moment its household shows what it says; one that was found
    to be of another household, or may be, counts too: its phone waits for an answer.
    """
    found: dict[str, dict[str, Claim]] = defaultdict(dict)
    for some in _batches(sorted(household_ids)):
        rows = db.session.execute(
            select(
                SurveyRecordRow.seed_household_id,
                SurveyRecordRow.instance_id,
                SurveyRecordRow.deprecated_id,
                SurveyRecordRow.content,
            )
            .join(HouseholdRecord, HouseholdRecord.record_id == SurveyRecordRow.id)
            .where(
                SurveyRecordRow.seed_household_id.in_(some),
                SurveyRecordRow.entity_id.is_not(None),
                or_(
                    HouseholdRecord.household_id == SurveyRecordRow.seed_household_id,
                    _was_compared(),
                ),
            )
        )
        for household_id, instance_id, deprecated_id, content in rows:
            is_create = bool((content.get("entity") or {}).get("is_create"))
            claim = Claim(is_update=deprecated_id is not None or not is_create)
            found[household_id].setdefault(instance_id, claim)
    return {
        household_id: list(claims.values()) for household_id, claims in found.items()
    }


def _was_compared() -> ColumnElement[bool]:
    """Whether a pair with this record was proposed or judged."""
    record_id = SurveyRecordRow.id
    return or_(
        *(
            exists().where(
                or_(pair.left_record_id == record_id, pair.right_record_id == record_id)
            )
            for pair in (MergeProposal, JudgementRow)
        )
    )


def statuses_today(household_ids: Collection[str]) -> dict[str, list[str]]:
    """The categories recognised today per household, ordered by standard, without
    those of standards that another one has replaced."""
    today = clock.today()
    found: dict[str, list[str]] = defaultdict(list)
    for some in _batches(sorted(household_ids)):
        rows = db.session.execute(
            select(PovertyStatus.household_id, PovertyStatus.category)
            .where(
                PovertyStatus.household_id.in_(some),
                PovertyStatus.standard.not_in(replaced_on(today)),
                PovertyStatus.superseded_at.is_(None),
                PovertyStatus.valid_from <= today,
                or_(PovertyStatus.valid_to.is_(None), PovertyStatus.valid_to > today),
            )
            .order_by(PovertyStatus.household_id, PovertyStatus.standard)
        )
        for household_id, category in rows:
            found[household_id].append(category)
    return found


def statuses_moved(since: date | None, until: date) -> list[str]:
    """Households of which something else is recognised at the end of a day than at the
    end of another, though nobody decided anything; all that have a status for None."""
    statement = select(PovertyStatus.household_id).distinct()
    if since is not None:
        status = PovertyStatus
        has_begun = and_(status.valid_from > since, status.valid_from <= until)
        has_ended = and_(status.valid_to > since, status.valid_to <= until)
        replaced = set(replaced_on(since)) ^ set(replaced_on(until))
        statement = statement.where(
            or_(has_begun, has_ended, status.standard.in_(sorted(replaced)))
        )
    statement = statement.where(PovertyStatus.superseded_at.is_(None))
    return sorted(db.session.scalars(statement))


def _batches(ids: list[str]) -> Iterable[list[str]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))
