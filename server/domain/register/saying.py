"""What a list says beside the questions of the survey form, as facts of the list.

Registers tick what a household lacks, why it is poor, what it was given and how it moved
in the year. No form asks it that way: an indicator is more than one question, and whether
support was needed or received is not said. So it is kept in the words of the list, shown
as that, and nothing is computed from it. A tick below the very name of a cause is the
exception: that is the answer to the question of causes.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from server.domain.people.names import fold
from server.domain.register.columns import register_columns

TICKED = frozenset({"lacks", "reasons", "support", "groups_of_people"})
_YES = frozenset(["x", "v", "1", "co", "yes", "y", "true", "dung", "✓", "✔", "√", "+"])
_NO = frozenset(["0", "khong", "ko", "no", "n", "false", "sai", "-", "–"])
_POINTS = re.compile(r"\d{1,4}([.,]\d{1,2})?")
_COUNT = re.compile(r"\d{1,3}([.,]0+)?")
_MOVEMENTS = frozenset({
    "ngheo cu", "ho ngheo cu", "con ngheo", "thoat ngheo", "moi thoat ngheo", "can ngheo cu",
    "thoat can ngheo", "can ngheo tu ngheo", "can ngheo tu ngheo cu", "ngheo tu can ngheo",
    "phat sinh", "phat sinh moi", "ngheo phat sinh", "ngheo moi", "can ngheo phat sinh",
    "can ngheo moi", "tai ngheo", "tai can ngheo", "chuyen den", "chuyen di", "tach ho",
    "nhap ho", "xoa ho", "khong bien dong", "giu nguyen",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fact:
    """A cell of a list in its own words; `mark` is "yes" or "no" where it is a tick."""

    column: str
    heading: str
    text: str
    mark: str = ""

    def as_answers(self) -> dict[str, str]:
        """As it goes with the survey of the list."""
        return asdict(self)


def read_fact(key: str, heading: str, text: str) -> tuple[Fact, str]:
    """The fact of a cell, with a code of what is odd about it, or ""."""
    mark = mark_of(text) if key in TICKED or _is_part(key, heading) else ""
    title = " ".join(heading.split()) or register_columns()[key].vi
    return Fact(key, title, text, mark), "" if mark else _oddity(key, heading, text)


def mark_of(text: str) -> str:
    """Whether a cell is ticked: "yes", "no", or "" when it is no tick."""
    plain = fold(text).strip(" .")
    if plain in _YES:
        return "yes"
    return "no" if plain in _NO else ""


def cause_of(fact: Fact, causes: Mapping[str, str]) -> str | None:
    """The cause that is ticked, when its column is called as the cause is."""
    if fact.column != "reasons" or fact.mark != "yes":
        return None
    said = " ".join(fold(fact.heading).split())
    for alias in ("", "nguyen nhan ngheo", "nguyen nhan", "reason."):
        rest = said.removeprefix(alias).lstrip(" :-.")
        if said.startswith(alias) and rest in causes:
            return causes[rest]
    return None


def _is_part(key: str, heading: str) -> bool:
    """Whether a column is about one thing of several, so that it is ticked."""
    return key == "transition" and fold(heading).startswith("transition.")


def _oddity(key: str, heading: str, text: str) -> str:
    plain = " ".join(fold(text).split())
    if key == "b2_score":
        return "" if _POINTS.fullmatch(plain) else "import_points_unreadable"
    if key == "children":
        return (
            "" if _COUNT.fullmatch(plain) or mark_of(text) else "import_said_no_count"
        )
    if key == "transition":
        is_known = plain.removeprefix("ho ") in _MOVEMENTS or plain in _MOVEMENTS
        return "" if is_known else "import_movement_unknown"
    is_word = any(char.isalpha() for char in plain) and len(plain) > 1
    is_one = "." in heading.strip(" .")
    return "import_mark_unreadable" if key in TICKED and (is_one or not is_word) else ""
