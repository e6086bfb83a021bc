"""The groups by which a planner looks at who would change class.

Those of the official tables are meant as those tables mean them (`reporting.facts`);
the others are counted from the people of the household on the day of its review. Groups
overlap, and each is three-valued: nobody's silence is a "no".
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from server.domain.people.birth_dates import age_on
from server.domain.reporting.facts import CHILD_BELOW, any_of, groups_of
from server.domain.survey.record import Household, Member

ELDERLY_FROM = 60
_OF_ANYBODY = ("merit", "social_protection", "elderly", "disabled", "children")
SEVERE = frozenset({"heavy", "extra_heavy"})


@dataclass(frozen=True, slots=True)
class PriorityGroup:
    """One group with its name and what is meant by it."""

    code: str
    vi: str
    en: str
    means_vi: str
    means_en: str


# What each means is our reading; no text that says so was read, and screens say that.
PRIORITY_GROUPS = (
    PriorityGroup(
        "merit", "Có người có công", "With a member of merit",
        "có thành viên là người có công với cách mạng",
        "a member of merit to the revolution",
    ),
    PriorityGroup(
        "elderly", "Có người cao tuổi", "With an elderly member",
        f"có người từ đủ {ELDERLY_FROM} tuổi vào ngày rà soát",
        f"somebody aged {ELDERLY_FROM} or more on the day of the review",
    ),
    PriorityGroup(
        "disabled", "Có người khuyết tật nặng", "With a severely disabled member",
        "có người khuyết tật nặng hoặc đặc biệt nặng",
        "somebody whose disability is severe or extremely severe",
    ),
    PriorityGroup(
        "children", "Có trẻ em", "With children",
        f"có người dưới {CHILD_BELOW} tuổi vào ngày rà soát",
        f"somebody below {CHILD_BELOW} on the day of the review",
    ),
    PriorityGroup(
        "minority", "Dân tộc thiểu số", "Ethnic minority",
        "chủ hộ thuộc một dân tộc thiểu số",
        "the head is of one of the minorities",
    ),
    PriorityGroup(
        "no_working_capacity", "Không có khả năng lao động", "Without working capacity",
        "không có ai có khả năng lao động",
        "nobody is able to work",
    ),
    PriorityGroup(
        "social_protection", "Hưởng bảo trợ xã hội", "With a social allowance",
        "có người hưởng trợ cấp bảo trợ xã hội hằng tháng",
        "somebody on monthly social allowance",
    ),
)  # fmt: skip


def priority_of(household: Household, on: date) -> tuple[bool | None, ...]:
    """Whether a household belongs to each of `PRIORITY_GROUPS`."""
    members = household.members
    known = {
        **groups_of(household, on),
        "elderly": any_of(_aged(members, on, lambda age: age >= ELDERLY_FROM)),
        "disabled": any_of(_is_severe(each) for each in members),
        "children": any_of(_aged(members, on, lambda age: age < CHILD_BELOW)),
    }
    if household.size > len(members):  # somebody is not on the roster: who knows
        for code in _OF_ANYBODY:
            known[code] = known[code] or None
    return tuple(known[each.code] for each in PRIORITY_GROUPS)


def _aged(
    members: Iterable[Member], on: date, is_meant: Callable[[int], bool]
) -> list[bool | None]:
    return [
        is_meant(age_on(each.birth, on)) if each.birth is not None else None
        for each in members
    ]


def _is_severe(member: Member) -> bool | None:
    return None if member.disability is None else member.disability in SEVERE
