"""What staff do with submissions that could not be read."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from server.db import db
from server.domain.actor import SYSTEM
from server.domain.problems import Problem, Refused
from server.inbox import actions, queries
from server.inbox.contents import contents_of, understand
from server.jobs.tables import Job
from tests.server.inbox.arrivals import STAFF, receive, xml

WALL = "household/dwelling/wall"
EDIT = "uuid:11111111-5d2b-4ad1-9a3f-7f4f1d1f7a10"


def parked(**changes: Any) -> int:
    """A submission in quarantine; its wall is of gold unless told otherwise."""
    changes = changes or {"household__dwelling__wall": "gold"}
    number = receive(xml(**changes)).submission_id
    result, found = understand(queries.get_submission(number))
    assert result.record is None
    actions.quarantine(
        by=SYSTEM,
        submission_id=number,
        problems=result.problems,
        head_name=found.head_name,
    )
    return number


def state(number: int) -> str:
    db.session.rollback()
    return queries.reading_of(number).state


def jobs() -> int:
    return db.session.scalar(select(func.count()).select_from(Job)) or 0


def last_action(number: int) -> tuple[str, str]:
    event = queries.events_of(number)[-1]
    return event.action, event.actor_name


def test_a_parked_submission_tells_whose_it_is_and_what_is_wrong(app: Flask) -> None:
    reading = queries.reading_of(parked())

    assert (reading.head_name, reading.head_folded) == (
        "Nguyễn Văn Bình",
        "nguyen van binh",
    )
    assert reading.problem_codes == "choice_unknown"
    assert "gold" in Problem(**reading.problems[0]).sentence()


def test_an_answer_put_right_is_read_again_while_the_submission_stays(
    app: Flask,
) -> None:
    number = parked()

    actions.amend_and_retry(
        by=STAFF, submission_id=number, changes={WALL: "tile"}, reason="Nhìn ảnh."
    )

    assert state(number) == "waiting"
    assert jobs() == 2
    submission = queries.get_submission(number)
    assert b"gold" in submission.payload
    contents = contents_of(submission)
    assert contents.sent["household"]["dwelling"]["wall"] == "gold"
    assert contents.answers["household"]["dwelling"]["wall"] == "tile"
    (amendment,) = queries.amendments_of(number)
    assert (amendment.actor_name, amendment.reason) == (STAFF.name, "Nhìn ảnh.")


def test_the_last_of_several_amendments_counts(app: Flask) -> None:
    number = parked()
    for wall in ("tile", "concrete"):
        actions.amend_and_retry(
            by=STAFF, submission_id=number, changes={WALL: wall}, reason="Xem lại."
        )
        actions.quarantine(by=SYSTEM, submission_id=number, problems=[])

    result, _ = understand(queries.get_submission(number))

    assert result.record is not None
    assert result.record.household.dwelling.wall == "concrete"


@pytest.mark.parametrize(
    ("changes", "reason", "code"),
    [
        ({WALL: "tile"}, "  ", "reason_missing"),
        ({"household/roster/member[9]/birth_year": "1960"}, "x",
         "amendment_place_unknown"),
        ({"household": "1"}, "x", "amendment_place_unknown"),
    ],
)  # fmt: skip
def test_an_amendment_that_cannot_be_is_refused(
    app: Flask, changes: dict[str, str], reason: str, code: str
) -> None:
    number = parked()

    with pytest.raises(Refused) as refused:
        actions.amend_and_retry(
            by=STAFF, submission_id=number, changes=changes, reason=reason
        )

    assert [p.code for p in refused.value.problems] == [code]
    assert state(number) == "quarantined"
    assert queries.amendments_of(number) == []


def test_sending_back_keeps_the_note_and_can_be_undone(app: Flask) -> None:
    number = parked()

    actions.send_back(by=STAFF, submission_id=number, note="Hỏi lại tường nhà.")
    assert state(number) == "sent_back"
    assert list(queries.notes_of(number).values()) == ["Hỏi lại tường nhà."]

    actions.take_back(by=STAFF, submission_id=number)
    assert state(number) == "quarantined"
    assert last_action(number) == ("submission.taken_back", STAFF.name)
    assert queries.reading_of(number).problem_codes == "choice_unknown"


def test_setting_aside_can_be_undone(app: Flask) -> None:
    number = parked()

    actions.set_aside(by=STAFF, submission_id=number, reason="Phiếu tập huấn.")
    assert state(number) == "set_aside"

    actions.take_back(by=STAFF, submission_id=number)
    assert state(number) == "quarantined"


Act = Callable[[int], None]
ACTS: dict[str, Act] = {
    "send back": lambda n: actions.send_back(by=STAFF, submission_id=n, note="x"),
    "set aside": lambda n: actions.set_aside(by=STAFF, submission_id=n, reason="x"),
    "take back": lambda n: actions.take_back(by=STAFF, submission_id=n),
    "amend": lambda n: actions.amend_and_retry(
        by=STAFF, submission_id=n, changes={WALL: "tile"}, reason="x"
    ),
    "retry": lambda n: actions.retry(by=STAFF, submission_id=n),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_what_was_understood_is_corrected_elsewhere(app: Flask, act: Act) -> None:
    number = receive().submission_id
    actions.understood(by=SYSTEM, submission_id=number, problems=[], head_name="A")

    with pytest.raises(Refused) as refused:
        act(number)

    assert refused.value.problems[0].code == "submission_already_understood"
    assert state(number) == "understood"


@pytest.mark.parametrize("act", [ACTS["send back"], ACTS["take back"]])
def test_what_somebody_else_dealt_with_is_told(app: Flask, act: Act) -> None:
    number = parked()
    ACTS["send back"](number)
    if act is ACTS["take back"]:
        act(number)

    with pytest.raises(Refused) as refused:
        act(number)

    assert refused.value.status == 409


def test_understanding_twice_tells_it_once(app: Flask) -> None:
    number = receive().submission_id
    for _ in range(2):
        actions.understood(by=SYSTEM, submission_id=number, problems=[], head_name="A")

    told = [event.action for event in queries.events_of(number)]
    assert told == ["submission.received", "submission.understood"]


def edit() -> int:
    return receive(
        xml(closing__remarks="Đã sửa."),
        instance_id=EDIT,
        deprecated_id="uuid:0d7c7cb6-5d2b-4ad1-9a3f-7f4f1d1f7a10",
    ).submission_id


def test_an_understood_edit_takes_what_it_replaces_out_of_quarantine(
    app: Flask,
) -> None:
    before = parked()
    after = edit()

    actions.understood(by=SYSTEM, submission_id=after, problems=[], head_name="A")

    assert state(before) == "set_aside"
    assert last_action(before) == ("submission.replaced", SYSTEM.name)


def test_what_arrives_after_its_own_edit_waits_for_nobody(app: Flask) -> None:
    after = edit()
    actions.understood(by=SYSTEM, submission_id=after, problems=[], head_name="A")

    before = parked()

    assert state(before) == "set_aside"


def test_a_contradicting_version_waits_for_a_person_in_spite_of_an_edit(
    app: Flask,
) -> None:
    receive()
    contradicting = receive(xml(closing__remarks="Khác.")).submission_id
    after = edit()

    actions.understood(by=SYSTEM, submission_id=after, problems=[], head_name="A")

    assert state(contradicting) == "quarantined"
