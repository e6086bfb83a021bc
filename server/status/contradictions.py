"""Two statuses, one household: what a merge leaves for the commune to decide.

Each household of a merge keeps the status it was recognised with; the system never picks
one. A decision about the surviving household that is made after the merge settles it.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from server.db import db, within
from server.domain.actor import Scope
from server.registry.tables import HouseholdRow
from server.status import presence, queries
from server.status.tables import PovertyStatus


@dataclass(frozen=True, slots=True)
class Contradiction:
    """`category` is what the surviving household is recognised as, `merged_category`
    what the household that went into it was."""

    household_id: str
    code: str
    head_name: str
    category: str | None
    merged_id: str
    merged_code: str
    merged_category: str


def contradictions(scope: Scope, standard: str, on: date) -> list[Contradiction]:
    """Merged households whose status says something else than the survivor's."""
    merges = {
        each.household_id: each for each in presence.merges() if each.is_done(on, None)
    }
    survivors = _survivors(scope, {each.into for each in merges.values()})
    wanted = {key: each for key, each in merges.items() if each.into in survivors}
    held = queries.statuses_on({*wanted, *survivors}, on)
    decided = _decided_at(held, standard)
    codes = queries.codes_of(wanted)
    found = []
    for merged_id, merge in wanted.items():
        mine, theirs = (
            held.get(each, {}).get(standard) for each in (merge.into, merged_id)
        )
        if theirs is None or not _differ(mine, theirs):
            continue
        is_settled = mine is not None and (
            merge.at is None or decided[mine.id] > merge.at
        )
        if not is_settled:
            survivor = survivors[merge.into]
            found.append(
                Contradiction(
                    household_id=survivor.id,
                    code=survivor.code,
                    head_name=survivor.head_name,
                    category=mine.category if mine else None,
                    merged_id=merged_id,
                    merged_code=codes[merged_id],
                    merged_category=theirs.category,
                )
            )
    return sorted(found, key=lambda each: (each.code, each.merged_code))


def _differ(mine: PovertyStatus | None, theirs: PovertyStatus) -> bool:
    categories = {mine.category if mine else None, theirs.category}
    return len(categories) > 1 and bool(categories & {*queries.LISTED})


def _survivors(scope: Scope, household_ids: set[str]) -> dict[str, HouseholdRow]:
    if not household_ids:
        return {}
    statement = select(HouseholdRow).where(HouseholdRow.id.in_(sorted(household_ids)))
    rows = db.session.scalars(within(statement, HouseholdRow.area_id, scope))
    return {row.id: row for row in rows}


def _decided_at(
    held: dict[str, dict[str, PovertyStatus]], standard: str
) -> dict[int, datetime]:
    rows = [each[standard] for each in held.values() if standard in each]
    known = queries.documents({row.recognition_id for row in rows})
    return {row.id: known[row.recognition_id].at for row in rows}
