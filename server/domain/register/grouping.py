"""Which rows of a list are of one household.

A list has a row for each household, or one for each person. In the second kind the rows
of a household share its code; or only its first row has a number; or each household
begins with its head.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from server.domain.people.names import fold
from server.domain.register.cells import Choices, read_cell

LAYOUTS = ("household", "person")
_NO_CHOICES = Choices()


@dataclass
class Grouping:
    """Gives each row, in the order of the file, the number of its household; 0 for a row
    of none."""

    layout: str
    last: int = 0
    _by_code: dict[tuple[int, str], int] = field(default_factory=dict)
    _said: str = ""
    _sheet: int = -1

    def household_of(
        self, sheet: int, columns: Mapping[int, str], cells: Sequence[str]
    ) -> int:
        """The household of the next row of the file."""
        said = {
            key: cells[place] if place < len(cells) else ""
            for place, key in columns.items()
        }
        if sheet != self._sheet:
            self._sheet, self._said = sheet, ""
        if not (said.get("full_name") or said.get("head_name")):
            return 0
        if self.layout == "household":
            return self._next()
        if "household_code" in said:
            return self._coded(sheet, said["household_code"])
        if "household_number" in said:
            return self._numbered(said["household_number"])
        return self._headed(said)

    def _next(self) -> int:
        self.last += 1
        return self.last

    def _coded(self, sheet: int, text: str) -> int:
        code = fold(text) or self._said
        if not code:
            return 0
        self._said = code
        known = self._by_code.get((sheet, code))
        if known is None:
            known = self._by_code[sheet, code] = self._next()
        return known

    def _numbered(self, text: str) -> int:
        number = fold(text)
        if number and number != self._said:
            self._said = number
            return self._next()
        return self.last if self._said else 0

    def _headed(self, said: Mapping[str, str]) -> int:
        relation = said.get("relation_to_head", "")
        is_head = read_cell("relation", relation, _NO_CHOICES).value == "head"
        name, head = said.get("full_name", ""), said.get("head_name", "")
        if is_head or (head and fold(head) == fold(name)):
            self._said = "head"
            return self._next()
        if head and fold(head) != self._said:
            self._said = fold(head)
            return self._next()
        return self.last if self._said else 0


def guess_layout(columns: Mapping[int, str]) -> str:
    """What a row most likely is, by the columns there are."""
    keys = set(columns.values())
    is_person = "relation_to_head" in keys or {"full_name", "head_name"} <= keys
    return "person" if is_person else "household"
