"""What official tables count of one household: taken from its answers, on one day.

Every fact is three-valued. `None` is "nobody asked or answered"; a table counts such a
household as not known, and never as no.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from server.domain.people.birth_dates import age_on
from server.domain.people.ethnic_groups import is_ethnic_minority
from server.domain.poverty.b1 import total_of
from server.domain.poverty.classify import judge_indicators
from server.domain.poverty.indicators import evaluate
from server.domain.poverty.pack import AreaType, Pack
from server.domain.survey.record import Household, Member

# Nobody below works for a living; the proxy score draws the line there too.
WORKING_AGE = 15
CHILD_BELOW = 16
SCHOOLING = "EDU_CHILD"
GROWN_UP = frozenset({"head", "spouse", "parent", "grandparent"})
GROUPS = ("minority", "no_working_capacity", "merit", "social_protection")


@dataclass(frozen=True, slots=True)
class Child:
    """One child: what the table of children counts."""

    no_insurance: bool | None
    malnourished: bool | None
    not_at_school_level: bool | None


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person as the detailed list prints it."""

    full_name: str
    relation: str | None
    sex: str | None
    birth: str
    ethnicity: str | None


@dataclass(frozen=True, slots=True)
class Facts:
    """A household as it was known at the review that the table rests on."""

    review_date: date
    code: str
    head_name: str
    address: str
    ward_code: str  # as of the review
    group_code: str
    size: int | None
    ethnicity: str | None  # of the head
    groups: dict[str, bool | None]
    lacks: dict[str, bool | None]
    causes: tuple[str, ...] | None
    needs: tuple[str, ...] | None
    received: tuple[str, ...] | None
    is_agricultural: bool | None
    b1_score: int | None
    income_per_capita: int | None
    children: tuple[Child, ...] | None  # None: the people are not known
    people: tuple[PersonLine, ...] = ()


def facts_of(
    household: Household,
    review_date: date,
    pack: Pack,
    code: str,
    address: str,
    area_type: AreaType | None = None,
) -> Facts:
    """The facts of a household under a standard, on the day of its review."""
    members = household.members
    head = next((each for each in members if each.relation_to_head == "head"), None)
    ethnicity = head.ethnicity if head else None
    verdicts = judge_indicators(household, review_date, pack)
    return Facts(
        review_date=review_date,
        code=code,
        head_name=household.head_name or "",
        address=address,
        ward_code=household.ward_code or "",
        group_code=household.group_code or "",
        size=len(members) or None,
        ethnicity=ethnicity,
        groups=groups_of(household, review_date),
        lacks={each.code: each.deprived for each in verdicts},
        causes=household.causes,
        needs=household.needs,
        received=household.support_received,
        is_agricultural=household.economy.is_agricultural,
        b1_score=total_of(household, pack, area_type),
        income_per_capita=household.economy.income_per_capita,
        children=_children(members, review_date, pack) if members else None,
        people=tuple(_line(each) for each in members),
    )


def groups_of(household: Household, on: date) -> dict[str, bool | None]:
    """Whether a household belongs to each of `GROUPS`, on the day of its review."""
    members = household.members
    head = next((each for each in members if each.relation_to_head == "head"), None)
    return {
        "minority": is_ethnic_minority(head.ethnicity if head else None),
        "no_working_capacity": _nobody_can_work(members, on),
        "merit": any_of(each.has_merit for each in members),
        "social_protection": any_of(each.social_allowance for each in members),
    }


def any_of(answers: Iterable[bool | None]) -> bool | None:
    """Yes when one says so, no when all do, otherwise not known; nobody is no answer."""
    said = list(answers)
    if any(said):
        return True
    return None if not said or None in said else False


def _nobody_can_work(members: Iterable[Member], on: date) -> bool | None:
    able = any_of(_can_work(each, on) for each in members)
    return None if able is None else not able


def _can_work(member: Member, on: date) -> bool | None:
    if member.can_work is not None:
        return member.can_work
    age = age_on(member.birth, on) if member.birth else None
    return False if age is not None and age < WORKING_AGE else None


def _children(
    members: Iterable[Member], on: date, pack: Pack
) -> tuple[Child, ...] | None:
    """The children; None when it is not known of somebody who might be one."""
    found = []
    for each in members:
        if each.birth is None:
            if each.relation_to_head not in GROWN_UP:
                return None
        elif age_on(each.birth, on) < CHILD_BELOW:
            found.append(_child(each, on, pack))
    return tuple(found)


def _child(member: Member, on: date, pack: Pack) -> Child:
    insured = member.has_insurance
    schooling = next((each for each in pack.indicators if each.code == SCHOOLING), None)
    return Child(
        no_insurance=None if insured is None else not insured,
        malnourished=member.is_malnourished,
        not_at_school_level=(
            evaluate(schooling, Household(members=(member,)), on).deprived
            if schooling
            else None
        ),
    )


def _line(member: Member) -> PersonLine:
    birth = member.birth
    parts = (birth.day, birth.month, birth.year) if birth else ()
    return PersonLine(
        full_name=member.full_name,
        relation=member.relation_to_head,
        sex=member.sex,
        birth="/".join(f"{part:02}" for part in parts if part is not None),
        ethnicity=member.ethnicity,
    )
