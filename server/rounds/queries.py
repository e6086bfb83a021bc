"""Reading rounds, their cases and what was done for each."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Select, and_, case, func, select

from server import clock
from server.areas.tables import Area
from server.db import db, within
from server.domain.actor import Scope
from server.domain.problems import Problem, Refused
from server.domain.procedure.steps import Step
from server.registry.tables import HouseholdRow
from server.rounds.tables import CaseStep, ReviewCase, ReviewRound, RoundAct

Part = TypeVar("Part", ReviewCase, RoundAct)
# A case without a live step was taken off the list.
IS_LISTED = ReviewCase.last_step != ""


def rounds(scope: Scope) -> Select[Any]:
    """Rounds in sight with their ward, and how many cases they have, open and late."""

    def count(*conditions: Any) -> Any:
        return (
            select(func.count())
            .where(ReviewCase.round_id == ReviewRound.id, IS_LISTED, *conditions)
            .scalar_subquery()
        )

    statement = select(
        ReviewRound,
        Area.name.label("area_name"),
        count().label("cases"),
        count(ReviewCase.next_step.is_not(None)).label("open"),
        count(ReviewCase.due_on < clock.today()).label("late"),
    ).join(Area, Area.id == ReviewRound.area_id)
    return within(statement, ReviewRound.area_id, scope)


def get_round(round_id: int, scope: Scope) -> ReviewRound:
    """A round in sight; refused as absent otherwise."""
    wanted = select(ReviewRound).where(ReviewRound.id == round_id)
    found = db.session.scalar(within(wanted, ReviewRound.area_id, scope))
    if found is None:
        raise Refused(Problem("round_not_found"), status=404)
    return found


def get_case(case_id: int, scope: Scope) -> tuple[ReviewCase, ReviewRound]:
    """A case in sight with its round; refused as absent otherwise."""
    return _with_round(ReviewCase, case_id, scope, "case_not_found")


def get_act(act_id: int, scope: Scope) -> tuple[RoundAct, ReviewRound]:
    """An act in sight with its round; refused as absent otherwise."""
    return _with_round(RoundAct, act_id, scope, "round_act_not_found")


def _with_round(
    table: type[Part], id_: int, scope: Scope, absent: str
) -> tuple[Part, ReviewRound]:
    wanted = (
        select(table, ReviewRound)
        .join(ReviewRound, ReviewRound.id == table.round_id)
        .where(table.id == id_)
    )
    found = db.session.execute(within(wanted, ReviewRound.area_id, scope)).first()
    if found is None:
        raise Refused(Problem(absent), status=404)
    return found[0], found[1]


def cases(round_id: int) -> Select[ReviewCase, HouseholdRow]:
    """The cases of a round with their households."""
    return (
        select(ReviewCase, HouseholdRow)
        .join(HouseholdRow, HouseholdRow.id == ReviewCase.household_id)
        .where(ReviewCase.round_id == round_id, IS_LISTED)
    )


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case beside its household, as pages show it."""

    case: ReviewCase
    household: HouseholdRow


def cases_at(
    round_id: int, step: Step | None = None, group_code: str | None = None
) -> list[CaseRow]:
    """The cases whose next step it is, by group and name; None is all cases."""
    statement = cases(round_id)
    if step is not None:
        statement = statement.where(ReviewCase.next_step == step.value)
    if group_code is not None:
        statement = statement.where(HouseholdRow.group_code == group_code)
    order = (HouseholdRow.group_code, HouseholdRow.head_sort_key, HouseholdRow.id)
    rows = db.session.execute(statement.order_by(*order))
    return [CaseRow(case_row, household) for case_row, household in rows]


def live_steps(case_ids: Collection[int]) -> dict[int, list[CaseStep]]:
    """What was done for each case and holds, in the order in which it was entered."""
    found: defaultdict[int, list[CaseStep]] = defaultdict(list)
    ordered = sorted(case_ids)
    for start in range(0, len(ordered), 5000):
        rows = db.session.scalars(
            select(CaseStep)
            .where(
                CaseStep.case_id.in_(ordered[start : start + 5000]),
                CaseStep.superseded_at.is_(None),
            )
            .order_by(CaseStep.id)
        )
        for row in rows:
            found[row.case_id].append(row)
    return dict(found)


def every_step(case_id: int) -> list[CaseStep]:
    """Everything ever entered for a case, also what was taken back."""
    return list(
        db.session.scalars(
            select(CaseStep).where(CaseStep.case_id == case_id).order_by(CaseStep.id)
        )
    )


def steps_of_act(act_id: int) -> list[tuple[CaseStep, CaseRow]]:
    """What an act said of each household, by group and name; taken-back ones too."""
    rows = db.session.execute(
        select(CaseStep, ReviewCase, HouseholdRow)
        .join(ReviewCase, ReviewCase.id == CaseStep.case_id)
        .join(HouseholdRow, HouseholdRow.id == ReviewCase.household_id)
        .where(CaseStep.act_id == act_id)
        .order_by(HouseholdRow.group_code, HouseholdRow.head_sort_key, HouseholdRow.id)
    )
    return [(step, CaseRow(one, household)) for step, one, household in rows]


def acts_of(round_id: int) -> Sequence[RoundAct]:
    """Meetings, postings and decisions of a round, newest first."""
    return db.session.scalars(
        select(RoundAct)
        .where(RoundAct.round_id == round_id)
        .order_by(RoundAct.on.desc(), RoundAct.id.desc())
    ).all()


def act_counts(round_id: int) -> dict[int, int]:
    """How many households each act of a round says something of."""
    rows = db.session.execute(
        select(CaseStep.act_id, func.count())
        .join(ReviewCase, ReviewCase.id == CaseStep.case_id)
        .where(ReviewCase.round_id == round_id, CaseStep.act_id.is_not(None))
        .group_by(CaseStep.act_id)
    )
    return {act_id: count for act_id, count in rows if act_id is not None}


@dataclass(frozen=True, slots=True)
class Count:
    """How many cases of a group wait for a step (None: are over), and how many late."""

    group_code: str
    next_step: str | None
    last_step: str
    cases: int
    late: int
    earliest: date | None


def counts(round_id: int) -> list[Count]:
    """How far the groups of a round are."""
    is_late = and_(ReviewCase.due_on.is_not(None), ReviewCase.due_on < clock.today())
    ended = case((ReviewCase.next_step.is_(None), ReviewCase.last_step), else_="")
    rows = db.session.execute(
        select(
            HouseholdRow.group_code,
            ReviewCase.next_step,
            ended,
            func.count(),
            func.sum(case((is_late, 1), else_=0)),
            func.min(ReviewCase.due_on),
        )
        .join(HouseholdRow, HouseholdRow.id == ReviewCase.household_id)
        .where(ReviewCase.round_id == round_id, IS_LISTED)
        .group_by(HouseholdRow.group_code, ReviewCase.next_step, ended)
    )
    return [Count(*row) for row in rows]


def cases_of_household(household_id: str) -> list[tuple[ReviewCase, ReviewRound]]:
    """The rounds a household was reviewed in, newest first."""
    rows = db.session.execute(
        select(ReviewCase, ReviewRound)
        .join(ReviewRound, ReviewRound.id == ReviewCase.round_id)
        .where(ReviewCase.household_id == household_id, IS_LISTED)
        .order_by(ReviewRound.begins_on.desc(), ReviewRound.id.desc())
    )
    return [(one, review) for one, review in rows]


def late_cases(scope: Scope) -> Select[ReviewCase, HouseholdRow, ReviewRound]:
    """Open cases of live rounds whose term has passed, with household and round."""
    statement = (
        select(ReviewCase, HouseholdRow, ReviewRound)
        .join(HouseholdRow, HouseholdRow.id == ReviewCase.household_id)
        .join(ReviewRound, ReviewRound.id == ReviewCase.round_id)
        .where(
            ReviewCase.due_on < clock.today(),
            ReviewCase.next_step.is_not(None),
            ReviewRound.given_up_at.is_(None),
        )
    )
    return within(statement, ReviewRound.area_id, scope)
