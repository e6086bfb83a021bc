"""Writing households as they follow from records, judgements and corrections.

What is stored is only looked at to see what differs, so running again changes nothing.
An id that lost all its records stays as a merged household when a phone made it, or when
a decision or a departure names it: papers and phones know it. Otherwise its row goes; it
only lived between two judgements.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from server.db import Base, db
from server.domain.households.codes import household_code, own_identity
from server.domain.matching.judgement import Judgement
from server.registry import queries
from server.registry.computing import Computed, compute_merged
from server.registry.material import Material, rows_of
from server.registry.planning import Plan, make_plan
from server.registry.tables import (
    HouseholdMemberRow,
    HouseholdRecord,
    HouseholdRow,
    PersonIdentifier,
)

# Two of 100,000 households get one code once in 7,000 registers; one takes a spare code.
_SPARE_CODES = 4


def rebuild(record_ids: Collection[str], judgements: Sequence[Judgement]) -> set[str]:
    """Write the households of these records, which must be closed; returns the ids of
    the households that changed."""
    views = {view.id: view for view in queries.record_views(record_ids)}
    plan = make_plan(queries.seeds_of(views), judgements)
    stored = _Stored.load({*plan.households, *plan.given_up})
    material = Material.load(views, plan, stored.households)
    changed = set()
    for household_id, records in plan.households.items():
        made = material.compute(household_id, stored.code_of(household_id), records)
        if stored.keep(household_id, made):
            changed.add(household_id)
    changed |= _place(plan.placed)
    return changed | _settle_given_up(plan, stored, material)


def _settle_given_up(plan: Plan, stored: "_Stored", material: Material) -> set[str]:
    changed = set()
    for household_id, gone in plan.given_up.items():
        if not gone.is_seed:
            if household_id not in stored.households:
                continue
            if not _is_referred_to(household_id):
                stored.remove(household_id)
                changed.add(household_id)
                continue
        given, corrections = material.of(gone.records)
        code = stored.code_of(household_id)
        made = compute_merged(code, gone.into, given, corrections, material.area_of)
        if stored.keep(household_id, made):
            changed.add(household_id)
    return changed


class _Stored:
    """The rows of some households as they are, to be brought up to date."""

    def __init__(self, households: dict[str, HouseholdRow]) -> None:
        self.households = households
        self.members: dict[str, dict[Any, Any]] = defaultdict(dict)
        self.identifiers: dict[str, dict[Any, Any]] = defaultdict(dict)

    @classmethod
    def load(cls, ids: Collection[str]) -> "_Stored":
        stored = cls(
            {row.id: row for row in rows_of(HouseholdRow, HouseholdRow.id, ids)}
        )
        here = stored.households
        for row in rows_of(HouseholdMemberRow, HouseholdMemberRow.household_id, here):
            stored.members[row.household_id][row.key] = row
        for row in rows_of(PersonIdentifier, PersonIdentifier.household_id, here):
            key = (row.member_key, row.kind, row.number_index)
            stored.identifiers[row.household_id][key] = row
        return stored

    def code_of(self, household_id: str) -> str:
        """The code it has; a free one for a household that has none yet."""
        row = self.households.get(household_id)
        seeds = [UUID(household_id)]
        seeds += [own_identity(f"{household_id} {n}") for n in range(_SPARE_CODES)]
        codes = [household_code(seed) for seed in seeds]
        if row is not None and row.code in codes:
            return row.code
        with_code = select(HouseholdRow.code).where(HouseholdRow.code.in_(codes))
        taken = set(db.session.scalars(with_code))
        return next(code for code in codes if code not in taken)

    def keep(self, household_id: str, made: Computed) -> bool:
        """Write what differs; whether anything did."""
        row = self.households.get(household_id)
        if row is None:
            row = HouseholdRow(id=household_id, **made.household)
            self.households[household_id] = row
            db.session.add(row)
            is_changed = True
        else:
            is_changed = _update(row, made.household)
        # The rows below refer to it; the next household may ask which codes are taken.
        db.session.flush()
        own = {"household_id": household_id}
        members = {key: {**own, "key": key, **m} for key, m in made.members.items()}
        numbers = {
            key: {**own, "member_key": key[0], "kind": key[1], "number_index": key[2]}
            | values
            for key, values in made.identifiers.items()
        }
        for table, stored, wanted in (
            (HouseholdMemberRow, self.members[household_id], members),
            (PersonIdentifier, self.identifiers[household_id], numbers),
        ):
            is_changed |= _match(table, stored, wanted)
        db.session.flush()
        return is_changed

    def remove(self, household_id: str) -> None:
        """Take the household away with all that was computed of it."""
        self.keep(household_id, Computed({}, {}, {}))
        db.session.delete(self.households.pop(household_id))
        db.session.flush()


def _place(placed: dict[str, str]) -> set[str]:
    """Let each record belong to its household; returns the households it moved
    between."""
    rows = {
        row.record_id: row
        for row in rows_of(HouseholdRecord, HouseholdRecord.record_id, placed)
    }
    moved = set()
    for record_id, household_id in placed.items():
        row = rows.get(record_id)
        if row is None:
            row = HouseholdRecord(record_id=record_id, household_id=household_id)
            db.session.add(row)
            moved.add(household_id)
        elif row.household_id != household_id:
            moved |= {row.household_id, household_id}
            row.household_id = household_id
    db.session.flush()
    return moved


def _update(row: Any, values: dict[str, Any]) -> bool:
    """Set what differs: sealed values would be sealed anew otherwise."""
    differing = {name: v for name, v in values.items() if getattr(row, name) != v}
    for name, value in differing.items():
        setattr(row, name, value)
    return bool(differing)


def _match(
    table: Any, stored: dict[Any, Any], wanted: dict[Any, dict[str, Any]]
) -> bool:
    """Add, change and delete rows until they are those wanted."""
    is_changed = False
    for key in stored.keys() - wanted.keys():
        db.session.delete(stored.pop(key))
        is_changed = True
    for key, values in wanted.items():
        if key not in stored:
            stored[key] = table(**values)
            db.session.add(stored[key])
            is_changed = True
        else:
            is_changed |= _update(stored[key], values)
    return is_changed


def _is_referred_to(household_id: str) -> bool:
    """Whether a decision or an event names the household; what is computed of it goes
    with it."""
    households = Base.metadata.tables[HouseholdRow.__tablename__]
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if not key.references(households) or table.name in _COMPUTED:
                continue
            if key.ondelete == "CASCADE":
                continue
            names_it = select(key.parent).where(key.parent == household_id).limit(1)
            if db.session.scalar(names_it) is not None:
                return True
    return False


_COMPUTED = frozenset(
    table.__tablename__
    for table in (HouseholdMemberRow, HouseholdRecord, PersonIdentifier)
)
