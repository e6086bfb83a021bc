"""A judgement: what a person, or the system on certain evidence, said about two
records.

Judgements are appended and superseded, never edited; the functions here are only ever
given the live ones.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Verdict(StrEnum):
    """Do two survey records describe one household?"""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One live verdict on a pair of records; the sides carry no meaning.

    `id` only has to be unique and stable: it breaks ties between judgements of one
    instant.
    """

    left: str
    right: str
    verdict: Verdict
    by_staff: bool
    at: datetime
    id: str


def pair(left: str, right: str) -> tuple[str, str]:
    """The same key for a pair, whichever side is named first."""
    return (left, right) if left <= right else (right, left)
