"""Which official table a visitor asks for: unit, standard, period, as known when.

The same question stands in an address in two ways: as the fields of the form, and as one
word (`key`) for the lists that a number opens.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from server import clock
from server.areas import queries as areas
from server.areas.tables import Area
from server.domain.actor import Scope
from server.domain.poverty.pack import Pack
from server.domain.reporting.definition import Definition
from server.reports.official import Official, official
from server.reports.places import Unit, districts, unit_of
from server.reports.question import LOOK_BACK_YEARS, Question
from server.reports.sheet import About
from server.status.asked import default_standard
from server.status.standards import Place, place_of, standards_of
from server.web.i18n import _, language

FIELDS = ("unit", "standard", "from", "to", "known", "look_back")
FARTHEST_BACK = 20


@dataclass(frozen=True)
class Asked:
    """A question with everything else that could have been asked."""

    unit: Unit
    standards: Sequence[Pack]
    question: Question
    scope: Scope

    @property
    def unit_name(self) -> str:
        """What the table is of, for its head."""
        area = self.unit.area
        if area is None:
            return _("Các phường, xã được giao")
        if area.level == "group":
            return f"{area.name}, {self.unit.wards[0].name}"
        return area.name

    @property
    def signed_name(self) -> str:
        """The same on a signed paper, which is in Vietnamese whoever asks."""
        return "Các phường, xã được giao" if self.unit.area is None else self.unit_name

    @property
    def args(self) -> dict[str, str]:
        """The fields of the form that ask this."""
        question = self.question
        known = question.known_on.isoformat() if question.known_on else ""
        return {
            "unit": str(self.unit.area.id) if self.unit.area else "",
            "standard": question.standard.id,
            "from": question.start.isoformat(),
            "to": question.end.isoformat(),
            "known": known,
            "look_back": str(question.look_back_years),
        }

    @property
    def key(self) -> str:
        """The question as one word."""
        return "~".join(self.args[name] for name in FIELDS)

    @cached_property
    def units(self) -> list[tuple[str, list[Area]]]:
        """What can be chosen, by kind: districts, wards, the groups of the ward."""
        on = self.unit.on
        found = [
            (_("Quận, huyện"), districts(self.scope, on)),
            (_("Phường, xã"), list(unit_of(self.scope, "", on).wards)),
        ]
        if self.unit.is_by_group:
            ward = self.unit.wards[0]
            found.append((_("Tổ của {ward}", ward=ward.name), areas.groups_of(ward.id)))
        return [(label, each) for label, each in found if each]

    def about(self, dated: date, said_in: str = "") -> About:
        """What is said around the table."""
        return About(
            unit_name=self.unit_name,
            start=self.question.start,
            end=self.question.end,
            known_at=self.question.known_at,
            look_back_years=self.question.look_back_years,
            dated=dated,
            language=said_in or language(),
        )

    def fill(self, definition: Definition) -> Official:
        """The table itself."""
        return official(definition, self.question, self.unit)


def asked(args: Mapping[str, str], scope: Scope) -> Asked:
    """Read an address: by default this year until today. What is not understood counts
    as not said."""
    end = clock.day_of(args.get("to", "")) or clock.today()
    start = clock.day_of(args.get("from", "")) or date(end.year, 1, 1)
    if start > end:
        start, end = end, start
    unit = unit_of(scope, args.get("unit", ""), end)
    place = place_of(unit.wards[0].id) if unit.wards else Place()
    standards = standards_of(place, end)
    known_on = clock.day_of(args.get("known", ""))
    question = Question(
        standard=next(
            (each for each in standards if each.id == args.get("standard")),
            default_standard(standards, end),
        ),
        start=start,
        end=end,
        known_on=known_on if known_on and known_on < clock.today() else None,
        look_back_years=_years(args.get("look_back", "")),
    )
    return Asked(unit, standards, question, scope)


def asked_by_key(key: str, scope: Scope) -> Asked:
    """The question that one word of an address stands for."""
    return asked(dict(zip(FIELDS, key.split("~"), strict=False)), scope)


def _years(text: str) -> int:
    if text.isdecimal() and len(text) < 3 and int(text) <= FARTHEST_BACK:
        return int(text)
    return LOOK_BACK_YEARS
