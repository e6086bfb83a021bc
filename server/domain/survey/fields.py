"""Which question of which form fills which place of the survey record: the one table.

Paths are below the root of the submission, with groups and without `[]`; targets are
attributes of `SurveyRecord`, `Household` or `Member`. A question that the phone needs
for itself is listed as not read, so that a truly unknown one is noticed. A contract
test holds this table against the form.
"""

from dataclasses import dataclass
from enum import StrEnum

MAX_MEMBERS = 40


class Kind(StrEnum):
    """How the text of an answer is read; each has one reader in `values`."""

    TEXT = "text"
    NAME = "name"
    CODE = "code"
    PHONE = "phone"
    FILE = "file"
    INSTANT = "instant"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"
    INTEGER = "integer"
    DECIMAL = "decimal"
    POSITION = "position"


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `codes` empty means that any code is taken: its list has versions
    of its own. `low` and `high` bound a number, both included.
    """

    path: str
    target: str
    kind: Kind
    codes: tuple[str, ...] = ()
    low: float = 0
    high: float = 0


@dataclass(frozen=True, slots=True)
class Overrides:
    """A repeat of reviewer's verdicts on the indicators of one standard."""

    standard: str
    path: str
    indicator: str
    deprived: str
    reason: str


@dataclass(frozen=True, slots=True)
class FormTable:
    """All questions of one form from version `since` to `until`, both included.

    Versions of one form compare as text; None leaves that side open.
    """

    form_id: str
    since: str | None
    until: str | None
    review_date: str
    entity_id: str
    known_entity: str
    record: tuple[Field, ...]
    household: tuple[Field, ...]
    phones: tuple[str, ...]
    members_path: str
    members: tuple[Field, ...]
    member_key: str
    birth: tuple[str, str, str]
    identifiers: dict[str, str]
    indicators: dict[str, tuple[str, str]]
    overrides: tuple[Overrides, ...]
    not_read: tuple[str, ...]
    scores: str = ""  # below it a group for each score table that the form asks

    def is_of_scores(self, path: str) -> bool:
        """Whether a path lies among the items of a score table. Which there are no form
        on disk says: they are those of the tables that were signed."""
        return bool(self.scores) and path.startswith(f"{self.scores}/")

    @property
    def repeats(self) -> frozenset[str]:
        """The paths that hold a list of rows, even with one row or none."""
        return frozenset({self.members_path, *(o.path for o in self.overrides)})

    def known_paths(self) -> frozenset[str]:
        """Every path of the form, read or not."""
        below = f"{self.members_path}/"
        member = [f.path for f in self.members]
        member += [self.member_key, *self.birth, *self.identifiers]
        found = {f.path for f in (*self.record, *self.household)}
        found |= {below + path for path in member}
        found |= {self.review_date, self.entity_id, self.known_entity}
        found |= {*self.phones, *self.indicators, *self.not_read}
        for row in self.overrides:
            parts = (row.indicator, row.deprived, row.reason)
            found |= {f"{row.path}/{part}" for part in parts}
        return frozenset(found)


def choice(path: str, target: str, codes: str) -> Field:
    """One of the space-separated codes."""
    return Field(path, target, Kind.CHOICE, tuple(codes.split()))


def choices(path: str, target: str, codes: str = "") -> Field:
    """Any of the space-separated codes."""
    return Field(path, target, Kind.CHOICES, tuple(codes.split()))


def yes_no(path: str, target: str) -> Field:
    """A boolean."""
    return Field(path, target, Kind.YES_NO)


def integer(path: str, target: str, low: int, high: int) -> Field:
    """A whole number within its bounds."""
    return Field(path, target, Kind.INTEGER, low=low, high=high)


def decimal(path: str, target: str, low: float, high: float) -> Field:
    """A number within its bounds."""
    return Field(path, target, Kind.DECIMAL, low=low, high=high)
