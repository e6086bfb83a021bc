"""What the roster says: predicates that are about the people of a household.

Ages are completed years on the review date; a person known by year counts as born on
1 January, exactly as the phone computes it.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from server.domain.people.birth_dates import age_on
from server.domain.poverty.verdicts import (
    Answer,
    Verdict,
    any_of,
    decided,
    undecided,
)
from server.domain.survey.record import Household, Member

Parameters = Mapping[str, Any]
MemberCheck = Callable[[Member, date, Parameters], Verdict]


def any_member(check: MemberCheck) -> Callable[[Household, date, Parameters], Verdict]:
    """A household predicate: deprived when the check finds one member so."""

    def predicate(household: Household, on: date, parameters: Parameters) -> Verdict:
        return any_of([check(each, on, parameters) for each in household.members])

    predicate.__doc__ = check.__doc__
    return predicate


def answer(member: Member, question: str) -> Answer:
    """An answer about one person."""
    return Answer(question, getattr(member, question), member.key)


def age_of(member: Member, on: date) -> Answer:
    """The age in years as an answer; missing when no birth date is known."""
    age = age_on(member.birth, on) if member.birth else None
    return Answer("age", age, member.key)


def is_working_age(member: Member, on: date, parameters: Parameters) -> bool | None:
    """Old enough to work and not yet at the retirement age of the review year."""
    age = age_of(member, on).value
    if not isinstance(age, int) or member.birth is None or member.sex is None:
        return None
    birth = member.birth
    months = (on.year - birth.year) * 12 + on.month - (birth.month or 1)
    months -= on.day < (birth.day or 1)
    rule = parameters["retirement"][member.sex]
    later = rule["months_a_year"] * (on.year - parameters["retirement"]["from_year"])
    retirement = min(rule["last_month"], rule["first_month"] + later)
    return bool(age >= parameters["working_age"] and months < retirement)


def lacks_job(member: Member, on: date, parameters: Parameters) -> Verdict:
    """Wants work, can work and finds none; or works for a wage without a contract.

    Of somebody unable to work, an unknown employment is taken to be none.
    """
    age, job = age_of(member, on), answer(member, "employment")
    can_work, sex = answer(member, "can_work"), answer(member, "sex")
    if isinstance(age.value, int) and age.value < parameters["working_age"]:
        return decided(False, age)
    if job.value in parameters["without_contract"]:
        return decided(True, job)
    if can_work.value is False:
        return decided(False, can_work)
    if job.value is not None and job.value not in parameters["seeking"]:
        return decided(False, job)
    if job.value is None:
        return undecided(age, job)
    of_age = is_working_age(member, on, parameters)
    if of_age is False:
        return decided(False, job, age, sex)
    if of_age and can_work.value:
        return decided(True, job, age, can_work)
    return undecided(job, age, sex, can_work)


def is_dependant(member: Member, on: date, parameters: Parameters) -> Verdict:
    """A child; or an elder or disabled person who receives the monthly allowance."""
    age, allowance = age_of(member, on), answer(member, "social_allowance")
    disability = answer(member, "disability")
    if isinstance(age.value, int) and age.value < parameters["child_below"]:
        return decided(True, age)
    is_old = isinstance(age.value, int) and age.value >= parameters["elderly_from"]
    is_disabled = disability.value not in (None, "none")
    if allowance.value is True and (is_old or is_disabled):
        return decided(True, disability if is_disabled else age, allowance)
    if age.value is not None and allowance.value is False:
        return decided(False, age, allowance)
    if age.value is not None and not is_old and disability.value == "none":
        return decided(False, age, disability)
    return undecided(age, allowance, disability)


def is_malnourished_child(member: Member, on: date, parameters: Parameters) -> Verdict:
    """A child too short or too light for the age."""
    age, found = age_of(member, on), answer(member, "is_malnourished")
    if isinstance(age.value, int) and age.value >= parameters["child_below"]:
        return decided(False, age)
    if found.value is False:
        return decided(False, found)
    if age.value is None or found.value is None:
        return undecided(age, found)
    return decided(True, age, found)


def lacks_insurance(member: Member, on: date, parameters: Parameters) -> Verdict:
    """Old enough to count and without health insurance."""
    age, insured = age_of(member, on), answer(member, "has_insurance")
    if isinstance(age.value, int) and age.value < parameters["from_age"]:
        return decided(False, age)
    if insured.value is True:
        return decided(False, insured)
    if age.value is None or insured.value is None:
        return undecided(age, insured)
    return decided(True, age, insured)


def lacks_treatment(member: Member, on: date, parameters: Parameters) -> Verdict:
    """Seriously ill in the last twelve months and not treated."""
    ill = answer(member, "ill_untreated")
    if ill.value is None:
        return undecided(ill)
    return decided(bool(ill.value), ill)
