"""Opening a round and putting households on its list.

What is then done for the households is beside this module: for one household or a group
in `stepping.py`, with a paper for many at once in `acts.py`.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from server import clock
from server.areas import queries as areas
from server.audit import actions as audit
from server.db import db, serialise, transaction
from server.domain.actor import Actor
from server.domain.problems import Problem, Refused
from server.domain.procedure.steps import Done, Origin, Step
from server.registry.queries import households_by_id, in_chunks
from server.registry.tables import HouseholdRow
from server.rounds import queries
from server.rounds.stepping import notice
from server.rounds.tables import (
    ORIGINS,
    ROUND_KINDS,
    UPPER_LEVELS,
    ReviewCase,
    ReviewRound,
)
from server.rounds.taking import Taking, compute, take
from server.status.queries import LISTED, status_map
from server.status.standards import find_standard, place_of
from server.status.transitions import family_of

LONGEST_ROUND = 400


def open_round(
    *,
    by: Actor,
    kind: str,
    name: str,
    area_id: int,
    standard: str,
    begins_on: date,
    ends_on: date,
    responsible: str,
    upper_level: str,
    note: str = "",
) -> ReviewRound:
    """Open a review of a ward. A yearly one begins with everybody who is on the lists;
    for one within the year the households are named one by one."""
    given = {
        "kind": kind, "name": name.strip(), "area_id": area_id, "standard": standard,
        "begins_on": begins_on, "ends_on": ends_on, "upper_level": upper_level,
        "responsible": responsible.strip(), "note": note.strip(),
    }  # fmt: skip
    with transaction() as session:
        _refuse_round(given)
        review = ReviewRound(
            **given,
            at=clock.now(),
            **by.signature(),
        )
        session.add(review)
        session.flush()
        _tell(by, review, "round.opened", {"kind": kind, "standard": standard})
        if kind == "yearly":
            listed = sorted(_on_the_lists(review))
            put_on_list(
                by=by, round_id=review.id, household_ids=listed,
                origin="carried_over", on=begins_on,
            )  # fmt: skip
        return review


def change_round(
    *,
    by: Actor,
    round_id: int,
    name: str,
    ends_on: date,
    responsible: str,
    upper_level: str,
    note: str = "",
) -> ReviewRound:
    """Put right what a round says of itself; what it said before stays in the audit."""
    with transaction() as session:
        serialise("rounds")
        review = session.get_one(ReviewRound, round_id)
        new = {
            "name": name.strip(), "ends_on": ends_on, "upper_level": upper_level,
            "responsible": responsible.strip(), "note": note.strip(),
        }  # fmt: skip
        _refuse_round({**_as_given(review), **new})
        before = {
            key: str(getattr(review, key))
            for key, value in new.items()
            if getattr(review, key) != value
        }
        for key, value in new.items():
            setattr(review, key, value)
        session.flush()
        _compute_all(review)
        _tell(by, review, "round.changed", {"before": before})
        return review


def give_up(*, by: Actor, round_id: int, reason: str) -> ReviewRound:
    """The round is not held after all; what was done in it stays to be read."""
    with transaction() as session:
        serialise("rounds")
        review = session.get_one(ReviewRound, round_id)
        if not reason.strip():
            raise Refused(Problem("step_needs_reason", "reason"))
        review.given_up_at, review.given_up_reason = clock.now(), reason.strip()
        session.flush()
        _compute_all(review)
        _tell(by, review, "round.given_up", {})
        return review


def take_up_again(*, by: Actor, round_id: int) -> ReviewRound:
    """The round is held: giving it up is undone."""
    with transaction() as session:
        serialise("rounds")
        review = session.get_one(ReviewRound, round_id)
        review.given_up_at = review.given_up_reason = None
        session.flush()
        _compute_all(review)
        _tell(by, review, "round.taken_up_again", {})
        return review


def put_on_list(
    *,
    by: Actor,
    round_id: int,
    household_ids: Collection[str],
    origin: str,
    on: date,
    note: str = "",
) -> list[ReviewCase]:
    """Households to review. One that is on the list already is passed over; who was
    surveyed since the round began goes on to the scoring by itself."""
    with transaction() as session:
        serialise("rounds")
        review = session.get_one(ReviewRound, round_id)
        if origin not in ORIGINS:
            raise Refused(Problem("case_origin_unknown", "origin", {"value": origin}))
        households = _households(review, household_ids)
        known = _known_cases(review.id, households)
        made = [
            _case(review, household_id, origin, known.get(household_id))
            for household_id in sorted(households)
            if not _is_listed(known.get(household_id))
        ]
        session.flush()
        done = Done(Step.LISTED, on, origin)
        take(
            by=by,
            review=review,
            takings=[Taking(case, done, reason=note.strip()) for case in made],
        )
        notice(review=review, cases=made)
        return made


def _case(
    review: ReviewRound, household_id: str, origin: str, kept: ReviewCase | None
) -> ReviewCase:
    """A new case, or the one that was taken off the list before."""
    case = kept or ReviewCase(round_id=review.id, household_id=household_id)
    case.origin = Origin(origin).value
    if kept is None:
        case.last_step, case.since = "", review.begins_on
        case.has_complaint = case.has_skip = False
        db.session.add(case)
    return case


def _is_listed(case: ReviewCase | None) -> bool:
    return case is not None and case.last_step != ""


def _known_cases(
    round_id: int, household_ids: Collection[str]
) -> dict[str, ReviewCase]:
    found: dict[str, ReviewCase] = {}
    for chunk in in_chunks(household_ids):
        rows = db.session.scalars(
            select(ReviewCase).where(
                ReviewCase.round_id == round_id, ReviewCase.household_id.in_(chunk)
            )
        )
        found |= {row.household_id: row for row in rows}
    return found


def _on_the_lists(review: ReviewRound) -> set[str]:
    """Poor and near-poor on the first day. A status under an older standard lasts until
    the household has one under a newer standard."""
    inside = areas.descendants([review.area_id]) | {review.area_id}
    found: dict[str, str] = {}
    for standard in family_of(review.standard):
        found |= status_map(inside, standard, review.begins_on)
    on_lists = {each for each, category in found.items() if category in LISTED}
    return {
        row.id
        for row in households_by_id(on_lists).values()
        if row.state == "live" and row.area_id in inside
    }


def _households(
    review: ReviewRound, household_ids: Collection[str]
) -> dict[str, HouseholdRow]:
    """The named households, all of them live and of the ward, or none."""
    inside = areas.descendants([review.area_id]) | {review.area_id}
    found = households_by_id(household_ids)
    wrong = [
        each
        for each in household_ids
        if each not in found or found[each].area_id not in inside
    ]
    if wrong:
        raise Refused(Problem("case_household_elsewhere", "households"))
    gone = [row.code for row in found.values() if row.state != "live"]
    if gone:
        values = {"codes": ", ".join(sorted(gone)[:5])}
        raise Refused(Problem("case_household_gone", "households", values))
    return found


def _compute_all(review: ReviewRound) -> None:
    rows = queries.cases_at(review.id)
    steps = queries.live_steps([row.case.id for row in rows])
    for row in rows:
        compute(row.case, review, steps.get(row.case.id, []))


def _as_given(review: ReviewRound) -> dict[str, Any]:
    return {
        key: getattr(review, key)
        for key in ("kind", "area_id", "standard", "begins_on")
    }


def _refuse_round(given: Mapping[str, Any]) -> None:
    problems = []
    if given["kind"] not in ROUND_KINDS or given["upper_level"] not in UPPER_LEVELS:
        problems.append(Problem("round_kind_unknown", "kind"))
    problems += [
        Problem(f"round_without_{key}", key)
        for key in ("name", "responsible")
        if not given[key]
    ]
    days = (given["ends_on"] - given["begins_on"]).days
    if not 0 <= days <= LONGEST_ROUND:
        problems.append(Problem("round_days_impossible", "ends_on"))
    pack = find_standard(given["standard"])
    province = place_of(given["area_id"]).province_code
    if pack is None or not pack.applies_in(province):
        problems.append(Problem("round_standard_elsewhere", "standard"))
    if problems:
        raise Refused(*problems)


def _tell(by: Actor, review: ReviewRound, action: str, details: dict[str, Any]) -> None:
    audit.record(
        by=by,
        action=action,
        subject_kind="review_round",
        subject_id=review.id,
        details={"area_id": review.area_id, **details},
    )
