"""Learning a model from this registry: what it reads, and what comes of it.

Reading and learning take minutes and many pairs, so neither happens in a transaction:
nothing waits for it. Only the candidate is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Select, select

from server import clock
from server.db import db
from server.domain.actor import Actor
from server.domain.matching.features import Features
from server.domain.matching.field_answers import SAME, Answered, estimate
from server.domain.matching.frequencies import bits_of
from server.domain.matching.keys import keys_of
from server.domain.matching.learning import learn_from
from server.domain.matching.pairs import pairs_of_keys
from server.domain.matching.records import features_of_record
from server.domain.matching.scoring import Prepared
from server.domain.matching.table import code, table_of
from server.domain.matching.training import Labelled
from server.domain.matching.words import Relations
from server.domain.plain import to_plain
from server.matching.in_force import model_in_force
from server.matching.keeping import read_of_today
from server.matching.tables import MatchingModel
from server.registry.queries import record_views
from server.registry.tables import HouseholdRecord
from server.review.door_answers import told_about
from server.review.door_tables import FieldCheck
from server.review.learned import keep_candidate, next_name
from server.review.tables import JudgementRow

# More records tell hardly more about how people type.
MOST = 200_000
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Material:
    """What a registry knows: pairs that share a key, and pairs that people judged."""

    registry: Labelled
    judged: Labelled


def train_candidate(*, by: Actor) -> MatchingModel:
    """Learn a model and keep it; it judges nothing yet.

    Raises TooFewError when people judged too few pairs to compare old and new.
    """
    material = gather()
    at = clock.now()
    day = at.date().isoformat()
    answers = to_plain(estimate(answered(), day))
    learned = learn_from(
        model_in_force(),
        material.registry,
        material.judged,
        name=next_name(),
        origin={"date": day, "learned_on": "registry", "field_answers": answers},
    )
    db.session.rollback()  # nothing was written; let go of what was read
    report = {**learned.report, "field_answers": answers}
    return keep_candidate(by=by, model=learned.model, report=report)


def answered() -> Answered:
    """How often families were right at their doors, among the pairs that people have
    decided since."""
    told = told_about(set(db.session.scalars(select(FieldCheck.asked_record_id))))
    found = {"same": [0, 0], "different": [0, 0]}
    for one, other, verdict in db.session.execute(_judgements()):
        if (one, other) in told:
            is_right = (told[one, other].answer == SAME) == (verdict == SAME)
            found[verdict][0] += is_right
            found[verdict][1] += 1
    return Answered(*(tuple(found[each]) for each in ("same", "different")))


def gather() -> Material:
    """The records as they are compared, and the live judgements of people about them."""
    newest = select(HouseholdRecord.record_id).order_by(HouseholdRecord.record_id)
    ids = db.session.scalars(newest.limit(MOST)).all()
    records = [
        features
        for start in range(0, len(ids), CHUNK)
        for features in _as_compared(ids[start : start + CHUNK])
    ]
    table = table_of(records)
    keys = [keys_of(record) for record in records]
    codes = np.array([code(key) for of_one in keys for key in of_one], np.int64)
    owners = np.repeat(
        np.arange(len(records), dtype=np.int32), [len(each) for each in keys]
    )
    found = pairs_of_keys(codes, owners, len(records))
    left, right = found // max(len(records), 1), found % max(len(records), 1)
    prepared = Prepared(table, Relations(table.words), bits_of(table))
    place = {record_id: row for row, record_id in enumerate(table.ids)}
    said = [
        (place[one], place[other], verdict == "same")
        for one, other, verdict in db.session.execute(_judgements())
        if one in place and other in place
    ]
    rows = np.array(said, np.int64).reshape(-1, 3)
    return Material(
        Labelled(prepared, left, right, np.zeros(len(left), bool)),
        Labelled(prepared, rows[:, 0], rows[:, 1], rows[:, 2] > 0),
    )


def _as_compared(record_ids: Sequence[str]) -> list[Features]:
    """Records as they were read when they arrived, in the order of their ids; what was
    read in another way, or waits to be read, is read from the survey."""
    found = read_of_today(record_ids)
    for view in record_views(set(record_ids) - found.keys()):
        found[view.id] = features_of_record(view.id, view.record)
    return [found[each] for each in sorted(found)]


def _judgements() -> Select[tuple[str, str, str]]:
    return (
        select(
            JudgementRow.left_record_id,
            JudgementRow.right_record_id,
            JudgementRow.verdict,
        )
        .where(
            JudgementRow.superseded_at.is_(None),
            JudgementRow.actor_kind == "user",
            JudgementRow.verdict.in_(("same", "different")),
        )
        .order_by(JudgementRow.id)
    )
