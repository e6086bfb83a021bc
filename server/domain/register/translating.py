"""The rows of one household as the answers of a survey, with every problem by its cell.

What a list says is put into the questions of the survey form, so that from here on it is
read, checked and compared as any survey is. Nothing is added: what a list leaves open
stays open.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from server.domain.people.names import fold
from server.domain.register.cells import Cell, Choices, read_cell, short
from server.domain.register.columns import register_columns
from server.domain.register.saying import Fact, cause_of, read_fact
from server.domain.survey.answers import Answers
from server.domain.survey.register import PATHS


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the file: its number there, and its cells as text."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CellProblem:
    """Something wrong with a cell: the row, the place of the column (None: the whole
    row), the value, and a code of `problems.yaml`."""

    code: str
    row: int
    place: int | None = None
    value: str = ""
    blocking: bool = True


@dataclass(frozen=True, slots=True)
class Status:
    """What the commune recognised according to the list; "" where it does not say."""

    category: str = ""
    document_number: str = ""
    decided_on: str = ""
    valid_from: str = ""
    signer: str = ""


@dataclass(frozen=True, slots=True)
class Translated:
    """A household of a list."""

    answers: Answers
    status: Status
    head_name: str
    code: str
    problems: tuple[CellProblem, ...]

    @property
    def is_usable(self) -> bool:
        """Whether nothing blocks."""
        return not any(problem.blocking for problem in self.problems)


@dataclass
class _Reading:
    """What was read so far of one household."""

    choices_on: Callable[[str], Choices]
    given: Mapping[str, str]
    values: dict[str, str] = field(default_factory=dict)
    members: list[dict[str, Any]] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)
    headings: Sequence[str] = ()
    facts: list[Fact] = field(default_factory=list)

    def read(self, line: Line, columns: Mapping[int, str]) -> dict[str, Any]:
        """The values of a row; those of the household are kept, the person's given."""
        person: dict[str, Any] = {}
        for place, key in _in_order(columns):
            text = line.cells[place] if place < len(line.cells) else ""
            column = register_columns()[key]
            if not text or column.use == "kept":
                continue
            if column.use == "said":
                self._note(key, line, place, text)
                continue
            cell = read_cell(
                column.reader,
                text,
                self.choices_on(self._said("review_date")),
                self._said("ward"),
            )
            self._complain(cell, line, place, text)
            if cell.value is None:
                continue
            if column.use == "person":
                person[key] = cell.value
            elif self.values.setdefault(key, cell.value) != cell.value:
                self.problems.append(
                    CellProblem("import_rows_disagree", line.number, place, short(text),
                                blocking=column.use == "status")
                )  # fmt: skip
        return person

    def is_told(self, key: str, columns: Mapping[int, str]) -> bool:
        """Whether a cell of that column is known to be wrong."""
        places = {place for place, each in columns.items() if each == key}
        return any(p.blocking and p.place in places for p in self.problems)

    def _said(self, key: str) -> str:
        return self.values.get(key) or self.given.get(key, "")

    def _note(self, key: str, line: Line, place: int, text: str) -> None:
        """Keep what the list says in its words; a ticked cause is an answer as well."""
        heading = self.headings[place] if place < len(self.headings) else ""
        fact, code = read_fact(key, heading, text)
        self._complain(Cell(code=code), line, place, text)
        if fact not in self.facts:
            self.facts.append(fact)
        causes = self.choices_on(self._said("review_date")).causes
        if cause := cause_of(fact, causes):
            known = self.values.get("causes", "").split()
            self.values["causes"] = " ".join(dict.fromkeys([*known, cause]))

    def _complain(self, cell: Cell, line: Line, place: int, text: str) -> None:
        if cell.code:
            self.problems.append(
                CellProblem(cell.code, line.number, place, short(text), cell.blocking)
            )


def translate(
    lines: Sequence[Line],
    columns: Mapping[int, str],
    layout: str,
    choices_on: Callable[[str], Choices],
    given: Mapping[str, str],
    headings: Sequence[str] = (),
) -> Translated:
    """The household of these rows. `choices_on` tells what names mean on the day of a
    review, written as ISO: wards have had other names. `given` is what a person said for the whole file, and
    holds where the list says nothing: a ward, a review date, a document."""
    reading = _Reading(choices_on, given, headings=headings)
    rows = [(line, reading.read(line, columns)) for line in lines]
    for key, value in given.items():
        if value:
            reading.values.setdefault(key, value)
    if layout == "person":
        _name_members(reading, rows, columns)
    else:
        _name_head(reading, rows)
    first = lines[0].number
    for key, code in (("ward", "import_ward_missing"), ("review_date", "import_day_missing")):  # fmt: skip
        if not reading.values.get(key) and not reading.is_told(key, columns):
            reading.problems.append(CellProblem(code, first))
    answers = _answers(reading, layout)
    values = reading.values
    return Translated(
        answers=answers,
        status=Status(
            *(values.get(key, "") for key in ("category", "document_number", "decided_on", "valid_from", "signer"))
        ),
        head_name=values.get("head_name", ""),
        code=values.get("household_code", ""),
        problems=tuple(reading.problems),
    )  # fmt: skip


def _in_order(columns: Mapping[int, str]) -> list[tuple[int, str]]:
    """The day first, then the ward: what a ward's and a group's name mean depends on
    them."""
    return sorted(
        columns.items(),
        key=lambda each: (
            each[1] != "review_date",
            each[1] != "ward",
            each[1] == "reasons",
            each[0],
        ),
    )


def _name_head(reading: _Reading, rows: Sequence[tuple[Line, dict[str, Any]]]) -> None:
    """A row for each household tells of its head."""
    line, person = rows[0]
    name = person.get("full_name") or reading.values.get("head_name")
    if name:
        reading.values.setdefault("head_name", name)
    else:
        reading.problems.append(CellProblem("import_name_missing", line.number))
    head = {**person, "full_name": name or "", "relation_to_head": "head"}
    reading.members.append(head)


def _name_members(
    reading: _Reading,
    rows: Sequence[tuple[Line, dict[str, Any]]],
    columns: Mapping[int, str],
) -> None:
    """A row for each person. Who is called as the household is its head."""
    said = fold(reading.values.get("head_name", ""))
    has_heads = any(p.get("relation_to_head") == "head" for _, p in rows)
    for _line, person in rows:
        if not person.get("full_name"):
            person["full_name"] = reading.values.get("head_name", "")
        if not has_heads and said and fold(person["full_name"]) == said:
            person["relation_to_head"], has_heads = "head", True
        reading.members.append(person)
    if not has_heads and "relation_to_head" not in columns.values():
        line, person = rows[0]
        person["relation_to_head"] = "head"
        reading.problems.append(
            CellProblem("import_head_assumed", line.number, None,
                        short(person["full_name"]), blocking=False)
        )  # fmt: skip
    heads = [p for _, p in rows if p.get("relation_to_head") == "head"]
    if heads:
        reading.values.setdefault("head_name", heads[0]["full_name"])


def _answers(reading: _Reading, layout: str) -> Answers:
    answers: Answers = {}
    if reading.facts:
        answers["list"] = {"said": [_tree(f.as_answers()) for f in reading.facts]}
    for key, value in reading.values.items():
        if key in PATHS:
            _put(answers, PATHS[key], value)
    stated = reading.values.get("member_count", "")
    if layout == "household" and stated != "1":
        _put(answers, PATHS["stated_members"], stated or "0")
    members = [dict(_member(person)) for person in reading.members]
    node: Any = answers
    *groups, last = PATHS["members"].split("/")
    for name in groups:
        node = node.setdefault(name, {})
    node[last] = [_tree(member) for member in members]
    return answers


def _member(person: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The answers about one person, by their paths in the roster."""
    birth, sex = person.get("birth"), person.get("sex")
    for key, meant in (("birth_of_man", "male"), ("birth_of_woman", "female")):
        if birth is None and key in person:
            birth, sex = person[key], sex or meant
    if sex:
        yield PATHS["sex"], sex
    if birth:
        yield from zip(("birth_year", "birth_month", "birth_day"), birth, strict=False)
    if number := person.get("identity_number"):
        yield PATHS[number[0]], number[1]
    for key in ("full_name", "relation_to_head", "ethnicity"):
        if person.get(key):
            yield PATHS[key], person[key]


def _tree(flat: Mapping[str, str]) -> Answers:
    tree: Answers = {}
    for path, value in flat.items():
        _put(tree, path, value)
    return tree


def _put(answers: Answers, path: str, value: str) -> None:
    node: Any = answers
    *groups, last = path.split("/")
    for name in groups:
        node = node.setdefault(name, {})
    node[last] = value
