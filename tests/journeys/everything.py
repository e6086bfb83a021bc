"""What people, phones and ODK Central may do to a register, and what must hold after it."""

from collections.abc import Callable
from datetime import date
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import (
    invariant,
    precondition,
    rule,
)
from sqlalchemy import delete, select

from server.db import db
from server.domain.actor import SYSTEM
from server.domain.matching.field_answers import assumed_weights
from server.domain.matching.judgement import Verdict
from server.domain.problems import Refused
from server.inbox.tables import SubmissionWithdrawal
from server.inbox.withdrawing import reinstate, withdraw
from server.invariants import CHECKS
from server.invariants.finding import Finding, silent
from server.invariants.kept import check_contents, check_kept, check_triggers
from server.jobs.tables import Job
from server.registry.actions import (
    record_departure,
    take_back_correction,
    take_back_departure,
)
from server.registry.counting import records_about
from server.registry.queries import golden_of
from server.registry.tables import (
    Correction,
    HouseholdEvent,
    HouseholdRecord,
    HouseholdRow,
    SurveyRecordRow,
)
from server.review.actions import (
    change_household,
    decide,
    recount,
    relink,
    rematch,
    undo,
    undo_change,
)
from server.review.choosing import Choice
from server.review.door_tables import FieldCheck
from server.review.field_checks import follow
from server.review.tables import MergeProposal, StaffChange
from server.status.assessing import assess
from tests.server.review import test_any_order as any_order
from tests.server.review.surveys import COLLEAGUE, STAFF, arrive, survey

# All promises but one: no step changes the schema, so whether the database refuses to
# change what was said is tried once, with all the rows of a history.
_AFTER_EACH_STEP = [check_contents, *(each for each in CHECKS if each != check_kept)]
# What a family may answer, and a survey that leaves the question out.
FAMILIES = ["same", "split", "different", "unknown", None]


class Histories(any_order.Everything):
    """Adds to arriving, editing, deciding, undoing and correcting all else that staff,
    phones and ODK Central do."""

    @rule(person=any_order.people, day=st.dates(date(2025, 1, 1), date(2026, 9, 1)))
    def add_late(self, person: dict[str, Any], day: date) -> None:
        record = survey(**person, review_date=day)
        self.records[arrive(record)] = record

    @precondition(lambda self: _open())
    @rule(data=st.data(), lane=st.sampled_from(["35", "47"]))
    def decide_with_a_choice_and_undo(self, data: st.DataObject, lane: str) -> None:
        pair = data.draw(st.sampled_from(_open()))
        before = self.everything()
        choices = [Choice("address.lane", lane, pair.left_record_id)]
        row = _tried(
            lambda: decide(
                by=STAFF, proposal_id=pair.id, verdict=Verdict.SAME, choices=choices
            )
        )
        if row is not None:
            undo(by=COLLEAGUE, judgement_id=row.id)
            assert self.everything() == before

    @precondition(lambda self: _live())
    @rule(data=st.data())
    def split(self, data: st.DataObject) -> None:
        household = data.draw(st.sampled_from(_live()))
        records = _records_of(household)
        chosen = data.draw(st.sets(st.sampled_from(records), max_size=len(records)))
        before = self.everything()
        change = _tried(
            lambda: change_household(
                by=STAFF,
                kind="split",
                household_id=household,
                record_ids=chosen,
                reason="hai hộ",
            )
        )
        if change is not None and data.draw(st.booleans()):
            undo_change(by=COLLEAGUE, change_id=change.id)
            assert self.everything() == before

    @precondition(lambda self: len(_live()) > 1)
    @rule(data=st.data(), is_undone=st.booleans())
    def transfer(self, data: st.DataObject, is_undone: bool) -> None:
        home, target = data.draw(st.permutations(_live()).map(lambda ids: ids[:2]))
        people = golden_of(db.session.get_one(HouseholdRow, home)).household.members
        if not people:
            return
        before = self.everything()
        change = change_household(
            by=STAFF,
            kind="transfer",
            household_id=home,
            member_key=people[-1].key,
            to_id=target,
            reason="về ở với con",
        )
        if is_undone:
            undo_change(by=COLLEAGUE, change_id=change.id)
            assert self.everything() == before

    @precondition(lambda self: _changes())
    @rule(data=st.data())
    def undo_an_earlier_change(self, data: st.DataObject) -> None:
        undo_change(by=COLLEAGUE, change_id=data.draw(st.sampled_from(_changes())))

    @precondition(lambda self: _corrections())
    @rule(data=st.data())
    def take_back_a_correction(self, data: st.DataObject) -> None:
        row = data.draw(st.sampled_from(_corrections()))
        take_back_correction(by=STAFF, correction_id=row.id)
        relink(record_ids={row.record_id})

    @precondition(lambda self: _live())
    @rule(data=st.data(), kind=st.sampled_from(["moved_out", "dissolved"]))
    def move_out(self, data: st.DataObject, kind: str) -> None:
        household = data.draw(st.sampled_from(_live()))
        on = db.session.get_one(HouseholdRow, household).review_date
        record_departure(
            by=STAFF, household_id=household, kind=kind, on=on, reason="chuyển đi"
        )
        relink(record_ids=_records_of(household))

    @precondition(lambda self: _departures())
    @rule(data=st.data())
    def come_back(self, data: st.DataObject) -> None:
        event = data.draw(st.sampled_from(_departures()))
        take_back_departure(by=STAFF, event_id=event)
        relink(record_ids=set(self.records))

    @precondition(lambda self: self.records)
    @rule(data=st.data())
    def withdraw_or_restore(self, data: st.DataObject) -> None:
        record_id = data.draw(st.sampled_from(sorted(self.records)))
        sent = db.session.get_one(SurveyRecordRow, record_id).submission_id
        gone = select(SubmissionWithdrawal.id).where(
            SubmissionWithdrawal.submission_id == sent,
            SubmissionWithdrawal.superseded_at.is_(None),
        )
        if db.session.scalar(gone) is None:
            withdraw(by=SYSTEM, submission_id=sent, reason="deleted_at_source")
        else:
            reinstate(by=SYSTEM, submission_id=sent)
        recount(record_ids=records_about([sent]))

    @precondition(lambda self: _open())
    @rule(data=st.data(), side=st.sampled_from("AB"))
    def ask_at_the_door(self, data: st.DataObject, side: str) -> None:
        pair = data.draw(st.sampled_from(_open()))
        asked = _tried(
            lambda: decide(
                by=STAFF, proposal_id=pair.id, verdict=Verdict.UNSURE, ask=side
            )
        )
        if asked is not None and data.draw(st.booleans()):
            self.answer_at_the_door(data)

    @precondition(lambda self: _checks())
    @rule(data=st.data())
    def answer_at_the_door(self, data: st.DataObject) -> None:
        check = data.draw(st.sampled_from(_checks()))
        person = data.draw(any_order.people)
        record = survey(
            **{**person, "entity": check.asked_household_id},
            asked_check=str(check.id),
            same_family=data.draw(st.sampled_from(FAMILIES)),
        )
        self.records[arrive(record)] = record

    @precondition(lambda self: self.records)
    @rule()
    def rebuild(self) -> None:
        before = self.everything()
        rematch(record_ids=set(self.records))
        assert self.everything() == before

    @invariant()
    def what_families_said_counts_their_way(self) -> None:
        weights = assumed_weights()
        for row in db.session.scalars(select(MergeProposal)):
            assert row.answer_bits == weights.of(row.answer or "")
            assert (row.score - row.model_score) * row.answer_bits >= 0
            assert row.answer or row.score == row.model_score
            assert row.state != "open" or row.is_asked or not row.answer

    @invariant()
    def questions_stand_where_judgements_and_answers_put_them(self) -> None:
        before = {row.id: (row.state, row.asked_household_id) for row in _checks()}
        follow(set(self.records))
        after = {row.id: (row.state, row.asked_household_id) for row in _checks()}
        assert before == after

    @invariant()
    def every_promise_is_kept(self) -> None:
        _work()
        broken = [found for check in _AFTER_EACH_STEP for found in check(silent)]
        assert [each.sentence("en") for each in broken] == []

    def broken_in_the_end(self) -> list[Finding]:
        return list(check_triggers(silent))


def _work() -> None:
    """Do what the worker would have done after a step, but what the step did itself."""
    jobs = db.session.execute(delete(Job).returning(Job.kind, Job.payload))
    changed = {
        each
        for kind, payload in jobs
        if kind == "households_changed"
        for each in payload["household_ids"]
    }
    kept = select(HouseholdRow.id).where(HouseholdRow.id.in_(changed))
    assess(household_ids=list(db.session.scalars(kept)))


def _tried(action: Callable[[], Any]) -> Any:
    """What an action gives; None when it refuses."""
    try:
        return action()
    except Refused:
        return None


def _open() -> list[MergeProposal]:
    return list(
        db.session.scalars(
            select(MergeProposal)
            .where(MergeProposal.state == "open")
            .order_by(MergeProposal.id)
        )
    )


def _live() -> list[str]:
    return list(
        db.session.scalars(
            select(HouseholdRow.id)
            .where(HouseholdRow.state == "live")
            .order_by(HouseholdRow.id)
        )
    )


def _checks() -> list[FieldCheck]:
    return list(db.session.scalars(select(FieldCheck).order_by(FieldCheck.id)))


def _records_of(household_id: str) -> list[str]:
    found = select(HouseholdRecord.record_id).where(
        HouseholdRecord.household_id == household_id
    )
    return sorted(db.session.scalars(found))


def _changes() -> list[int]:
    live = select(StaffChange.id).where(StaffChange.superseded_at.is_(None))
    return list(db.session.scalars(live.order_by(StaffChange.id)))


def _corrections() -> list[Correction]:
    live = select(Correction).where(Correction.superseded_at.is_(None))
    return list(db.session.scalars(live.order_by(Correction.id)))


def _departures() -> list[int]:
    live = select(HouseholdEvent.id).where(HouseholdEvent.superseded_at.is_(None))
    return list(db.session.scalars(live.order_by(HouseholdEvent.id)))
