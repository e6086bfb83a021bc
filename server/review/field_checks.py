"""Asking a family at its door whether two households are one.

Who is unsure about a pair may leave the question to the enumerator of one of the two
households: it goes to phones with that household (`server.dispatch.projections`) and
the answer comes back in its next survey. A question lives as long as the "unsure" it
came from: whoever decides the pair, or takes the "unsure" back, withdraws it. Where it
stands is computed from judgements and surveys, whatever order they come in.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import or_, select

from server import clock
from server.audit import actions as audit
from server.db import GIVEN, db, transaction
from server.domain.actor import Actor
from server.domain.matching.field_answers import UNKNOWN
from server.domain.matching.judgement import Verdict
from server.domain.plain import from_plain
from server.domain.survey.record import SurveyRecord
from server.jobs.actions import enqueue
from server.registry import queries as registry
from server.registry.counting import withdrawn_among
from server.registry.tables import SurveyRecordRow
from server.review import queries
from server.review.door_tables import FieldAnswer, FieldCheck
from server.review.tables import JudgementRow

_ABOUT = select(FieldCheck).where(
    or_(
        FieldCheck.asked_record_id.in_(GIVEN),
        FieldCheck.about_record_id.in_(GIVEN),
        FieldCheck.id.in_(
            select(FieldAnswer.check_id).where(FieldAnswer.record_id.in_(GIVEN))
        ),
    )
)


@dataclass(frozen=True, slots=True)
class AskedCheck:
    """A question with what came back, the newest answer first."""

    check: FieldCheck
    answers: tuple[FieldAnswer, ...]

    @property
    def answer(self) -> FieldAnswer | None:
        """What counts: the newest answer that says something."""
        told = [each for each in self.answers if each.answer != UNKNOWN]
        newest = told or self.answers
        return newest[0] if newest else None


def ask(*, by: Actor, judgement: JudgementRow, side: str) -> FieldCheck:
    """Have the household of side A or B of an "unsure" asked whether it is one with
    that of the other side."""
    with transaction() as session:
        record_id, other = judgement.left_record_id, judgement.right_record_id
        if side == "B":
            record_id, other = other, record_id
        placed = queries.households_of({record_id, other})
        row = FieldCheck(
            judgement_id=judgement.id,
            asked_record_id=record_id,
            about_record_id=other,
            asked_household_id=placed[record_id],
            state="open",
            at=clock.now(),
            **by.signature(),
        )
        session.add(row)
        session.flush()
        audit.record(
            by=by,
            action="field_check.asked",
            subject_kind="judgement",
            subject_id=judgement.id,
            details={"check": row.id, "household": row.asked_household_id},
        )
        _tell_phones({row.asked_household_id})
        return row


def note_answer(*, record_id: str) -> set[str]:
    """Keep what a survey answers to a question; it may come again, and answers to what
    nobody asked are passed over. Returns the two records it is about."""
    with transaction() as session:
        stored = session.get_one(SurveyRecordRow, record_id)
        record = from_plain(SurveyRecord, stored.content)
        number = record.asked_check or ""
        check = session.get(FieldCheck, int(number)) if _is_number(number) else None
        if check is None:
            return set()
        if session.get(FieldAnswer, record_id) is None:
            session.add(
                FieldAnswer(
                    record_id=record_id,
                    check_id=check.id,
                    answer=record.same_family or UNKNOWN,
                    answered_on=record.review_date,
                    received_at=stored.received_at,
                )
            )
            session.flush()
        return {check.asked_record_id, check.about_record_id}


def follow(record_ids: Collection[str]) -> set[str]:
    """Bring the questions about these records up to date with judgements and answers,
    and have phones told; returns the records of the questions that are touched."""
    with transaction() as session:
        touched: set[str] = set()
        households: set[str] = set()
        for row in _checks_about(record_ids):
            before = (row.state, row.asked_household_id)
            placed = queries.households_of({row.asked_record_id, row.about_record_id})
            row.asked_household_id = placed.get(
                row.asked_record_id, row.asked_household_id
            )
            row.state = _state_of(row, placed)
            touched |= {row.asked_record_id, row.about_record_id}
            if before != (row.state, row.asked_household_id):
                households |= {before[1], row.asked_household_id}
        session.flush()
        _tell_phones(households)
        return touched


def answered_unsure(rows: Iterable[JudgementRow]) -> set[int]:
    """Of these judgements the "unsure" to which the field has answered: somebody has to
    look at the pair again."""
    by_origin = {
        row.restores_id or row.id: row.id
        for row in rows
        if row.verdict == Verdict.UNSURE
    }
    found: set[int] = set()
    ids = sorted(by_origin)
    for start in range(0, len(ids), registry.CHUNK):
        some = ids[start : start + registry.CHUNK]
        answered = db.session.scalars(
            select(FieldCheck.judgement_id).where(
                FieldCheck.judgement_id.in_(some), FieldCheck.state == "answered"
            )
        )
        found |= {by_origin[each] for each in answered}
    return found


def open_checks(household_ids: Collection[str]) -> dict[str, FieldCheck]:
    """The question to put to each of these households; of several the oldest."""
    found: dict[str, FieldCheck] = {}
    for chunk in registry.in_chunks(household_ids):
        rows = db.session.scalars(
            select(FieldCheck)
            .where(FieldCheck.asked_household_id.in_(chunk), FieldCheck.state == "open")
            .order_by(FieldCheck.id.desc())
        )
        found.update((row.asked_household_id, row) for row in rows)
    return found


def checks_between(left_household_id: str, right_household_id: str) -> list[AskedCheck]:
    """What was asked about two households, the newest first."""
    records = registry.record_ids_among({left_household_id, right_household_id})
    rows = [
        row
        for row in _checks_about(records)
        if {row.asked_record_id, row.about_record_id} <= records
    ]
    return [
        AskedCheck(row, tuple(_answers_to(row.id)))
        for row in sorted(rows, key=lambda row: -row.id)
    ]


def _tell_phones(household_ids: set[str]) -> None:
    if household_ids:
        enqueue("field_check_changed", {"household_ids": sorted(household_ids)})


def _state_of(row: FieldCheck, placed: dict[str, str]) -> str:
    sides = {placed.get(row.asked_record_id), placed.get(row.about_record_id)}
    if not _is_still_asked(row) or len(sides) < 2 or None in sides:
        return "withdrawn"
    asked, about = sorted(each for each in sides if each is not None)
    said = queries.judgements_between(asked, about)
    if any(each.verdict != Verdict.UNSURE for each in said):
        return "withdrawn"
    return "answered" if _answers_to(row.id) else "open"


def _is_still_asked(row: FieldCheck) -> bool:
    """Whether the "unsure" it came from holds, as it was or brought back."""
    live = select(JudgementRow.id).where(
        JudgementRow.superseded_at.is_(None),
        or_(
            JudgementRow.id == row.judgement_id,
            JudgementRow.restores_id == row.judgement_id,
        ),
    )
    return db.session.scalar(live.limit(1)) is not None


def _answers_to(check_id: int) -> list[FieldAnswer]:
    rows = db.session.scalars(
        select(FieldAnswer)
        .where(FieldAnswer.check_id == check_id)
        .order_by(FieldAnswer.answered_on.desc(), FieldAnswer.record_id)
    ).all()
    withdrawn = withdrawn_among([row.record_id for row in rows])
    return [row for row in rows if row.record_id not in withdrawn]


def _checks_about(record_ids: Collection[str]) -> list[FieldCheck]:
    found: dict[int, FieldCheck] = {}
    for chunk in registry.in_chunks(record_ids):
        rows = db.session.scalars(_ABOUT, {"given": chunk})
        found.update((row.id, row) for row in rows)
    return list(found.values())


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10
