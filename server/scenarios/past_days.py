"""A plain day assessed once more: the list that some law would have given beside the list
that was in force, as known on some day.

The law of the list on what was known then must give that list again; where the commune
decided otherwise, or a survey came later, the difference has a name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server import clock
from server.domain.actor import Scope
from server.domain.poverty.columns import classify, row_at
from server.domain.poverty.pack import Pack
from server.domain.scenarios.comparing import (
    NOT_KNOWN,
    OUTSIDE,
    Compared,
    place_on_list,
)
from server.domain.scenarios.population import NOWHERE, Population
from server.domain.scenarios.reasons import reason_of
from server.domain.scenarios.result import CLASSES, class_codes
from server.reports.places import Rows, Unit
from server.scenarios import queries
from server.scenarios.asked import Asked, asked_of
from server.scenarios.counting import in_sight, names_of
from server.scenarios.tables import RegisterCut
from server.status.asked import default_standard
from server.status.presence import end_of_day
from server.status.queries import Listed, lists_on
from server.status.standards import place_of, standards_of

FIELDS = ("standard", "listed", "area", "on", "known_on")


@dataclass(frozen=True, slots=True)
class Question:
    """Which law is asked, of which register, and beside which list."""

    asked: Asked
    listed: Pack  # under which the list was in force
    offered: Sequence[Pack]  # every standard that a list there was ever under

    @property
    def key(self) -> str:
        """The question as one word of an address."""
        return "~".join(str(self.sent[name] or "") for name in FIELDS)

    @property
    def sent(self) -> dict[str, str | int | None]:
        """The fields of the form that ask it."""
        return {**self.asked.address, "listed": self.listed.id}


@dataclass(frozen=True, slots=True)
class PastDay:
    """The answer. `places` names the wards that are looked at."""

    question: Question
    compared: Sequence[Compared]
    population: Population
    places: Mapping[str, str]

    def reason(self, compared: Compared, language: str) -> str:
        """What decides the class that the law finds, in a sentence."""
        if compared.number is None:
            return ""
        row = row_at(self.population.columns, compared.number)
        return reason_of(row, self.question.asked.pack, language)


def question_of(sent: Mapping[str, Any], scope: Scope) -> Question:
    """Read what was sent. Blank standards are the one in force there on the day."""
    asked = asked_of({**sent, "standard": ""}, scope)
    wards = asked.unit.wards
    offered = standards_of(place_of(wards[0].id if wards else None))
    in_force = default_standard(offered, asked.moment.on)
    listed = next((each for each in offered if each.id == sent["listed"]), in_force)
    asked = asked_of({**sent, "standard": sent["standard"] or listed.id}, scope)
    return Question(asked, listed, offered)


def question_by_key(key: str, scope: Scope) -> Question:
    """The question that one word stands for; what is not understood was not said."""
    said = dict(zip(FIELDS, key.split("~"), strict=False))
    sent = {name: said.get(name, "") for name in ("standard", "listed", "area")}
    days = {name: clock.day_of(said.get(name, "")) for name in ("on", "known_on")}
    return question_of({**sent, **days}, scope)


def replay_day(
    question: Question, cut: RegisterCut, scope: Scope, unknown_place: str = ""
) -> PastDay:
    """Assess a register that was taken, and hold it against the list of its day."""
    asked = question.asked
    everybody, unit = queries.population_of(cut), asked.unit
    population = in_sight(everybody, unit, scope, asked.moment)
    lists = _lists(question)
    compared = _surveyed(population, asked.pack, lists)
    known = {str(each, "ascii") for each in everybody.ids}
    others = {each: lists[each] for each in sorted(lists.keys() - known)}
    compared += _not_surveyed(others, unit, scope)
    places = names_of(unit.wards, unknown_place)
    return PastDay(question, compared, population, places)


def listed_of(question: Question, household_id: str) -> str:
    """Where one household stood on the list of the day."""
    found = _lists(question).get(household_id)
    return place_on_list(found.category) if found else OUTSIDE


def _lists(question: Question) -> Mapping[str, Listed]:
    moment = question.asked.moment
    known_at = end_of_day(moment.known_on) if moment.known_on else None
    return lists_on(question.listed.id, moment.on, known_at)


def _surveyed(
    population: Population, pack: Pack, lists: Mapping[str, Listed]
) -> list[Compared]:
    codes = class_codes(classify(population.columns, pack))
    found = []
    for number, code in enumerate(codes):
        household_id = population.household_id(number)
        on_list = lists.get(household_id)
        found.append(
            Compared(
                household_id,
                int(population.wards[number]),
                place_on_list(on_list.category) if on_list else OUTSIDE,
                CLASSES[code],
                number,
            )
        )
    return found


def _not_surveyed(
    lists: Mapping[str, Listed], unit: Unit, scope: Scope
) -> list[Compared]:
    """Those that stand on the list although nobody had surveyed them by then."""
    rows, wards = Rows(unit), {each.id for each in unit.wards}
    sees_all = unit.area is None and scope.area_ids is None
    found = []
    for household_id, on_list in lists.items():
        ward = rows.ward_on(on_list.area_id, "", None) or NOWHERE
        if sees_all or ward in wards:
            place = place_on_list(on_list.category)
            found.append(Compared(household_id, ward, place, NOT_KNOWN))
    return found
