"""What is to be done about one household in one list of ODK Central.

Three things are compared: what the list should say, what it says, and what it said when
we last knew why. Where only we moved, Central follows. Where Central moved, somebody
has to say why: a survey that arrived here is in our values already, one on its way is
waited for, and what a person changed there by hand is for a person here. Nothing is
forced.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Any


class Step(StrEnum):
    """What follows from a comparison."""

    NOTHING = auto()
    EQUAL = auto()
    CREATE = auto()
    RENAME = auto()  # create under another uuid: Central will not take this one again
    CHANGE = auto()
    RETURN = auto()  # give Central back what it held
    RESOLVE = auto()
    REMOVE = auto()
    RESTORE = auto()
    ASK = auto()  # who changed it?
    CONFLICT = auto()  # deleted there by somebody else
    RETURNED = auto()  # a decision was taken back, and Central is as it was


@dataclass(frozen=True, slots=True)
class Held:
    """An entity as Central holds it. `values` only where they are of interest."""

    version: int
    hash: str
    is_deleted: bool = False
    flag: str | None = None
    values: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What we know of the entity; `tables.EntityLink` says what each of it means."""

    version: int | None
    held_hash: str
    sent_hashes: Collection[str]
    is_deleted_by_us: bool
    conflict: str | None
    wish: str | None
    wish_hash: str
    wanted_hash: str
    refused_hash: str
    is_waiting: bool = False
    theirs_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list should say of a household: a hash, or that it is not in the list.

    A household in no ward yet `stays` as it is; one of which a survey came a moment ago
    is `awaited`: Central may just be writing it, and `is_updated` if it is there.
    """

    hash: str | None
    stays: bool = False
    is_awaited: bool = False
    is_updated: bool = False


def step_for(known: Known, held: Held | None, wanted: Wanted) -> Step:
    """The step that follows."""
    if wanted.stays:
        return Step.NOTHING
    if wanted.hash is None:
        is_there = held is not None and not held.is_deleted
        return Step.REMOVE if is_there else Step.NOTHING
    if held is None or held.is_deleted:
        return _missing(known, held, wanted)
    if known.wish == "return":
        return _taken_back(known, held, wanted.hash)
    if held.hash == wanted.hash:
        is_wished = known.wish in {"ours", "theirs"} and known.wish_hash == held.hash
        return Step.RESOLVE if held.flag and is_wished else Step.EQUAL
    return _different(known, held, wanted)


def _missing(known: Known, held: Held | None, wanted: Wanted) -> Step:
    if held is None and known.version is None:
        is_refused = known.refused_hash == wanted.hash
        return Step.NOTHING if wanted.is_awaited or is_refused else Step.CREATE
    again = Step.RENAME if held is None else Step.RESTORE
    if known.wish == "return":
        return Step.RETURNED
    if known.is_deleted_by_us or known.wish == "ours":
        return again
    return Step.NOTHING if known.wish == "theirs" else Step.CONFLICT


def _taken_back(known: Known, held: Held, wanted_hash: str) -> Step:
    if known.theirs_hash is None:
        return Step.REMOVE
    if held.hash == known.theirs_hash:
        return Step.RETURNED
    return Step.RETURN if held.hash == wanted_hash else Step.ASK


def _different(known: Known, held: Held, wanted: Wanted) -> Step:
    wanted_hash = wanted.hash
    if known.refused_hash == wanted_hash:
        return Step.NOTHING
    is_as_seen = known.wish_hash == held.hash
    if known.wish == "ours" and is_as_seen:
        return Step.CHANGE
    if known.conflict or known.wish == "theirs":
        is_new = not (is_as_seen and known.wanted_hash == wanted_hash)
        if is_new or (known.is_waiting and not known.wish):
            return Step.ASK
        return Step.RESOLVE if held.flag and known.wish else Step.NOTHING
    if held.hash == known.held_hash or held.hash in known.sent_hashes:
        # What a survey says comes to Central by itself, and first.
        return Step.NOTHING if wanted.is_updated else Step.CHANGE
    return Step.ASK


def differing(ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, str]:
    """Our values where Central's are others."""
    return {name: value for name, value in ours.items() if theirs.get(name) != value}
