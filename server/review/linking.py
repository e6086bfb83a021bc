"""What the system joins by itself: average linkage, within what people said.

One strong pair between two families does not chain them together: surveys are joined
as long as all pairs between two groups, on average, weigh more than the threshold of
the automatic zone. SAME and DIFFERENT of people hold first, and two households between
which a family has answered are left to people. The system's own judgements follow: it
takes one back when a later survey shows two families where there seemed to be one, so
that the order in which surveys arrived decides nothing. What somebody took back from it,
it never says again.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable

import numpy as np
from sqlalchemy import select

from server.audit import actions as audit
from server.db import GIVEN, db, transaction
from server.domain.actor import SYSTEM
from server.domain.matching.judgement import Verdict
from server.domain.matching.linkage import NEVER_COMPARED, components, households
from server.matching.in_force import thresholds_in_force
from server.registry.queries import in_chunks
from server.review import door_answers, judging, queries
from server.review.asking import is_by_rule
from server.review.proposals import proposals_of
from server.review.tables import JudgementRow, MergeProposal

Pair = tuple[str, str]
_SAID = [
    select(JudgementRow).where(side.in_(GIVEN))
    for side in (JudgementRow.left_record_id, JudgementRow.right_record_id)
]


def settle(record_ids: Collection[str]) -> set[str]:
    """Let the judgements of the system about these records, and about what hangs
    together with them, say what follows now; returns the records they changed for."""
    with transaction():
        reached, rows = _hanging_together(record_ids)
        history = _history(reached)
        said = {
            sides: each[-1]
            for sides, each in history.items()
            if each[-1].superseded_at is None
        }
        own = {
            sides: row
            for sides, row in said.items()
            if row.actor_kind == SYSTEM.kind and row.verdict == Verdict.SAME
        }
        closed = {sides for sides in said if sides not in own} | {
            sides for sides, each in history.items() if _was_taken_back(each)
        }
        wanted = _wanted(reached, rows, said, closed, _left_to_people(history))
        changed: set[str] = set()
        for sides in sorted(own.keys() - wanted):
            _take_back(own[sides])
            changed |= set(sides)
        for sides in sorted(wanted - own.keys()):
            judging.judge(by=SYSTEM, sides=sides, verdict=Verdict.SAME)
            changed |= set(sides)
        return changed


def _hanging_together(
    record_ids: Collection[str],
) -> tuple[set[str], list[MergeProposal]]:
    """The records reached over certain pairs and over SAME of people, and every pair
    among them."""
    reached: set[str] = set()
    found: dict[int, MergeProposal] = {}
    frontier = set(record_ids)
    while frontier:
        reached |= frontier
        rows = proposals_of(frontier)
        found.update((row.id, row) for row in rows)
        links = [
            (row.left_record_id, row.right_record_id) for row in rows if row.is_certain
        ]
        links += [
            (row.left_record_id, row.right_record_id)
            for row in queries.live_judgements(frontier)
            if row.verdict == Verdict.SAME and row.actor_kind != SYSTEM.kind
        ]
        frontier = {each for sides in links for each in sides} - reached
    inside = [
        row
        for row in found.values()
        if row.left_record_id in reached and row.right_record_id in reached
    ]
    return reached, inside


def _history(record_ids: Collection[str]) -> dict[Pair, list[JudgementRow]]:
    """Everything ever said about pairs of which one is among the records, in order."""
    rows: dict[int, JudgementRow] = {}
    for said in _SAID:
        for chunk in in_chunks(record_ids):
            found = db.session.scalars(said, {"given": chunk})
            rows.update((row.id, row) for row in found)
    history: defaultdict[Pair, list[JudgementRow]] = defaultdict(list)
    for _id, row in sorted(rows.items()):
        history[row.left_record_id, row.right_record_id].append(row)
    return dict(history)


def _was_taken_back(rows: Iterable[JudgementRow]) -> bool:
    """Whether somebody took a judgement of the system back, and put nothing in its
    place."""
    rows = list(rows)
    replaced = {row.replaces_id for row in rows}
    return any(
        row.actor_kind == SYSTEM.kind
        and row.superseded_at is not None
        and row.superseded_by != SYSTEM.name
        and row.id not in replaced
        for row in rows
    )


def _left_to_people(history: dict[Pair, list[JudgementRow]]) -> set[Pair]:
    """The pairs about which a family has answered: whoever had it asked decides."""
    asked = {
        each
        for sides, rows in history.items()
        for each in sides
        if any(row.verdict == Verdict.UNSURE for row in rows)
    }
    return set(door_answers.told_about(asked)) if asked else set()


def _wanted(
    reached: set[str],
    rows: list[MergeProposal],
    said: dict[Pair, JudgementRow],
    closed: set[Pair],
    left_to_people: set[Pair],
) -> set[Pair]:
    """The certain pairs whose records are in one group by average linkage."""
    number = {record_id: place for place, record_id in enumerate(sorted(reached))}
    by_staff = {
        verdict: [
            (number[left], number[right])
            for (left, right), row in said.items()
            if row.actor_kind != SYSTEM.kind
            and row.verdict == verdict
            and left in number
            and right in number
        ]
        for verdict in (Verdict.SAME, Verdict.DIFFERENT)
    }
    free = [
        (row.left_record_id, row.right_record_id)
        for row in rows
        if row.is_certain and (row.left_record_id, row.right_record_id) not in closed
    ]
    ruled = {
        (row.left_record_id, row.right_record_id) for row in rows if is_by_rule(row)
    }
    given = [
        (number[one], number[other]) for one, other in free if (one, other) in ruled
    ]
    firm = [*by_staff[Verdict.SAME], *given]
    threshold = thresholds_in_force().auto_from
    group = households(
        len(number),
        np.array([number[row.left_record_id] for row in rows], np.int64),
        np.array([number[row.right_record_id] for row in rows], np.int64),
        np.array([_bits(row, threshold) for row in rows], float),
        threshold=threshold,
        same=firm,
        different=[*by_staff[Verdict.DIFFERENT], *_apart(left_to_people, firm, number)],
    )
    return {
        (one, other)
        for one, other in free
        if group[number[one]] == group[number[other]]
    }


def _apart(
    left_to_people: set[Pair], firm: list[tuple[int, int]], number: dict[str, int]
) -> list[tuple[int, int]]:
    """Of the pairs left to people those that nobody joined, nor a rule."""
    if not left_to_people:
        return []
    sides = np.array(firm, np.int64).reshape(-1, 2)
    label = components(len(number), sides[:, 0], sides[:, 1])
    pairs = [
        (number[one], number[other])
        for one, other in left_to_people
        if one in number and other in number
    ]
    return [(one, other) for one, other in pairs if label[one] != label[other]]


def _bits(row: MergeProposal, threshold: float) -> float:
    """What a pair weighs in a group; one that the model finds certain and that is not,
    because the phones named two households, speaks against."""
    is_contradicted = row.bits > threshold and not row.is_certain
    return NEVER_COMPARED if is_contradicted else row.bits


def _take_back(row: JudgementRow) -> None:
    judging.supersede(by=SYSTEM, row=row)
    audit.record(
        by=SYSTEM,
        action="judgement.undone",
        subject_kind="judgement",
        subject_id=row.id,
        details={"restored": None},
    )
