"""What is wrong with a list, at the cell where it can be put right."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.domain.problems import Problem
from server.domain.register.translating import CellProblem, Line
from server.domain.survey.register import PATHS

_MEMBER = re.compile(r"members\[(\d+)\]\.([a-z_]+)")
_TARGETS = {
    "birth": ("birth", "birth_of_man", "birth_of_woman"),
    "identifiers": ("identity_number",),
    "phones": ("phone",),
    "ward_code": ("ward",),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A problem at a cell; `place` None is the whole row."""

    sheet: int
    row: int
    place: int | None
    code: str
    is_blocking: bool
    values: dict[str, Any]

    def columns(self) -> dict[str, Any]:
        """The same for the table of problems."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "place": self.place,
            "code": self.code,
            "is_blocking": self.is_blocking,
            "values": self.values,
        }


def letters_of(place: int) -> str:
    """How Excel calls a column: A, B, ... AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def of_cell(problem: CellProblem, sheet: Mapping[str, Any]) -> Told:
    """What the reading of a cell found."""
    return Told(
        sheet["number"],
        problem.row,
        problem.place,
        problem.code,
        problem.blocking,
        {"value": problem.value},
    )


def of_survey(
    problem: Problem,
    sheet: Mapping[str, Any],
    columns: Mapping[int, str],
    lines: Sequence[Line],
) -> Told:
    """What the reading of the survey found, where the list says it."""
    member = _MEMBER.match(problem.path)
    line = lines[0]
    target = problem.path.partition("[")[0].partition(".")[0]
    if member:
        line = lines[min(int(member[1]), len(lines) - 1)]
        target = member[2]
    wanted = _TARGETS.get(target, (target,))
    place = next((p for p, key in columns.items() if key in wanted), None)
    if place is None and (said := problem.values.get("place")):
        keys = {key for key, path in PATHS.items() if path == said}
        place = next((p for p, key in columns.items() if key in keys), None)
    values = {key: v for key, v in problem.values.items() if _is_plain(v)}
    return Told(sheet["number"], line.number, place, problem.code, problem.blocking, values)  # fmt: skip


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float | bool) or value is None
