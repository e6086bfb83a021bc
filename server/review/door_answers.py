"""What families said at their doors, as evidence about a pair.

What a family said is a fact: it counts as long as the survey it came with counts,
whatever became of the "unsure" it was asked for. Of several answers about two
households the newest counts, for they are of the same people. An answer changes how
likely a pair is and where it stands in the queue. It never joins anybody: once a family
has answered, the machine leaves the two households to people (`linking`).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from server.db import db
from server.domain.matching.field_answers import UNKNOWN, chance_after, weights_of
from server.domain.matching.judgement import pair
from server.matching.in_force import model_in_force
from server.registry.counting import withdrawn_among
from server.registry.queries import in_chunks
from server.review import queries
from server.review.door_tables import FieldAnswer, FieldCheck
from server.review.tables import MergeProposal

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, order=True)
class Told:
    """One answer, in the order in which later ones count before earlier ones."""

    answered_on: date
    record_id: str
    answer: str


def told_about(record_ids: Collection[str]) -> dict[Pair, Told]:
    """What was answered last about each pair of records of which one is among these."""
    rows: dict[str, tuple[Pair, Told]] = {}
    for chunk in in_chunks(record_ids):
        found = db.session.execute(
            select(
                FieldCheck.asked_record_id,
                FieldCheck.about_record_id,
                FieldAnswer.answered_on,
                FieldAnswer.record_id,
                FieldAnswer.answer,
            )
            .join(FieldCheck, FieldCheck.id == FieldAnswer.check_id)
            .where(
                FieldAnswer.answer != UNKNOWN,
                or_(
                    FieldCheck.asked_record_id.in_(chunk),
                    FieldCheck.about_record_id.in_(chunk),
                ),
            )
        )
        for asked, about, on, record_id, answer in found:
            rows[record_id] = pair(asked, about), Told(on, record_id, answer)
    withdrawn = withdrawn_among(rows)
    return {
        sides: told
        for sides, told in sorted(rows.values(), key=lambda each: each[1])
        if told.record_id not in withdrawn
    }


def weigh(rows: Iterable[MergeProposal]) -> None:
    """Let what was answered count in these proposals, which know their households; of
    one whose records are together by now, what was answered about these two."""
    rows = list(rows)
    told = told_about({each for row in rows for each in _records(row)})
    home = queries.households_of({each for sides in told for each in sides})
    between: dict[Pair, Told] = {}
    for sides, each in sorted(told.items(), key=lambda item: item[1]):
        between[pair(*(home.get(side, "") for side in sides))] = each
    weights = weights_of(model_in_force().origin)
    for row in rows:
        homes = pair(row.left_household_id, row.right_household_id)
        found = told.get(pair(*_records(row)))
        if homes[0] != homes[1]:
            found = between.get(homes)
        answer = found.answer if found is not None else None
        bits = weights.of(answer) if answer is not None else 0.0
        score = chance_after(row.model_score, bits)
        if (row.answer, row.answer_bits, row.score) != (answer, bits, score):
            row.answer, row.answer_bits, row.score = answer, bits, score


def asked_in(record_ids: Collection[str]) -> set[str]:
    """The records about which these surveys answer something."""
    found: set[str] = set()
    for chunk in in_chunks(record_ids):
        asked = (
            select(FieldCheck.asked_record_id, FieldCheck.about_record_id)
            .join(FieldAnswer, FieldAnswer.check_id == FieldCheck.id)
            .where(FieldAnswer.record_id.in_(chunk))
        )
        found |= {each for sides in db.session.execute(asked) for each in sides}
    return found


def _records(row: MergeProposal) -> Pair:
    return row.left_record_id, row.right_record_id
