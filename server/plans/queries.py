"""Plans and the state of their activities.

A plan is a public document: staff see all of those that concern an area of theirs. Its
numbers are of the wards in sight alone.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Select, select

from server.areas import queries as areas
from server.areas.tables import Area
from server.db import db
from server.domain.actor import Scope
from server.domain.data_files import TypedLoader
from server.domain.plain import from_plain
from server.domain.plans.plan import Plan
from server.domain.problems import Problem, Refused
from server.plans.tables import ActivityState, PlanRow

EXAMPLES = Path(__file__).with_name("examples")


def plans(scope: Scope) -> Select[Any]:
    """Live plans about an area in sight, or about one that holds it; with `area_name`."""
    statement = (
        select(PlanRow, Area.name.label("area_name"))
        .join(Area, Area.id == PlanRow.area_id)
        .where(PlanRow.superseded_at.is_(None))
    )
    if scope.area_ids is None:
        return statement
    return statement.where(PlanRow.area_id.in_(sorted(_concerning(scope.area_ids))))


def get_plan(key: str, scope: Scope) -> PlanRow:
    """A live plan that concerns somebody; refused as absent otherwise."""
    found = db.session.scalar(plans(scope).where(PlanRow.key == key))
    if found is None:
        raise Refused(Problem("plan_not_found"), status=404)
    return found


def plan_of(row: PlanRow) -> Plan:
    """What a row says."""
    return from_plain(Plan, row.content)


def versions_of(key: str) -> list[PlanRow]:
    """Every version of a plan, newest first."""
    return list(
        db.session.scalars(
            select(PlanRow).where(PlanRow.key == key).order_by(PlanRow.id.desc())
        )
    )


def states_of(key: str) -> dict[str, ActivityState]:
    """The state of each activity that has one."""
    rows = db.session.scalars(
        select(ActivityState).where(
            ActivityState.plan_key == key, ActivityState.superseded_at.is_(None)
        )
    )
    return {row.activity_key: row for row in rows}


def examples() -> dict[str, str]:
    """The plans that come with the program: file name -> text."""
    return {
        path.stem: path.read_text(encoding="utf-8")
        for path in sorted(EXAMPLES.glob("*.yaml"))
    }


def example_titles() -> dict[str, str]:
    """What they are called."""
    loaded = {
        name: yaml.load(text, Loader=TypedLoader) for name, text in examples().items()
    }
    return {name: f"{each['number']}: {each['title']}" for name, each in loaded.items()}


def _concerning(area_ids: Iterable[int]) -> set[int]:
    """Areas in sight with all that ever held them: a plan of 2019 is of a district that
    a ward of today never lay in, but whose wards it came from."""
    found = set(area_ids)
    frontier = set(found)
    while frontier:
        rows = db.session.scalars(
            select(Area.parent_id).where(
                Area.id.in_(sorted(frontier)), Area.parent_id.is_not(None)
            )
        )
        above = {each for each in rows if each is not None}
        before = {
            area.id for each in frontier for area, _ in areas.predecessors_of(each)
        }
        frontier = (above | before) - found
        found |= frontier
    return found
