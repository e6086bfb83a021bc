"""Schooling of adults and children, as two standards ask for it.

The ladder of levels is part of the pack (`ranks`): what counts as higher is law too.
"""

from collections.abc import Mapping
from datetime import date

from server.domain.poverty.member_indicators import Parameters, age_of, answer
from server.domain.poverty.verdicts import Answer, Verdict, decided, undecided
from server.domain.survey.record import Member


def _level(member: Member, question: str, ranks: Mapping[str, int]) -> Answer:
    """A level as an answer; a code that the ladder does not know is no answer."""
    said = answer(member, question)
    return said if said.value in ranks else Answer(question, None, member.key)


def _is_studying(attending: Answer) -> bool:
    return attending.value not in (None, "none")


def lacks_education_for_age(
    member: Member, on: date, parameters: Parameters
) -> Verdict:
    """Of an age that should have a certificate, without it, in no school or training.

    `bands`: from age, to age (both included), the lowest sufficient level.
    """
    age, attending = age_of(member, on), answer(member, "attending")
    ranks = parameters["ranks"]
    level = _level(member, "education_level", ranks)
    trained = answer(member, "trained_on_job")
    enough = [
        ranks[band["level"]]
        for band in parameters["bands"]
        if isinstance(age.value, int) and band["from"] <= age.value <= band["to"]
    ]
    if age.value is not None and not enough:
        return decided(False, age)
    if _is_studying(attending):
        return decided(False, attending)
    if trained.value is True:
        return decided(False, trained)
    # Without an age, only a level that is enough at every age decides.
    needed = enough or [max(ranks[band["level"]] for band in parameters["bands"])]
    if level.value is not None and ranks[level.value] >= needed[0]:
        return decided(False, *([age] if enough else []), level)
    used = (age, level, attending, trained)
    if any(each.value is None for each in used):
        return undecided(*used)
    return decided(True, *used)


def lacks_lower_secondary(member: Member, on: date, parameters: Parameters) -> Verdict:
    """Born late enough to owe lower secondary school, without it and not studying."""
    age, attending = age_of(member, on), answer(member, "attending")
    ranks = parameters["ranks"]
    level = _level(member, "education_level", ranks)
    year = Answer("birth_year", member.birth.year if member.birth else None, member.key)
    if isinstance(age.value, int) and age.value < parameters["from_age"]:
        return decided(False, age)
    if isinstance(year.value, int) and year.value < parameters["born_from"]:
        return decided(False, year)
    if _is_studying(attending):
        return decided(False, attending)
    if level.value is not None and ranks[level.value] >= ranks[parameters["level"]]:
        return decided(False, level)
    used = (year, level, attending)
    if any(each.value is None for each in used):
        return undecided(*used)
    return decided(True, *used)


def not_at_level_for_age(member: Member, on: date, parameters: Parameters) -> Verdict:
    """A child at no school, or below the level of its age; a higher level is fine.

    `bands`: from age, to age (both included), the level to attend.
    """
    ranks = parameters["ranks"]
    age, attending = age_of(member, on), _level(member, "attending", ranks)
    wanted = [
        ranks[band["level"]]
        for band in parameters["bands"]
        if isinstance(age.value, int) and band["from"] <= age.value <= band["to"]
    ]
    if age.value is not None and not wanted:
        return decided(False, age)
    if age.value is None or attending.value is None:
        return undecided(age, attending)
    return decided(ranks[attending.value] < wanted[0], age, attending)


def not_at_school(member: Member, on: date, parameters: Parameters) -> Verdict:
    """A child of school age who attends no school."""
    age, attending = age_of(member, on), answer(member, "attending")
    if isinstance(age.value, int) and not (
        parameters["from_age"] <= age.value < parameters["below_age"]
    ):
        return decided(False, age)
    if _is_studying(attending):
        return decided(False, attending)
    if age.value is None or attending.value is None:
        return undecided(age, attending)
    return decided(True, age, attending)
