"""Households whose indicators are known, in the words a reviewer would use."""

from typing import Any

from tests.forms.answers import CHILD, Answers, member, new_household

# indicator, story, what the phone must find ("" is unknown), answers
Case = tuple[str, str, str, Answers]


def household(*members: Answers, **changes: Any) -> Answers:
    """A new household; `changes` are written page__question."""
    paths = {f"/household/{key.replace('__', '/')}": v for key, v in changes.items()}
    return new_household(*members, changes=paths)


def adult(row: int = 1, **changes: Any) -> Answers:
    """One more adult after the head, or the head."""
    if row > 1:
        changes = {"relation_to_head": "other", "full_name": "Lê Thị Bình"} | changes
    return member(row, **changes)


def child(row: int = 2, **changes: Any) -> Answers:
    return member(row, CHILD, **changes)


def young(row: int = 1, **changes: Any) -> Answers:
    """A person of 20, asked about training on the job."""
    return adult(row, **{"birth_date": "2006-01-05", "trained_on_job": "no"} | changes)


def tried_both_ways(cases: list[Case]) -> set[str]:
    """The indicators that the cases show deprived and not deprived."""
    found = {(indicator, expected) for indicator, _, expected, _ in cases}
    return {name for name, found_as in found if {(name, "0"), (name, "1")} <= found}


def name_of(case: Case) -> str:
    """The name of a test case: indicator and story."""
    return f"{case[0]}: {case[1]}"
