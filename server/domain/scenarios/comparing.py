"""A list of a day beside what a law finds of the same households on that day.

Being on the list means being poor or near-poor there; every other class, and being in no
decision at all, is outside. So two classes outside the list are no difference.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from server.domain.poverty.pack import PovertyCategory

ON_A_LIST = (PovertyCategory.POOR.value, PovertyCategory.NEAR_POOR.value)
OUTSIDE = "outside"
NOT_KNOWN = "-"  # no survey told of the household by that day
CANNOT = ("", NOT_KNOWN)


class Finding(StrEnum):
    """What the two say of a household."""

    SAME = "same"
    OTHER_CLASS = "other_class"  # on the list in another class
    ONLY_LISTED = "only_listed"  # the law finds that it does not belong there
    ONLY_FOUND = "only_found"  # the law finds it poor or near-poor; no list names it
    LISTED_UNCLEAR = "listed_unclear"  # on the list; nobody can say what it was
    UNCLEAR = "unclear"  # outside; nobody can say what it was

    @property
    def differs(self) -> bool:
        """Whether the law does not find what the list says."""
        return self not in (Finding.SAME, Finding.UNCLEAR)


@dataclass(frozen=True, slots=True)
class Compared:
    """One household: its class on the list (OUTSIDE), and the class that the law finds
    ("" is "cannot be classified", NOT_KNOWN that nobody had surveyed it)."""

    household_id: str
    ward: int
    listed: str
    found: str
    number: int | None = None  # its row in the register, where it has one

    @property
    def finding(self) -> Finding:
        """What the two say."""
        is_listed, is_found = self.listed in ON_A_LIST, self.found in ON_A_LIST
        if self.found in CANNOT:
            return Finding.LISTED_UNCLEAR if is_listed else Finding.UNCLEAR
        if is_listed and is_found:
            return Finding.SAME if self.listed == self.found else Finding.OTHER_CLASS
        if is_listed:
            return Finding.ONLY_LISTED
        return Finding.ONLY_FOUND if is_found else Finding.SAME


def place_on_list(category: str) -> str:
    """A recognised category as the list shows it: a class of the list, or outside."""
    return category if category in ON_A_LIST else OUTSIDE


def squared(compared: Iterable[Compared]) -> Counter[tuple[str, str]]:
    """How many households there are for each class of the list and class found."""
    return Counter((each.listed, each.found) for each in compared)
