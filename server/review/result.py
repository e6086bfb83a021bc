"""The third column of a pair: each value of the household that would be, with the side
it comes from, the reason why, and the way to choose another one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import select

from server.areas.queries import find_area
from server.db import GIVEN, db
from server.domain.actor import Scope
from server.domain.households.alignment import Aligned
from server.domain.survey.record import Member
from server.registry.editing import Input, inputs_of
from server.registry.fields import Field, household_sections, member_fields
from server.registry.tables import SurveyRecordRow
from server.registry.words import written
from server.review.chosen import LEFT, RIGHT, TYPED_KINDS, older_side, values_of
from server.review.outcome import Outcome
from server.web.i18n import _, day, language

_REVIEWED = select(SurveyRecordRow.id, SurveyRecordRow.review_date).where(
    SurveyRecordRow.id.in_(GIVEN)
)


@dataclass(frozen=True, slots=True)
class ResultLine:
    """One answer: what A says, what B says, and what the household will say. `side` is
    where that comes from; `why` is blank where both agree."""

    path: str
    label: str
    left: str
    right: str
    result: str
    side: str
    why: str
    input: Input | None
    is_equal: bool


@dataclass(frozen=True, slots=True)
class ResultPerson:
    """One person on either side; `stays` tells whether the household will have them.
    `who` says it in a line for each side."""

    key: str
    name: str
    left: Member | None
    right: Member | None
    stays: bool
    why: str
    lines: tuple[ResultLine, ...]

    @property
    def is_equal(self) -> bool:
        both = self.left is not None and self.right is not None
        return self.stays and both and not self.lines


@dataclass(frozen=True, slots=True)
class Result:
    """Everything to choose from."""

    outcome: Outcome
    sections: tuple[tuple[str, tuple[ResultLine, ...]], ...]
    people: tuple[ResultPerson, ...]
    older_side: str

    @property
    def shared(self) -> tuple[Member, ...]:
        """Those on both lists, as the side that was reviewed first has them."""
        return tuple(
            person.left if self.older_side == LEFT else person.right
            for person in self.people
            if person.left is not None and person.right is not None
        )  # type: ignore[return-value]

    @property
    def equal_count(self) -> int:
        """How many answers and people both sides agree on; they are folded."""
        lines = [line for _heading, lines in self.sections for line in lines]
        return sum(line.is_equal for line in lines) + sum(
            person.is_equal for person in self.people
        )


class ResultColumn:
    """Makes the column as it is before anybody has chosen."""

    def __init__(
        self,
        outcome: Outcome,
        scope: Scope,
        *,
        are_numbers_open: bool = False,
    ) -> None:
        self.outcome, self.scope = outcome, scope
        self.are_numbers_open = are_numbers_open

    def result(self) -> Result:
        """The whole column."""
        sections = (
            (section.label(language()), tuple(self._lines(section.fields)))
            for section in household_sections()
        )
        return Result(
            outcome=self.outcome,
            sections=tuple((heading, lines) for heading, lines in sections if lines),
            people=tuple(self._person(row) for row in self.outcome.people),
            older_side=older_side(self.outcome),
        )

    @cached_property
    def _reviewed(self) -> dict[str, date]:
        """When each survey behind the result was made."""
        sources = set(self.outcome.result.sources.values())
        rows = db.session.execute(_REVIEWED, {"given": sorted(sources)})
        return dict(map(tuple, rows))

    def _lines(self, fields: tuple[Field, ...]) -> Iterator[ResultLine]:
        for field in fields:
            line = self._line(field, field.path, values_of(self.outcome, field))
            if line.left or line.right or line.result:
                yield line

    def _line(
        self, field: Field, path: str, values: tuple[Any, Any, Any]
    ) -> ResultLine:
        left, right, result = (self._written(field, each) for each in values)
        source = self.outcome.result.sources.get(path, "")
        side = self._side(values, source)
        is_equal = left == right == result and (
            field.kind != "identifiers" or values[0] == values[1]
        )
        return ResultLine(
            path=path,
            label=field.label(language()),
            left=left,
            right=right,
            result=result,
            side=side,
            why="" if is_equal else self._why(field, (left, right), side, source),
            input=None if is_equal else self._input(field, values[2]),
            is_equal=is_equal,
        )

    def _person(self, row: Aligned) -> ResultPerson:
        someone = row.result or row.left or row.right
        assert someone is not None  # noqa: S101 -- an aligned row is about somebody
        return ResultPerson(
            key=someone.key,
            name=someone.full_name,
            left=row.left,
            right=row.right,
            stays=row.result is not None,
            why=self._why_person(row),
            lines=tuple(self._lines_about(row)),
        )

    def _lines_about(self, row: Aligned) -> Iterator[ResultLine]:
        """In what the two sides differ about somebody who is on both and stays."""
        people = (row.left, row.right, row.result)
        if row.left is None or row.right is None or row.result is None:
            return
        for field in member_fields():
            left, right, result = (getattr(each, field.path) for each in people)
            if left == right == result:
                continue
            path = field.of_member(row.result.key)
            line = self._line(field, path, (left, right, result))
            if not line.is_equal and (line.left or line.right):
                yield line

    def _written(self, field: Field, value: Any) -> str:
        text = written(field, value)
        if field.kind == "identifiers" and self.are_numbers_open:
            return ", ".join(each.number for each in value or ())
        if text and field.kind == "ward":
            for row in (self.outcome.left_row, self.outcome.right_row):
                area = find_area(row.area_id) if row.area_id is not None else None
                if area is not None and area.code == text:
                    return area.name
        return text

    def _side(self, values: tuple[Any, Any, Any], source: str) -> str:
        left, right, result = values
        if result == left and result == right:
            return ""
        if result == left:
            return LEFT
        if result == right:
            return RIGHT
        return ""

    def _why(self, field: Field, sides: tuple[str, str], side: str, source: str) -> str:
        if source.startswith("correction:"):
            return _("cán bộ đã đính chính")
        if field.kind == "identifiers":
            return _("giữ mọi số đã ghi")
        if not side:
            return _("ghép từ hai bên")
        if not all(sides):
            return _("chỉ bên {side} có", side=side)
        if source not in self._reviewed:
            return _("phiếu mới hơn")
        return _("rà soát mới hơn, {day}", day=day(self._reviewed[source]))

    def _why_person(self, row: Aligned) -> str:
        if row.left is not None and row.right is not None:
            return ""
        side = LEFT if row.left is not None else RIGHT
        if row.result is not None and side == older_side(self.outcome):
            return _(
                "chỉ bên {side} có; phiếu mới hơn không ghi người này đã rời hộ nên giữ lại",
                side=side,
            )
        if row.result is not None:
            return _("chỉ bên {side} có; danh sách mới nhất có người này", side=side)
        return _("chỉ bên {side} có; danh sách mới hơn không còn người này", side=side)

    def _input(self, field: Field, value: Any) -> Input | None:
        if field.kind not in TYPED_KINDS:
            return None
        return inputs_of(field, value, self.scope, self.outcome.left_row)[0]
