"""How the score of a pair comes about, step by step, with what both sides say.

Steps are what the model weighed, heaviest first; each has the values it was seen on.
Identity numbers and phones come masked, because steps are kept with a pair.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from server.domain.matching.facts import find_head
from server.domain.matching.features import Features
from server.domain.matching.frequencies import Counts
from server.domain.matching.household_levels import Seen
from server.domain.matching.model import Model
from server.domain.matching.records import in_order
from server.domain.matching.rosters import ONE_PERSON
from server.domain.matching.scoring import PairScore, look, prepare, told
from server.domain.matching.shares import shares
from server.domain.matching.table import Array
from server.domain.people.identity_numbers import mask
from server.domain.survey.record import BirthDate, Household, Member

_EPOCH = date(1970, 1, 1)
_SHOWN_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Said:
    """A record as it is compared and as it was surveyed."""

    features: Features
    household: Household

    @property
    def members(self) -> list[Member]:
        """The people, numbered as in the features."""
        members = in_order(self.household.members)
        head = find_head(self.household)
        return members or ([head] if head is not None else [])


@dataclass(frozen=True, slots=True)
class Step:
    """What one evidence adds, the probability after it, and both values. `turns` marks
    the fewest steps without which the verdict would be the other."""

    evidence: str
    bits: float
    probability: float
    left: str
    right: str
    turns: bool


@dataclass(frozen=True, slots=True)
class Explained:
    """The score of a pair with its steps; `people` are on both rosters, heaviest
    first, and `prior` is what held before anything was seen, in bits and as a
    probability."""

    score: PairScore
    people: tuple[tuple[Member, Member], ...]
    prior: tuple[float, float]
    steps: tuple[Step, ...]

    @property
    def weights(self) -> dict[str, float]:
        """The bits of each evidence."""
        return {part.evidence: part.bits for part in self.score.parts}


def explain(
    model: Model, counts: Counts, mine: Said, others: Sequence[Said]
) -> list[Explained]:
    """The score of one record with each of some others, explained; in each pair the
    record with the smaller id is on the left."""
    if not others:
        return []
    records = [mine.features, *(other.features for other in others)]
    prepared = prepare(records, counts)
    numbers = np.arange(1, len(records))
    seen = look(model, prepared, np.zeros(len(others), np.int64), numbers)
    first = prepared.table.first
    prior, parts = shares(model.tables).of(model.prior, seen.bands)
    found = []
    for row, other in enumerate(others):
        people = _people(seen, row, first, (mine, other), row + 1)
        sides = mine, other
        if mine.features.record_id > other.features.record_id:
            sides = other, mine
            people = [(theirs, ours) for ours, theirs in people]
        score = told(model, prior, parts[row], seen.bands[row])
        found.append(_explained(model, score, sides, people))
    return found


def _people(
    seen: Seen, row: int, first: Array, sides: tuple[Said, Said], number: int
) -> list[tuple[Member, Member]]:
    """Who is on both rosters: of the record compared, and of the other."""
    ours, theirs = sides[0].members, sides[1].members
    begin, end = int(first[number]), int(first[number + 1])
    rows = np.flatnonzero((seen.pair == row) & (seen.weight > ONE_PERSON))
    rows = rows[np.argsort(-seen.weight[rows], kind="stable")]
    found = []
    for one, other in zip(seen.left[rows], seen.right[rows], strict=True):
        line, of_other = (one, other) if begin <= other < end else (other, one)
        found.append((ours[int(line)], theirs[int(of_other) - begin]))
    return found


def _explained(
    model: Model,
    score: PairScore,
    sides: tuple[Said, Said],
    people: list[tuple[Member, Member]],
) -> Explained:
    steps = tuple(
        Step(
            part.evidence,
            round(part.bits, 3),
            round(part.probability, 4),
            *_values(part.evidence, sides, people),
            part.evidence in score.flip,
        )
        for part in score.parts
    )
    start = round(float(model.probability(score.prior)), 4)
    return Explained(score, tuple(people), (round(score.prior, 3), start), steps)


def _values(
    evidence: str, sides: tuple[Said, Said], people: list[tuple[Member, Member]]
) -> tuple[str, str]:
    if evidence == "distance":
        return _distance(*(side.features for side in sides)), ""
    if evidence in _OF_PAIR:
        pair = people[_OF_PAIR[evidence] :][:1]
        return (pair[0][0].full_name, pair[0][1].full_name) if pair else ("", "")
    if evidence in _OF_PEOPLE:
        tell = _OF_PEOPLE[evidence]
        told = [(tell(one), tell(other)) for one, other in people]
        both = [(one, other) for one, other in told if one and other]
        return ", ".join(one for one, _ in both), ", ".join(other for _, other in both)
    if evidence in _OF_ROSTER:
        return f"{len(people)}/{len(sides[0].members)}", f"{len(people)}/{len(sides[1].members)}"  # fmt: skip
    tell_side = _OF_SIDE.get(evidence)
    if tell_side is None:
        return "", ""
    return tell_side(sides[0]), tell_side(sides[1])


def _of_head(tell: Callable[[Member], str]) -> Callable[[Said], str]:
    def of(side: Said) -> str:
        head = find_head(side.household)
        return tell(head) if head is not None else ""

    return of


def _name(member: Member) -> str:
    return member.full_name


def _numbers(member: Member) -> str:
    return ", ".join(mask(each.number) for each in member.identifiers)


def _birth(member: Member) -> str:
    birth: BirthDate | None = member.birth
    parts = (birth.day, birth.month, birth.year) if birth is not None else ()
    return "/".join(str(part) for part in parts if part is not None)


def _phones(side: Said) -> str:
    return ", ".join(f"…{phone[-_SHOWN_DIGITS:]}" for phone in side.features.phones)


def _day(side: Said) -> str:
    return f"{_EPOCH + timedelta(days=int(side.features.at)):%d/%m/%Y}"


def _distance(one: Features, other: Features) -> str:
    values = (one.latitude, one.longitude, other.latitude, other.longitude)
    if None in values:
        return ""
    north, east, north_2, east_2 = (float(value or 0) for value in values)
    across = (east - east_2) * np.cos(np.radians(north))
    return f"{np.hypot(north - north_2, across) * 111_195:.0f} m"


_OF_PAIR = {
    "best_person": 0, "certain_person": 0, "namesakes": 0, "second_person": 1,
}  # fmt: skip
_OF_PEOPLE: dict[str, Callable[[Member], str]] = {
    "all_persons": _name,
    "other_person": _name,
    "numbers_equal": _numbers,
    "numbers_differ": _numbers,
    "births_equal": _birth,
}
_OF_ROSTER = frozenset({"matched", "share_of_smaller", "share_of_larger"})
_OF_SIDE: dict[str, Callable[[Said], str]] = {
    "heads": _of_head(_name),
    "head_name": _of_head(_name),
    "heads_differ": _of_head(_name),
    "old_head_now": _of_head(_name),
    "new_head_then": _of_head(_name),
    "head_birth": _of_head(_birth),
    "old_head_age": _of_head(_birth),
    "number_of_heads": _of_head(_numbers),
    "door": lambda side: "/".join(side.features.numbers),
    "street": lambda side: " ".join(side.features.street),
    "phone": _phones,
    "ward": lambda side: side.features.ward,
    "group": lambda side: side.features.group,
    "days_between": _day,
    "same_enumerator": lambda side: side.features.enumerator,
    "smaller_size": lambda side: str(len(side.members)),
    "larger_size": lambda side: str(len(side.members)),
}
