"""What is done for many households at once, each with its paper: the citizens' meeting,
the posting, the question to the upper level and its answer, the decision."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from server import clock
from server.db import db, serialise, transaction
from server.domain.actor import SYSTEM, Actor
from server.domain.problems import Problem, Refused
from server.domain.procedure.deadlines import posting_ends
from server.domain.procedure.numbers import numbers
from server.domain.procedure.steps import REDO, Done, Step
from server.inbox.file_store import ReceivedFile
from server.rounds import queries
from server.rounds.stepping import chosen
from server.rounds.tables import ReviewRound, RoundAct
from server.rounds.taking import Taking, take, take_back
from server.status import actions as status
from server.status.queries import CATEGORIES
from server.status.tables import Recognition

# What an act is called, and the step it takes for each household.
STEP_OF = {
    "meeting": Step.MEETING,
    "posting": Step.POSTED,
    "question": Step.ASKED,
    "answer": Step.ANSWERED,
    "decision": Step.DECIDED,
}


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a meeting, or an answer, says of one household: a category, or `REDO`."""

    outcome: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Attendance:
    """Invited households, those that came, and how many of those agreed."""

    invited: int
    attended: int
    agreed: int

    @property
    def is_enough(self) -> bool:
        """Whether enough of the invited came for the meeting to count."""
        share = numbers()["meeting_attendance"].value
        return self.attended * 100 >= self.invited * share

    @property
    def is_agreed(self) -> bool:
        """Whether enough of those who came agreed."""
        share = numbers()["meeting_agreement"].value
        return self.agreed * 100 >= self.attended * share


def hold_meeting(
    *,
    by: Actor,
    round_id: int,
    on: date,
    document_number: str,
    place: str,
    chair: str,
    attendance: Attendance,
    opinions: Mapping[int, Opinion],
    note: str = "",
    scan: ReceivedFile | None = None,
) -> RoundAct:
    """Enter the minutes of a meeting. With too few people they say nothing of any
    household; when too few agree, survey and meeting begin again for all of them."""
    _refuse_attendance(attendance)
    _refuse_outcomes(opinions, {REDO, *CATEGORIES})
    with transaction():
        review, cases = chosen(round_id, opinions)
        paper = _number(document_number, "meeting_without_number")
        act = _act(
            by, review, "meeting", on=on, document_number=paper, place=place.strip(),
            chair=chair.strip(), invited=attendance.invited,
            attended=attendance.attended, agreed=attendance.agreed, note=note.strip(),
            file_sha256=scan.sha256 if scan else None,
            file_name=scan.name if scan else None,
        )  # fmt: skip
        if not attendance.is_enough:
            return act
        takings = []
        for case in cases:
            opinion = opinions[case.id]
            outcome = opinion.outcome if attendance.is_agreed else REDO
            done = Done(Step.MEETING, on, outcome)
            takings.append(Taking(case, done, opinion.text.strip()))
        take(by=by, review=review, takings=takings, act=act)
        return act


def post(
    *, by: Actor, round_id: int, case_ids: Collection[int], on: date, place: str,
    note: str = "",
) -> RoundAct:  # fmt: skip
    """The list is put up; its last day is counted by the calendar of working days."""
    with transaction():
        review, cases = chosen(round_id, case_ids)
        until = posting_ends(on).last_day
        act = _act(
            by, review, "posting", on=on, until=until, place=place.strip(),
            note=note.strip(),
        )  # fmt: skip
        takings = []
        for case in cases:
            done = Done(Step.POSTED, on, case.category or "", until=until)
            takings.append(Taking(case, done))
        take(by=by, review=review, takings=takings, act=act)
        return act


def ask(
    *, by: Actor, round_id: int, case_ids: Collection[int], on: date,
    document_number: str, note: str = "",
) -> RoundAct:  # fmt: skip
    """The list goes to the upper level for its opinion."""
    with transaction():
        review, cases = chosen(round_id, case_ids)
        paper = _number(document_number, "question_without_number")
        act = _act(
            by, review, "question", on=on, document_number=paper, note=note.strip()
        )
        takings = [
            Taking(case, Done(Step.ASKED, on, case.category or "")) for case in cases
        ]
        take(by=by, review=review, takings=takings, act=act)
        return act


def answer(
    *, by: Actor, round_id: int, on: date, document_number: str,
    opinions: Mapping[int, Opinion], note: str = "",
) -> RoundAct:  # fmt: skip
    """The opinion of the upper level: it agrees, or sends some back to be re-checked."""
    _refuse_outcomes(opinions, {REDO, ""})
    with transaction():
        review, cases = chosen(round_id, opinions)
        paper = _number(document_number, "question_without_number")
        act = _act(
            by, review, "answer", on=on, document_number=paper, note=note.strip()
        )
        takings = []
        for case in cases:
            opinion = opinions[case.id]
            done = Done(Step.ANSWERED, on, opinion.outcome)
            takings.append(Taking(case, done, opinion.text.strip()))
        take(by=by, review=review, takings=takings, act=act)
        return act


def decide(
    *,
    by: Actor,
    round_id: int,
    items: Mapping[int, str],
    document_number: str,
    decided_on: date,
    valid_from: date,
    signer: str,
    note: str = "",
    confirmation: str = "",
) -> RoundAct:
    """Recognise the households of one decision. Everything that speaks against it, by
    the procedure or by the decision itself, is told at once."""
    with transaction():
        review, cases = chosen(round_id, items)
        act = _act(
            by, review, "decision", on=decided_on,
            document_number=document_number.strip(), note=note.strip(),
        )  # fmt: skip
        takings = [
            Taking(case, Done(Step.DECIDED, decided_on, items[case.id]))
            for case in cases
        ]
        take(by=by, review=review, takings=takings, act=act)
        recognition = status.recognise(
            by=by, document_number=document_number, decided_on=decided_on,
            valid_from=valid_from, signer=signer, standard=review.standard,
            area_id=review.area_id, note=note, confirmation=confirmation,
            items=[(case.household_id, items[case.id]) for case in cases],
        )  # fmt: skip
        act.recognition_id = recognition.id
        db.session.flush()
        return act


def undo_act(*, by: Actor, act_id: int, reason: str) -> RoundAct:
    """Take back an act with all it said. A decision is withdrawn with it."""
    if not reason.strip():
        raise Refused(Problem("step_needs_reason", "reason"))
    with transaction() as session:
        serialise("rounds")
        act = session.get_one(RoundAct, act_id)
        if act.superseded_at is not None:
            raise Refused(Problem("case_step_undone_already"), status=409)
        _supersede(by, act, reason.strip())
        if act.recognition_id is not None:
            found = session.get_one(Recognition, act.recognition_id)
            if found.withdrawn_at is None:
                status.withdraw(by=by, recognition_id=found.id, reason=reason)
        return act


def follow_recognition(*, recognition_id: int) -> None:
    """A decision that was withdrawn on its own page is undone here as well."""
    with transaction() as session:
        serialise("rounds")
        found = session.get(Recognition, recognition_id)
        if found is None or found.withdrawn_at is None:
            return
        for act in session.query(RoundAct).filter(
            RoundAct.recognition_id == recognition_id,
            RoundAct.superseded_at.is_(None),
        ):
            _supersede(SYSTEM, act, found.withdrawal_reason or "")


def _supersede(by: Actor, act: RoundAct, reason: str) -> None:
    review = db.session.get_one(ReviewRound, act.round_id)
    rows = [row for row, _ in queries.steps_of_act(act.id) if row.superseded_at is None]
    if rows:
        take_back(by=by, review=review, rows=rows, reason=reason)
    act.superseded_at = clock.now()
    act.superseded_by = by.name
    act.superseded_reason = reason
    db.session.flush()


def _act(by: Actor, review: ReviewRound, kind: str, **given: Any) -> RoundAct:
    blank = dict.fromkeys(("document_number", "place", "chair", "note"), "")
    act = RoundAct(
        round_id=review.id,
        kind=kind,
        at=clock.now(),
        **by.signature(),
        **{**blank, **given},
    )
    db.session.add(act)
    db.session.flush()
    return act


def _number(text: str, code: str) -> str:
    if not text.strip():
        raise Refused(Problem(code, "document_number"))
    return " ".join(text.split())


def _refuse_attendance(given: Attendance) -> None:
    if not 0 <= given.agreed <= given.attended <= given.invited or given.invited < 1:
        values = {
            "invited": given.invited,
            "attended": given.attended,
            "agreed": given.agreed,
        }
        raise Refused(Problem("meeting_numbers_impossible", "attended", values))


def _refuse_outcomes(opinions: Mapping[int, Opinion], known: set[str]) -> None:
    for opinion in opinions.values():
        if opinion.outcome not in known:
            values = {"value": opinion.outcome}
            raise Refused(Problem("case_category_unknown", "", values))
