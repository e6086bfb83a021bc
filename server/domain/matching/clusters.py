"""Households as connected components of records under the live SAME judgements.

A DIFFERENT judgement always wins, also when the two records would only meet through a
third one. The alternative, letting the newest judgement win, was refused: one wrong
merge by the system would silently undo what a person decided. SAME judgements are
applied one by one: those of staff, the older first, then those of the system in the
order of their records, because when the system judged depends on which survey arrived
first. One that would bring a DIFFERENT pair together is refused and reported, so that a
person can settle it. The order in which anything arrived plays no part.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from server.domain.matching.judgement import Judgement, Verdict, pair


@dataclass(frozen=True, slots=True)
class RefusedLink:
    """A SAME judgement not applied, and the DIFFERENT pair that stands in its way."""

    judgement: Judgement
    blocked_by: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Clusters:
    """Which records make one household; every record is in exactly one component."""

    components: tuple[frozenset[str], ...]
    refused: tuple[RefusedLink, ...]
    _by_record: dict[str, frozenset[str]] = field(repr=False, compare=False)

    def of(self, record_id: str) -> frozenset[str]:
        """The component of a record. Raises KeyError for a record that was
        not given.
        """
        return self._by_record[record_id]


def cluster(records: Iterable[str], judgements: Iterable[Judgement]) -> Clusters:
    """Group `records` by the live `judgements`.

    Judgements about a record that is not among `records`, or about a record and itself,
    say nothing here and are passed over. Components come sorted by their smallest id.
    """
    groups: dict[str, set[str]] = {record: {record} for record in records}
    known = [
        j
        for j in judgements
        if j.left != j.right and j.left in groups and j.right in groups
    ]
    opponents: defaultdict[str, set[str]] = defaultdict(set)
    for judgement in known:
        if judgement.verdict is Verdict.DIFFERENT:
            opponents[judgement.left].add(judgement.right)
            opponents[judgement.right].add(judgement.left)

    refused = []
    for judgement in sorted(known, key=_turn):
        if judgement.verdict is not Verdict.SAME:
            continue
        left, right = groups[judgement.left], groups[judgement.right]
        if left is right:
            continue
        blocked_by = _blocking_pair(left, right, opponents)
        if blocked_by:
            refused.append(RefusedLink(judgement, blocked_by))
        else:
            _join(left, right, groups)
    return _clusters(groups, refused)


def _turn(judgement: Judgement) -> tuple[object, ...]:
    sides = pair(judgement.left, judgement.right)
    if judgement.by_staff:
        return (0, judgement.at, judgement.id, sides)
    return (1, sides, judgement.at, judgement.id)


def _blocking_pair(
    left: set[str], right: set[str], opponents: dict[str, set[str]]
) -> tuple[str, str] | None:
    small, large = sorted((left, right), key=len)
    pairs = (
        pair(record, other)
        for record in small
        if record in opponents
        for other in opponents[record] & large
    )
    return min(pairs, default=None)


def _join(left: set[str], right: set[str], groups: dict[str, set[str]]) -> None:
    small, large = sorted((left, right), key=len)
    large |= small
    for record in small:
        groups[record] = large


def _clusters(groups: dict[str, set[str]], refused: list[RefusedLink]) -> Clusters:
    frozen = {id(group): frozenset(group) for group in groups.values()}
    by_record = {record: frozen[id(group)] for record, group in groups.items()}
    components = tuple(sorted(frozen.values(), key=min))
    return Clusters(components, tuple(refused), by_record)
