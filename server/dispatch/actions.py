"""Publishing households to phones."""

from collections.abc import Collection

from server.db import serialise, transaction
from server.dispatch.asking import checks_of
from server.dispatch.expected import find_ward_code
from server.dispatch.projections import properties_hash, properties_of, status_words
from server.dispatch.queries import claims_on, statuses_today
from server.dispatch.tables import Publication
from server.registry.queries import golden_of
from server.registry.tables import HouseholdRow


def publish(*, household_ids: Collection[str]) -> None:
    """Bring what phones should hold up to date with the households.

    May run any number of times and in any order: the version depends on which
    submissions there are, not on when they came. It rises once more for a change of
    our own (a correction, a merge, a recognition), so that it reaches every phone, but
    not for a change that came with a submission, which has been counted.
    """
    with transaction() as session:
        serialise("publish")
        ids = sorted(set(household_ids))
        claims = claims_on(ids)
        statuses = statuses_today(ids)
        checks = checks_of(ids)
        for household_id in ids:
            row = session.get(HouseholdRow, household_id)
            if row is None:
                _withdraw(household_id)
                continue
            known = claims.get(household_id, [])
            _publish_one(
                row,
                status=status_words(statuses.get(household_id, [])),
                check=checks.get(household_id, ("", "")),
                claims=len(known),
                updates=1 + sum(claim.is_update for claim in known),
            )


def _publish_one(
    row: HouseholdRow,
    *,
    status: str,
    check: tuple[str, str],
    claims: int,
    updates: int,
) -> None:
    with transaction() as session:
        is_listed = row.state == "live"
        properties = (
            properties_of(
                row, golden_of(row), status, find_ward_code(row.area_id), check
            )
            if is_listed
            else {}
        )
        now_hash = properties_hash(properties)
        known = session.get(Publication, row.id)
        if known is None:
            known = Publication(household_id=row.id, revisions=0)
            session.add(known)
        else:
            was = (known.properties_hash, known.is_listed, known.area_id)
            is_changed = was != (now_hash, is_listed, row.area_id)
            if is_changed and claims <= known.claims:
                known.revisions += 1
        known.area_id, known.is_listed = row.area_id, is_listed
        known.claims, known.updates = claims, updates
        if known.properties_hash != now_hash:
            known.properties, known.properties_hash = properties, now_hash
        session.flush()


def _withdraw(household_id: str) -> None:
    """Take a household off the phones that only lived between two judgements."""
    with transaction() as session:
        known = session.get(Publication, household_id)
        if known is not None and known.is_listed:
            known.is_listed = False
            known.revisions += 1
            known.properties, known.properties_hash = {}, properties_hash({})
            session.flush()
