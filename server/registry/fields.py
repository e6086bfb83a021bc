"""The answers of a household as staff read, type and correct them: one table of data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from server.domain.data_files import read_data
from server.domain.people.ethnic_groups import ethnic_groups
from server.domain.poverty.explain import questions
from server.domain.poverty.load import all_packs

TABLE = Path(__file__).with_name("fields.yaml")
Choices = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Field:
    """One answer. `kind` is text, name, ward, group, phones, choice, choices, yes_no,
    integer, decimal, money, birth or identifiers."""

    path: str
    kind: str
    vi: str
    en: str
    choices: Choices

    def label(self, language: str) -> str:
        """What it is called."""
        return self.vi if language == "vi" else self.en

    def of_member(self, key: str) -> str:
        """The path of this answer of one person."""
        return f"members[{key}].{self.path}"


@dataclass(frozen=True, slots=True)
class Section:
    """Answers that belong together."""

    vi: str
    en: str
    fields: tuple[Field, ...]

    def label(self, language: str) -> str:
        """Its heading."""
        return self.vi if language == "vi" else self.en


# Answers that only a feature above knows, such as the items of a signed score table:
# asked for by their path, None for one that is no such answer.
further_fields: list[Callable[[str], Field | None]] = []


@cache
def household_sections() -> tuple[Section, ...]:
    """The answers about the household as a whole."""
    return tuple(
        Section(row["vi"], row["en"], tuple(_field(each) for each in row["fields"]))
        for row in _table()["household"]
    )


@cache
def member_fields() -> tuple[Field, ...]:
    """The answers about each person."""
    return tuple(_field(row) for row in _table()["member"])


@cache
def identity_kinds() -> Choices:
    """The kinds of identity numbers, as papers call them."""
    kinds: Choices = _table()["choices"]["identity_kind"]
    return kinds


def find_household_field(path: str) -> Field | None:
    """The answer a correction path names."""
    fields = [field for section in household_sections() for field in section.fields]
    known = next((field for field in fields if field.path == path), None)
    asked = (field for find in further_fields if (field := find(path)))
    return known or next(asked, None)


def find_member_field(name: str) -> Field | None:
    """The answer about a person that has this name."""
    return next((field for field in member_fields() if field.path == name), None)


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = read_data(TABLE)
    return table


def _field(row: dict[str, Any]) -> Field:
    return Field(row["path"], row["kind"], row["vi"], row["en"], _choices(row))


def _choices(row: dict[str, Any]) -> Choices:
    if "choices" in row:
        own: Choices = _table()["choices"][row["choices"]]
        return own
    if "values_of" in row:
        values: Choices = questions()[row["values_of"]]["values"]
        # An empty list says "none of these"; it is no choice of its own.
        if row["kind"] == "choices":
            return {code: label for code, label in values.items() if code != "none"}
        return values
    return _LISTED[row["listed"]]() if "listed" in row else {}


def _ethnic_groups() -> Choices:
    return {
        code: {"vi": group["name_vi"], "en": group["name_en"]}
        for code, group in ethnic_groups().items()
    } | {"99": {"vi": "Không biết", "en": "Not known"}}


def _of_standards(name: str) -> Choices:
    """The newest standard that names a code says what it means."""
    packs = sorted(all_packs(), key=lambda pack: pack.validities[-1].valid_to)
    return {
        choice.code: {"vi": choice.vi, "en": choice.en}
        for pack in packs
        for choice in getattr(pack, name)
    }


_LISTED = {
    "ethnic_groups": _ethnic_groups,
    "causes": lambda: _of_standards("causes"),
    "needs": lambda: _of_standards("needs"),
}
