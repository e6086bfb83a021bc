"""Scenarios in sight, and the registers that were taken for them."""

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import Select, or_, select

from server import clock
from server.areas.tables import Area
from server.db import db
from server.domain.actor import Scope
from server.domain.plain import from_plain
from server.domain.poverty.load import all_packs
from server.domain.poverty.pack import Pack
from server.domain.problems import Problem, Refused
from server.domain.scenarios.population import Population, from_bytes
from server.domain.scenarios.scenario import NamedScenario
from server.scenarios.tables import RegisterCut, RegisterCutPart, ScenarioRow
from server.standards.queries import law_hash
from server.status.asked import default_standard
from server.status.standards import find_standard


@dataclass(frozen=True, slots=True)
class Moment:
    """Which register is meant: of a standard and a day, as known on a day (None: as
    known when it was taken)."""

    standard: str
    on: date
    known_on: date | None = None


def scenarios(scope: Scope, user_id: int) -> Select[Any]:
    """Live scenarios of an area in sight, and one's own; with `area_name`."""
    statement: Any = (
        select(ScenarioRow, Area.name.label("area_name"))
        .outerjoin(Area, Area.id == ScenarioRow.area_id)
        .where(ScenarioRow.superseded_at.is_(None))
    )
    if scope.area_ids is None:
        return cast(Select[Any], statement)
    return cast(
        Select[Any],
        statement.where(
            or_(
                ScenarioRow.area_id.in_(sorted(scope.area_ids)),
                ScenarioRow.actor_id == user_id,
            )
        ),
    )


def get_scenario(key: str, scope: Scope, user_id: int) -> ScenarioRow:
    """A live scenario in sight; refused as absent otherwise."""
    wanted = scenarios(scope, user_id).where(ScenarioRow.key == key)
    found: ScenarioRow | None = db.session.scalar(wanted)
    if found is None:
        raise Refused(Problem("scenario_not_found"), status=404)
    return found


def scenario_of(row: ScenarioRow) -> NamedScenario:
    """What a row says."""
    return from_plain(NamedScenario, row.content)


def versions_of(key: str) -> list[ScenarioRow]:
    """Every version of a scenario, newest first."""
    return list(
        db.session.scalars(
            select(ScenarioRow)
            .where(ScenarioRow.key == key)
            .order_by(ScenarioRow.id.desc())
        )
    )


def author_of(key: str) -> int | None:
    """Who made a scenario, whoever edited it since."""
    return db.session.scalar(
        select(ScenarioRow.actor_id)
        .where(ScenarioRow.key == key)
        .order_by(ScenarioRow.id)
        .limit(1)
    )


def pack_of(standard: str) -> Pack:
    """A standard, drafts included; refused when there is none."""
    found = find_standard(standard)
    if found is None:
        values = {"value": standard}
        raise Refused(Problem("scenario_standard_unknown", "standard", values))
    return found


def standards() -> list[str]:
    """Every standard that can be supposed against: the national one in force, then the
    newest law first, drafts last."""
    packs = sorted(
        all_packs(), key=lambda each: each.validities[0].valid_from, reverse=True
    )
    packs.sort(key=lambda each: each.is_draft)
    first = default_standard(packs, clock.today())
    return [each.id for each in sorted(packs, key=lambda each: each is not first)]


def moment_of_cut(cut: RegisterCut) -> Moment:
    """The moment that a register is of."""
    return Moment(cut.standard, cut.on, cut.known_on)


def cuts(moment: Moment) -> Select[RegisterCut]:
    """Registers of a moment by the law as the program has it now, newest first."""
    return (
        select(RegisterCut)
        .where(
            RegisterCut.standard == moment.standard,
            RegisterCut.on == moment.on,
            RegisterCut.known_on.is_not_distinct_from(moment.known_on),
            RegisterCut.pack_hash == law_hash(pack_of(moment.standard)),
        )
        .order_by(RegisterCut.id.desc())
    )


def find_cut(moment: Moment) -> RegisterCut | None:
    """The newest register of a moment that is whole."""
    ready = cuts(moment).where(RegisterCut.state == "ready")
    return db.session.scalar(ready.limit(1))


def cut_under_way(moment: Moment) -> RegisterCut | None:
    """One that is being taken just now."""
    taking = cuts(moment).where(RegisterCut.state == "taking")
    return db.session.scalar(taking.limit(1))


def population_of(cut: RegisterCut) -> Population:
    """All households of a register that was taken."""
    parts = db.session.scalars(
        select(RegisterCutPart.content)
        .where(RegisterCutPart.cut_id == cut.id)
        .order_by(RegisterCutPart.number)
    )
    return from_bytes(list(parts))
