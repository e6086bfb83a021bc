"""Entering, editing and putting away scenarios. Nothing here touches a household."""

from uuid import uuid4

from server import clock, versions
from server.audit import actions as audit
from server.db import db, serialise, transaction
from server.domain.actor import Actor
from server.domain.people.names import fold
from server.domain.plain import to_plain
from server.domain.problems import Problem, Refused
from server.domain.scenarios.scenario import NamedScenario, problems_of
from server.scenarios import queries
from server.scenarios.tables import ScenarioRow


def enter_scenario(
    *, by: Actor, scenario: NamedScenario, area_id: int | None, key: str | None = None
) -> ScenarioRow:
    """Keep a scenario, or the next version of one. Raises Refused with all that is
    wrong."""
    problems = list(problems_of(scenario, queries.pack_of(scenario.standard)))
    if scenario.on > clock.today():
        problems.append(
            Problem("scenario_day_ahead", "on", {"date": scenario.on.isoformat()})
        )
    if problems:
        raise Refused(*problems)
    with transaction():
        serialise("scenarios")
        if key is not None:
            _end(by, key)
        row = _add(by, key or str(uuid4()), scenario, area_id)
        _tell(by, row, "scenario.edited" if key else "scenario.entered")
        return row


def put_away(*, by: Actor, key: str) -> ScenarioRow:
    """A scenario is no longer listed; its versions stay, and it can be brought back."""
    with transaction():
        serialise("scenarios")
        row = _end(by, key)
        _tell(by, row, "scenario.put_away")
        return row


def bring_back(*, by: Actor, key: str) -> ScenarioRow:
    """The last version of a scenario that was put away is listed again."""
    with transaction():
        serialise("scenarios")
        last = versions.find_put_away(ScenarioRow, key)
        if last is None:
            raise Refused(Problem("scenario_not_found"), status=404)
        row = _add(by, key, queries.scenario_of(last), last.area_id)
        _tell(by, row, "scenario.brought_back")
        return row


def _add(
    by: Actor, key: str, scenario: NamedScenario, area_id: int | None
) -> ScenarioRow:
    row = ScenarioRow(
        key=key,
        name=scenario.name,
        name_folded=fold(scenario.name),
        standard=scenario.standard,
        area_id=area_id,
        on=scenario.on,
        content=to_plain(scenario),
        at=clock.now(),
        **by.signature(),
    )
    db.session.add(row)
    db.session.flush()
    return row


def _end(by: Actor, key: str) -> ScenarioRow:
    row = versions.find_live(ScenarioRow, key)
    if row is None:
        raise Refused(Problem("scenario_not_found"), status=404)
    versions.end(row, by)
    return row


def _tell(by: Actor, row: ScenarioRow, action: str) -> None:
    audit.record(
        by=by,
        action=action,
        subject_kind="scenario",
        subject_id=row.key,
        details={
            "version": row.id,
            "standard": row.standard,
            "area_id": row.area_id,
            "on": row.on.isoformat(),
        },
    )
