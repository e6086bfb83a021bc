"""What the page of one household shows: how it is now, and who said so."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from server.areas.queries import area_on, find_area, path_of
from server.areas.tables import Area
from server.domain.households.golden import GoldenHousehold
from server.domain.households.sources import newest_first
from server.domain.people.birth_dates import age_on
from server.domain.people.identity_numbers import mask
from server.domain.survey.record import Member, SurveyRecord
from server.inbox.queries import find_file
from server.registry import queries
from server.registry.fields import Field, household_sections, member_fields
from server.registry.history import Told, history_of
from server.registry.tables import (
    Correction,
    HouseholdEvent,
    HouseholdRow,
    SurveyRecordRow,
)
from server.registry.words import (
    birth_text,
    correction_text,
    kind_label,
    place_label,
    written,
)
from server.web.i18n import language

# Shown in the line of the person, or never as an answer of its own.
_IN_HEADLINE = frozenset(
    {"full_name", "relation_to_head", "sex", "birth", "identifiers"}
)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value comes from when that is not the newest survey: the number of an
    older one, or the id of a correction."""

    survey: int | None = None
    correction: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One answer; `text` is blank when nobody gave it."""

    path: str
    label: str
    text: str
    origin: Origin | None


@dataclass(frozen=True, slots=True)
class Person:
    """One member with the numbers of their papers."""

    member: Member
    path: str
    relation: str
    sex: str
    birth: str
    age: int | None
    numbers: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    origin: Origin | None


@dataclass(frozen=True, slots=True)
class Survey:
    """One record of the household; `number` 1 is the newest that counts."""

    number: int
    row: SurveyRecordRow
    record: SurveyRecord
    sender: str
    is_replaced: bool


@dataclass(frozen=True, slots=True)
class Corrected:
    """A correction in words."""

    row: Correction
    place: str
    text: str
    is_applied: bool
    is_replaced: bool
    fits: bool


class HouseholdPage:
    """Everything about a household that the register itself knows.

    `are_numbers_open` shows identity numbers in full; who asked is remembered before.
    """

    def __init__(self, row: HouseholdRow, *, are_numbers_open: bool = False) -> None:
        self.row = row
        self.are_numbers_open = are_numbers_open
        self.golden: GoldenHousehold = queries.golden_of(row)
        self.household = self.golden.household
        self._areas: dict[str, Area | None] = {}
        self.names: Mapping[str, str] = {
            member.key: member.full_name for member in self.household.members
        }

    @cached_property
    def area_path(self) -> str:
        """The ward and what it lies in, from the inside out."""
        area = find_area(self.row.area_id) if self.row.area_id is not None else None
        return ", ".join(each.name for each in reversed(path_of(area))) if area else ""

    @cached_property
    def group_name(self) -> str:
        group = self._area(self.row.group_code)
        return group.name if group else self.row.group_code

    @cached_property
    def surveys(self) -> list[Survey]:
        """Every record, those that count first, newest first."""
        rows = {row.id: row for row in queries.records_of(self.row.id)}
        views = [queries.as_view(row) for row in rows.values()]
        counting = newest_first(views)
        replaced = [view for view in views if view not in counting]
        senders = queries.senders_of(row.submission_id for row in rows.values())
        return [
            Survey(
                number=number,
                row=rows[view.id],
                record=view.record,
                sender=senders[rows[view.id].submission_id],
                is_replaced=number > len(counting),
            )
            for number, view in enumerate([*counting, *replaced], start=1)
        ]

    @cached_property
    def sections(self) -> list[tuple[str, list[Line]]]:
        """The answers about the household, heading by heading, those that are known."""
        found = [
            (
                section.label(language()),
                [line for each in section.fields if (line := self._line(each)).text],
            )
            for section in household_sections()
        ]
        return [(heading, lines) for heading, lines in found if lines]

    @cached_property
    def people(self) -> list[Person]:
        return [self._person(member) for member in self.household.members]

    @cached_property
    def corrections(self) -> list[Corrected]:
        """Those that hold, newest first."""
        applied = set(self.golden.sources.values())
        live = [row for row in self._every_correction if row.superseded_at is None]
        newest = {row.path: row.known_as for row in reversed(live)}
        return [
            Corrected(
                row=row,
                place=place_label(row.path, self.names),
                text=correction_text(row.path, row.value),
                is_applied=f"correction:{row.known_as}" in applied,
                is_replaced=row.known_as != newest[row.path],
                fits=str(row.known_as) not in self.golden.unapplied,
            )
            for row in live
        ]

    @cached_property
    def _every_correction(self) -> list[Correction]:
        return queries.corrections_of(self.row.id)

    @cached_property
    def merged_here(self) -> list[HouseholdRow]:
        return queries.households_merged_into(self.row.id)

    @cached_property
    def departures(self) -> list[HouseholdEvent]:
        """Departures that were not taken back, newest first."""
        own = [self.row.id, *(row.id for row in self.merged_here)]
        return queries.live_events_of(own)

    @cached_property
    def history(self) -> list[Told]:
        subjects = {
            "household": [self.row.id, *(row.id for row in self.merged_here)],
            "record": [survey.row.id for survey in self.surveys],
            "correction": [str(row.id) for row in self._every_correction],
        }
        return history_of(subjects, self.names)

    @property
    def is_catching_up(self) -> bool:
        """Whether something was said that the household does not show yet."""
        return (
            any(self._is_pending(each) for each in self.corrections)
            or (
                self.row.state == "live"
                and any(each.on >= self.row.review_date for each in self.departures)
            )
            or self._shows_what_was_taken_back()
        )

    @cached_property
    def photo(self) -> tuple[int, str] | None:
        """The submission and name of the newest house photo that has arrived."""
        name = self.household.photo
        source = self.golden.sources.get("photo")
        for survey in self.surveys:
            if name and survey.row.id == source:
                submission_id = survey.row.submission_id
                arrived = find_file(submission_id, name)
                return (submission_id, name) if arrived else None
        return None

    def _line(self, field: Field, member: Member | None = None) -> Line:
        path = field.of_member(member.key) if member else field.path
        found: Any = member or self.household
        for name in field.path.split("."):
            found = getattr(found, name)
        text = written(field, found)
        if text and field.kind in ("ward", "group"):
            area = self._area(text)
            text = f"{area.name} ({text})" if area else text
        return Line(path, field.label(language()), text, self._origin(path))

    def _area(self, code: str) -> Area | None:
        if code and code not in self._areas:
            self._areas[code] = area_on(code, self.row.review_date)
        return self._areas.get(code)

    def _person(self, member: Member) -> Person:
        fields = {field.path: field for field in member_fields()}
        birth = member.birth
        return Person(
            member=member,
            path=f"members[{member.key}]",
            relation=written(fields["relation_to_head"], member.relation_to_head),
            sex=written(fields["sex"], member.sex),
            birth=birth_text(birth),
            age=age_on(birth, self.row.review_date) if birth else None,
            numbers=tuple(self._numbers(member)),
            lines=tuple(
                line
                for field in fields.values()
                if field.path not in _IN_HEADLINE
                and (line := self._line(field, member)).text
            ),
            origin=self._person_origin(member.key),
        )

    def _numbers(self, member: Member) -> Iterator[tuple[str, str]]:
        for each in member.identifiers:
            shown = each.number if self.are_numbers_open else mask(each.number)
            yield kind_label(each.kind), shown

    def _person_origin(self, key: str) -> Origin | None:
        """What is not from the newest survey in the line of a person."""
        paths = [f"members[{key}]", *(f"members[{key}].{n}" for n in _IN_HEADLINE)]
        return next((found for path in paths if (found := self._origin(path))), None)

    def _origin(self, path: str) -> Origin | None:
        source = self.golden.sources.get(path)
        if source is None:
            return None
        if source.startswith("correction:"):
            return Origin(correction=int(source.removeprefix("correction:")))
        number = self._survey_numbers.get(source, 1)
        return Origin(survey=number) if number > 1 else None

    @cached_property
    def _survey_numbers(self) -> dict[str, int]:
        return {survey.row.id: survey.number for survey in self.surveys}

    def _is_pending(self, each: Corrected) -> bool:
        if each.is_applied or each.is_replaced or not each.fits:
            return False
        key = each.row.path.removeprefix("members[").removesuffix("]")
        return each.row.value is not None or key in self.names

    def _shows_what_was_taken_back(self) -> bool:
        shown = {
            int(source.removeprefix("correction:"))
            for source in self.golden.sources.values()
            if source.startswith("correction:")
        }
        return not shown <= {each.row.known_as for each in self.corrections}
