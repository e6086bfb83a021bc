"""Reading which values somebody chose for the household that two will be."""

from collections.abc import Iterator
from typing import Any

from werkzeug.datastructures import MultiDict

from server.areas.queries import find_area
from server.domain.households.alignment import Aligned
from server.domain.plain import to_plain
from server.registry.fields import Field, household_sections, member_fields
from server.registry.tables import HouseholdRow
from server.registry.typed import read_value
from server.review.choosing import Choice
from server.review.outcome import Outcome
from server.review.tables import MergeProposal

TYPED, LEFT, RIGHT = "typed", "A", "B"
# What is typed in one line; lists and papers have a screen of their own.
TYPED_KINDS = frozenset(
    {
        "text", "name", "birth", "choice", "yes_no", "integer", "money", "decimal",
        "phones",
    }
)  # fmt: skip


def values_of(outcome: Outcome, field: Field) -> tuple[Any, Any, Any]:
    """What A, B and the result say of an answer about the household."""
    found = []
    for golden in (outcome.left, outcome.right, outcome.result):
        value: Any = golden.household
        for name in field.path.split("."):
            value = getattr(value, name)
        found.append(value)
    return found[0], found[1], found[2]


def older_side(outcome: Outcome) -> str:
    """The side that was reviewed first: people who split off left that one."""
    is_left = outcome.left.review_date <= outcome.right.review_date
    return LEFT if is_left else RIGHT


class ChoiceReader:
    """What a form says against the defaults of the result."""

    def __init__(self, proposal: MergeProposal, outcome: Outcome) -> None:
        self.proposal, self.outcome = proposal, outcome

    def choices(self, form: MultiDict[str, str]) -> list[Choice]:
        """What was chosen against the defaults. Raises Refused for what was typed and
        cannot be read."""
        found = []
        for row in self.outcome.people:
            found += self._choices_about(row, form)
        for section in household_sections():
            for field in section.fields:
                found += self._choice(field, field.path, form)
        return found

    def leaving(self, form: MultiDict[str, str]) -> list[Choice]:
        """Who leaves the household they came from, when the other one is a family that
        split off: of those on both lists, whoever is ticked."""
        side = older_side(self.outcome)
        record_id = self._record_of(side)
        return [
            Choice(f"members[{person.key}]", None, record_id)
            for row in self.outcome.people
            if row.left is not None and row.right is not None
            for person in (row.left if side == LEFT else row.right,)
            if f"leave:{person.key}" in form
        ]

    def keys(self) -> set[str]:
        """Everybody on either list."""
        rows = self.outcome.people
        people = [each for row in rows for each in (row.left, row.right, row.result)]
        return {each.key for each in people if each is not None}

    def paths(self) -> set[str]:
        """Every answer that can be chosen."""
        sections = household_sections()
        about_household = {each.path for one in sections for each in one.fields}
        return about_household | {
            field.of_member(key) for field in member_fields() for key in self.keys()
        }

    def _choices_about(
        self, row: Aligned, form: MultiDict[str, str]
    ) -> Iterator[Choice]:
        someone = row.result or row.left or row.right
        if someone is None:
            return
        path = f"members[{someone.key}]"
        wish = form.get(f"person:{someone.key}", "")
        if wish == "leave" and row.result is not None:
            yield self._made(path, None)
            return
        if wish == "stay" and row.result is None:
            yield self._made(path, to_plain(someone))
            return
        if row.result is None:
            return
        for field in member_fields():
            values = tuple(
                getattr(each, field.path) if each is not None else None
                for each in (row.left, row.right)
            )
            yield from self._choice(field, field.of_member(someone.key), form, values)

    def _choice(
        self,
        field: Field,
        path: str,
        form: MultiDict[str, str],
        values: tuple[Any, ...] | None = None,
    ) -> Iterator[Choice]:
        wish = form.get(f"choose:{path}", "")
        left, right = values or values_of(self.outcome, field)[:2]
        if wish == LEFT:
            yield self._made(path, self._kept(field, left, self.outcome.left_row))
        elif wish == RIGHT:
            yield self._made(path, self._kept(field, right, self.outcome.right_row))
        elif wish == TYPED and field.kind in TYPED_KINDS:
            typed = MultiDict({"value": form.get(f"typed:{path}", "")})
            yield self._made(path, read_value(field, typed))

    def _kept(self, field: Field, value: Any, row: HouseholdRow) -> Any:
        """A ward is told by its code of today, which is what a correction means."""
        if field.kind == "ward" and row.area_id is not None:
            area = find_area(row.area_id)
            return area.code if area is not None else value
        return to_plain(value)

    def _made(self, path: str, value: Any) -> Choice:
        return Choice(path, value, self.proposal.left_record_id)

    def _record_of(self, side: str) -> str:
        if side == LEFT:
            return self.proposal.left_record_id
        return self.proposal.right_record_id
