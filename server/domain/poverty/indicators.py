"""The predicates that packs name: is this household deprived of this service?

Each takes the household, the review date and the indicator's parameters and returns a
three-valued `Verdict` with the answers it rests on. The phone computes the same in the
form; a test sends the same cases through both.
"""

from collections.abc import Callable
from datetime import date

from server.domain.poverty.member_indicators import (
    Parameters,
    any_member,
    is_dependant,
    is_malnourished_child,
    lacks_insurance,
    lacks_job,
    lacks_treatment,
)
from server.domain.poverty.pack import Indicator
from server.domain.poverty.schooling import (
    lacks_education_for_age,
    lacks_lower_secondary,
    not_at_level_for_age,
    not_at_school,
)
from server.domain.poverty.verdicts import Answer, Value, Verdict, decided, undecided
from server.domain.survey.record import Household

Predicate = Callable[[Household, date, Parameters], Verdict]
NOT_READ = "threshold_not_read"
THRESHOLD = "legal_threshold"  # what is missing then: no household can be asked for it


def evaluate(indicator: Indicator, household: Household, on: date) -> Verdict:
    """The verdict of one indicator on the review date."""
    predicate, _ = PREDICATES[indicator.predicate]
    verdict = predicate(household, on, indicator.values())
    if household.stated_members is None or indicator.predicate not in _OF_EVERYBODY:
        return verdict
    if indicator.predicate in _OF_ANYBODY and verdict.deprived:
        return verdict
    # Nobody but the head is named: of the others nothing is known.
    return undecided(Answer("members"), *verdict.missing)


def dependants_exceed_share(
    household: Household, on: date, parameters: Parameters
) -> Verdict:
    """More dependants among the members than the share allows; unknowns bound it."""
    found = [is_dependant(each, on, parameters) for each in household.members]
    size = len(found)
    if not size:
        return undecided(Answer("members"))
    sure = [each for each in found if each.deprived]
    open_ones = [each for each in found if each.deprived is None]
    allowed = size * parameters["share_percent"]
    if len(sure) * 100 > allowed:
        return decided(True, *(a for each in sure for a in each.evidence))
    if (len(sure) + len(open_ones)) * 100 <= allowed:
        return decided(False, *(a for each in found for a in each.evidence))
    return undecided(*(a for e in open_ones for a in (*e.evidence, *e.missing)))


def weak_structures(household: Household, on: date, parameters: Parameters) -> Verdict:
    """So many of wall, column and roof are not of durable material."""
    dwelling = household.dwelling
    parts = [
        Answer("wall", dwelling.wall),
        Answer("column", dwelling.column),
        Answer("roof", dwelling.roof),
    ]
    durable = parameters["durable"]
    known = [part for part in parts if part.value is not None]
    weak = [part for part in known if part.value not in durable[part.question]]
    if len(weak) >= parameters["weak_parts"]:
        return decided(True, *weak)
    if len(weak) + len(parts) - len(known) < parameters["weak_parts"]:
        return decided(False, *known)
    return undecided(*parts)


def weak_grade(household: Household, on: date, parameters: Parameters) -> Verdict:
    """The house is of one of the two lowest grades."""
    grade = Answer("house_grade", household.dwelling.house_grade)
    return _listed(grade, parameters["deprived_grades"], deprived=True)


def area_below(household: Household, on: date, parameters: Parameters) -> Verdict:
    """Less living area per member than the threshold, in square metres."""
    area = Answer("area_m2", household.dwelling.area_m2)
    size = Answer("members", len(household.members) or None)
    if household.dwelling.area_m2 is None or size.value is None:
        return undecided(area, size)
    needed = parameters["square_metres"] * len(household.members)
    return decided(household.dwelling.area_m2 < needed, area, size)


def water_not_clean(household: Household, on: date, parameters: Parameters) -> Verdict:
    """Domestic water from none of the clean sources."""
    source = Answer("water_source", household.dwelling.water_source)
    return _listed(source, parameters["clean"], deprived=False)


def toilet_not_hygienic(
    household: Household, on: date, parameters: Parameters
) -> Verdict:
    """None of the hygienic kinds of toilet."""
    toilet = Answer("toilet", household.dwelling.toilet)
    return _listed(toilet, parameters["hygienic"], deprived=False)


def no_telecom(household: Household, on: date, parameters: Parameters) -> Verdict:
    """Nobody uses any of the telecom services that count."""
    used = [
        Answer(service, getattr(household.information, service))
        for service in parameters["services"]
    ]
    for service in used:
        if service.value:
            return decided(False, service)
    if any(service.value is None for service in used):
        return undecided(*used)
    return decided(True, *used)


def no_device(household: Household, on: date, parameters: Parameters) -> Verdict:
    """None of the devices by which information reaches a household."""
    devices = household.information.devices
    said = Answer("devices", devices)
    if devices is None:
        return undecided(said)
    return decided(not set(devices) & set(parameters["devices"]), said)


def threshold_not_read(
    household: Household, on: date, parameters: Parameters
) -> Verdict:
    """Nobody has read for us from when on the law calls a household deprived."""
    return undecided(Answer(THRESHOLD))


def _listed(said: Answer, codes: tuple[Value, ...], deprived: bool) -> Verdict:
    if said.value is None:
        return undecided(said)
    return decided((said.value in codes) == deprived, said)


_BY_AGE = frozenset({"bands", "ranks"})

# One person is enough for these; the others of the second set count everybody.
_OF_ANYBODY = frozenset(
    {"member_lacks_job", "child_malnourished", "member_lacks_insurance"}
    | {"member_lacks_treatment", "adult_lacks_education_for_age"}
    | {"adult_lacks_lower_secondary", "child_not_at_level_for_age"}
    | {"child_not_at_school"}
)
_OF_EVERYBODY = _OF_ANYBODY | {"dependants_exceed_share", "area_below"}

# name -> the function and the parameters it needs, which the loader insists on
PREDICATES: dict[str, tuple[Predicate, frozenset[str]]] = {
    "member_lacks_job": (
        any_member(lacks_job),
        frozenset({"working_age", "retirement", "seeking", "without_contract"}),
    ),
    "dependants_exceed_share": (
        dependants_exceed_share,
        frozenset({"share_percent", "child_below", "elderly_from"}),
    ),
    "child_malnourished": (
        any_member(is_malnourished_child),
        frozenset({"child_below"}),
    ),
    "member_lacks_insurance": (any_member(lacks_insurance), frozenset({"from_age"})),
    "member_lacks_treatment": (any_member(lacks_treatment), frozenset()),
    "adult_lacks_education_for_age": (any_member(lacks_education_for_age), _BY_AGE),
    "adult_lacks_lower_secondary": (
        any_member(lacks_lower_secondary),
        frozenset({"from_age", "born_from", "level", "ranks"}),
    ),
    "child_not_at_level_for_age": (any_member(not_at_level_for_age), _BY_AGE),
    "child_not_at_school": (
        any_member(not_at_school),
        frozenset({"from_age", "below_age"}),
    ),
    "weak_structures": (weak_structures, frozenset({"durable", "weak_parts"})),
    "weak_grade": (weak_grade, frozenset({"deprived_grades"})),
    "area_below": (area_below, frozenset({"square_metres"})),
    "water_not_clean": (water_not_clean, frozenset({"clean"})),
    "toilet_not_hygienic": (toilet_not_hygienic, frozenset({"hygienic"})),
    "no_telecom": (no_telecom, frozenset({"services"})),
    "no_device": (no_device, frozenset({"devices"})),
    NOT_READ: (threshold_not_read, frozenset()),
}
