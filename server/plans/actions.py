"""Entering and editing plans, and telling how far an activity is."""

from dataclasses import replace

import yaml
from sqlalchemy import select

from server import clock, versions
from server.areas import queries as areas
from server.areas.tables import Area
from server.audit import actions as audit
from server.db import serialise, transaction
from server.domain.actor import Actor
from server.domain.plain import to_plain
from server.domain.plans.plan import STATES, Plan, problems_of, read_plan
from server.domain.problems import Problem, Refused
from server.plans.tables import ActivityState, PlanRow
from server.status.standards import find_standard

LONGEST_FILE = 200_000


def import_plan(*, by: Actor, text: str) -> PlanRow:
    """Enter a plan from its file. One with the key of a plan that is here becomes its
    next version."""
    if len(text) > LONGEST_FILE:
        raise Refused(Problem("plan_file_unreadable", "file", {"value": "> 200 kB"}))
    try:
        plan = read_plan(yaml.safe_load(text))
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        values = {"value": str(error)[:200]}
        raise Refused(Problem("plan_file_unreadable", "file", values)) from error
    return enter_plan(by=by, plan=plan)


def enter_plan(*, by: Actor, plan: Plan) -> PlanRow:
    """Enter a plan, or the next version of one. Raises Refused with all that is wrong."""
    with transaction() as session:
        serialise("plans")
        problems = list(problems_of(plan))
        area = _area(plan)
        if area is None:
            values = {"value": plan.area_code}
            problems.append(Problem("plan_area_unknown", "area_code", values))
        if find_standard(plan.standard) is None:
            values = {"value": plan.standard}
            problems.append(Problem("plan_standard_unknown", "standard", values))
        if problems or area is None:
            raise Refused(*problems)
        is_new = not _end(by, plan.key)
        row = PlanRow(
            key=plan.key,
            number=plan.number,
            area_id=area.id,
            start=plan.start,
            end=plan.end,
            content=to_plain(plan),
            at=clock.now(),
            **by.signature(),
        )
        session.add(row)
        session.flush()
        _tell(by, row, "plan.entered" if is_new else "plan.edited")
        return row


def take_back_plan(*, by: Actor, key: str) -> None:
    """A plan no longer counts; its versions stay."""
    with transaction():
        serialise("plans")
        row = versions.find_live(PlanRow, key)
        if row is None:
            raise Refused(Problem("plan_not_found"), status=404)
        _end(by, key)
        _tell(by, row, "plan.taken_back")


def restore_plan(*, by: Actor, key: str) -> PlanRow:
    """The last version of a plan that was taken back counts again."""
    with transaction() as session:
        serialise("plans")
        last = versions.find_put_away(PlanRow, key)
        if last is None:
            raise Refused(Problem("plan_not_found"), status=404)
        row = PlanRow(
            key=last.key,
            number=last.number,
            area_id=last.area_id,
            start=last.start,
            end=last.end,
            content=last.content,
            at=clock.now(),
            **by.signature(),
        )
        session.add(row)
        session.flush()
        _tell(by, row, "plan.restored")
        return row


def set_activity_state(
    *, by: Actor, key: str, activity_key: str, state: str, note: str = ""
) -> ActivityState:
    """Where an activity stands now."""
    if state not in STATES:
        raise Refused(Problem("plan_state_unknown", "state", {"value": state}))
    with transaction() as session:
        serialise("plans")
        row = versions.find_live(PlanRow, key)
        names = {each["key"] for each in row.content["activities"]} if row else set()
        if row is None or activity_key not in names:
            raise Refused(Problem("plan_activity_not_found"), status=404)
        held = session.scalar(
            select(ActivityState).where(
                ActivityState.plan_key == key,
                ActivityState.activity_key == activity_key,
                ActivityState.superseded_at.is_(None),
            )
        )
        if held is not None:
            held.superseded_at = clock.now()
            session.flush()
        found = ActivityState(
            plan_key=key,
            activity_key=activity_key,
            state=state,
            note=note.strip(),
            at=clock.now(),
            **by.signature(),
        )
        session.add(found)
        session.flush()
        audit.record(
            by=by,
            action="plan.activity_state_set",
            subject_kind="plan",
            subject_id=key,
            details={"activity": activity_key, "state": state},
        )
        return found


def next_activity_key(plan: Plan) -> str:
    """A key that no activity of the plan has."""
    used = {each.key for each in plan.activities}
    return next(str(n) for n in range(1, len(used) + 2) if str(n) not in used)


def with_activities_keyed(plan: Plan) -> Plan:
    """The plan with a key for each activity that has none yet."""
    done: list[str] = []
    activities = []
    for each in plan.activities:
        known = replace(plan, activities=tuple(a for a in activities))
        key = (
            each.key if each.key and each.key not in done else next_activity_key(known)
        )
        done.append(key)
        activities.append(replace(each, key=key))
    return replace(plan, activities=tuple(activities))


def _area(plan: Plan) -> Area | None:
    return areas.area_on(plan.area_code, plan.end) or areas.area_on(
        plan.area_code, plan.start
    )


def _end(by: Actor, key: str) -> bool:
    """End the live version; whether there was one."""
    row = versions.find_live(PlanRow, key)
    if row is None:
        return False
    versions.end(row, by)
    return True


def _tell(by: Actor, row: PlanRow, action: str) -> None:
    audit.record(
        by=by,
        action=action,
        subject_kind="plan",
        subject_id=row.key,
        details={"version": row.id, "number": row.number, "area_id": row.area_id},
    )
