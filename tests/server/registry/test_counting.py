"""A submission that its source took back leaves its household, and comes back."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from server import invariants
from server.db import db
from server.dispatch.tables import Publication
from server.domain.actor import SYSTEM
from server.inbox import actions as inbox
from server.inbox import queries
from server.invariants.rebuild import rebuild
from server.jobs.tables import Job
from server.jobs.worker import run_due
from server.pipeline import HANDLERS
from server.registry.tables import HouseholdMemberRow, HouseholdRow
from server.review.tables import MergeProposal
from tests.domain.survey.submissions import person
from tests.factories import make_area
from tests.server.inbox.arrivals import receive, xml
from tests.server.inbox.conftest import november
from tests.server.review.surveys import ask_about_everything

__all__ = ["november"]
LATER = "uuid:0d7c7cb6-5d2b-4ad1-9a3f-000000000002"
DELETED = "deleted_at_source"
# The head without his papers, and nobody else: perhaps the same household.
ROSTER = {"member": [person("Nguyễn Văn Bình", "head")]}


@pytest.fixture(autouse=True)
def ward(app: Flask, november: None) -> None:
    make_area(code="00229", name="Phường Khâm Thiên")


def work() -> None:
    run_due(HANDLERS)
    assert set(db.session.scalars(select(Job.state))) == {"done"}


def another(**changes: Any) -> bytes:
    """A second submission, some of its answers changed."""
    return xml(**changes).replace(b"7f4f1d1f7a10", b"000000000002")


def proposals() -> set[str]:
    return set(db.session.scalars(select(MergeProposal.state)))


def household() -> HouseholdRow:
    db.session.rollback()
    return db.session.scalars(
        select(HouseholdRow).where(HouseholdRow.state != "merged")
    ).one()


def is_sound() -> bool:
    """Every promise holds, and computing all of it again changes nothing."""
    return invariants.verify() == [] and not rebuild(by=SYSTEM)


def send_two() -> tuple[int, int]:
    """A review, and one of the same household a week later."""
    first = receive().submission_id
    second = receive(
        another(visit__review_date="2026-11-23"), instance_id=LATER
    ).submission_id
    work()
    return first, second


def test_a_withdrawn_record_says_nothing_in_its_household() -> None:
    _, second = send_two()
    assert household().record_count == 2
    newest = household().review_date

    inbox.withdraw(by=SYSTEM, submission_id=second, reason=DELETED)
    work()

    assert household().record_count == 1
    assert household().review_date < newest
    assert queries.reading_of(second).state == "withdrawn"
    assert is_sound()


def test_a_household_without_a_counting_record_leaves_lists_and_phones() -> None:
    only = receive().submission_id
    work()
    known = household().id

    inbox.withdraw(by=SYSTEM, submission_id=only, reason=DELETED)
    work()

    gone = household()
    assert (gone.id, gone.state, gone.record_count) == (known, "departed", 0)
    assert db.session.scalars(select(HouseholdMemberRow)).all() == []
    assert not db.session.get_one(Publication, known).is_listed
    assert is_sound()


def test_what_is_restored_is_as_it_was() -> None:
    only = receive().submission_id
    work()
    before = (household().id, household().content_hash, household().member_count)

    inbox.withdraw(by=SYSTEM, submission_id=only, reason=DELETED)
    work()
    inbox.reinstate(by=SYSTEM, submission_id=only)
    work()

    back = household()
    assert (back.id, back.content_hash, back.member_count) == before
    assert back.state == "live"
    assert queries.reading_of(only).state == "understood"
    assert is_sound()


def test_what_is_withdrawn_before_it_was_read_is_read_when_it_is_back() -> None:
    only = receive().submission_id
    inbox.withdraw(by=SYSTEM, submission_id=only, reason=DELETED)
    work()
    assert db.session.scalars(select(HouseholdRow)).all() == []
    assert invariants.verify() == []

    inbox.reinstate(by=SYSTEM, submission_id=only)
    work()

    assert household().state == "live"
    assert is_sound()


def test_what_is_withdrawn_while_it_is_read_does_not_count() -> None:
    only = receive().submission_id
    inbox.withdraw(by=SYSTEM, submission_id=only, reason=DELETED)
    inbox.understood(by=SYSTEM, submission_id=only, problems=[], head_name="")

    assert queries.reading_of(only).state == "withdrawn"
    inbox.reinstate(by=SYSTEM, submission_id=only)
    assert queries.reading_of(only).state == "understood"


def test_a_decision_of_a_person_is_kept_over_a_withdrawal() -> None:
    broken = receive(b"<data").submission_id
    work()
    inbox.set_aside(by=SYSTEM, submission_id=broken, reason="Phiếu tập huấn")

    inbox.withdraw(by=SYSTEM, submission_id=broken, reason=DELETED)
    inbox.reinstate(by=SYSTEM, submission_id=broken)
    work()

    assert queries.reading_of(broken).state == "set_aside"


def test_nobody_is_asked_about_a_withdrawn_record() -> None:
    ask_about_everything()
    receive()
    second = receive(
        another(
            household_id="6f1c0f6e-8a53-4c6e-9a44-3a1fb4a7c2d1",
            household__roster=ROSTER,
        ),
        instance_id=LATER,
    ).submission_id
    work()
    assert proposals() == {"open"}

    inbox.withdraw(by=SYSTEM, submission_id=second, reason=DELETED)
    work()

    db.session.rollback()
    assert proposals() == {"stale"}
    assert is_sound()


def test_the_second_reason_takes_the_place_of_the_first() -> None:
    only = receive().submission_id
    inbox.withdraw(by=SYSTEM, submission_id=only, reason=DELETED)
    inbox.withdraw(by=SYSTEM, submission_id=only, reason="purged_at_source")
    inbox.withdraw(by=SYSTEM, submission_id=only, reason="purged_at_source")
    work()

    told = [e.details for e in queries.events_of(only) if e.action.endswith("drawn")]
    assert [d["reason"] for d in told] == [DELETED, "purged_at_source"]
    inbox.reinstate(by=SYSTEM, submission_id=only)
    assert queries.reading_of(only).state == "waiting"


def test_a_registry_that_has_still_to_follow_is_sound() -> None:
    only = receive().submission_id
    work()

    inbox.withdraw(by=SYSTEM, submission_id=only, reason=DELETED)

    assert invariants.verify() == []
