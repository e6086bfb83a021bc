"""Files come late, one by one, are replaced, and are fetched once."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from server import clock
from server.db import db
from server.inbox.tables import Submission, SubmissionFile
from server.mirror import actions
from tests.fakes.central import Fault
from tests.sync.office import Office

pytestmark = pytest.mark.sqlite_only


class Days:
    """A clock of ours that a test turns on."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 24, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def go(self, **given: float) -> None:
        self.at += timedelta(**given)


@pytest.fixture
def days(monkeypatch: pytest.MonkeyPatch) -> Days:
    days = Days()
    monkeypatch.setattr(clock, "now", days.now)
    return days


def contents(office: Office) -> list[bytes]:
    db.session.rollback()
    files = db.session.scalars(select(SubmissionFile).order_by(SubmissionFile.id))
    return [office.store.path(file.sha256).read_bytes() for file in files]


def test_names_of_files_are_known_before_they_come(office: Office) -> None:
    office.create("uuid:a")

    office.pull()

    assert db.session.scalars(select(Submission)).one().expected_files == ["a.jpg"]


def test_a_late_file_is_fetched_when_all_are_wanted(office: Office, days: Days) -> None:
    office.create("uuid:a")
    office.pull(wants_files=True)
    office.attach("uuid:a", b"late")
    assert office.fetch() == {}
    days.go(minutes=2)

    assert office.fetch()["files"] == 1

    assert contents(office) == [b"late"]
    assert office.mirrored("uuid:a").files_due_at is None
    assert office.differences() == []


def test_a_file_nobody_wants_is_counted_and_not_fetched(
    office: Office, days: Days
) -> None:
    office.create("uuid:a")
    office.pull()
    office.attach("uuid:a")
    days.go(minutes=2)

    office.fetch(wants_files=False)

    assert contents(office) == []
    assert office.mirrored("uuid:a").files_present == 1


def test_a_file_is_fetched_when_somebody_looks(office: Office, days: Days) -> None:
    office.create("uuid:a")
    office.attach("uuid:a", b"here")
    office.pull()
    actions.want(submission_id=db.session.scalars(select(Submission.id)).one())

    office.fetch(wants_files=False)

    assert contents(office) == [b"here"]


def test_a_file_that_is_here_is_not_sent_again(office: Office, days: Days) -> None:
    office.create("uuid:a")
    office.attach("uuid:a", b"here")
    office.pull(wants_files=True)
    office.fetch()
    actions.want(submission_id=db.session.scalars(select(Submission.id)).one())

    assert office.fetch() == {}

    assert contents(office) == [b"here"]


def test_a_replaced_file_is_kept_beside_the_first(office: Office, days: Days) -> None:
    office.create("uuid:a")
    office.attach("uuid:a", b"first")
    office.pull(wants_files=True)
    office.fetch()
    office.attach("uuid:a", b"second")
    actions.want(submission_id=db.session.scalars(select(Submission.id)).one())

    office.fetch()

    assert contents(office) == [b"first", b"second"]


def test_the_edited_version_has_its_file_too(office: Office, days: Days) -> None:
    office.create("uuid:a")
    office.attach("uuid:a", b"photo")
    office.pull(wants_files=True)
    office.fetch()
    office.edit("uuid:a", "uuid:a", "uuid:a2")
    office.pull(wants_files=True)

    office.fetch()

    owners = db.session.scalars(select(SubmissionFile.submission_id))
    assert len(set(owners)) == 2


def test_pauses_grow_and_end_with_a_person(office: Office, days: Days) -> None:
    office.create("uuid:a")
    office.pull(wants_files=True)
    pauses = []
    while office.mirrored("uuid:a").files_due_at is not None:
        due = office.mirrored("uuid:a").files_due_at
        assert due is not None
        pauses.append(due - days.at)
        days.at = due
        office.fetch()

    assert pauses[:4] == [timedelta(minutes=m) for m in (1, 1, 2, 4)]
    assert max(pauses) == timedelta(days=1)
    assert office.mirrored("uuid:a").files_given_up_at is not None


@pytest.mark.parametrize("fault", [Fault.BREAKS_OFF, Fault.FAILS, Fault.HANGS_UP])
def test_a_file_that_breaks_off_is_fetched_next_time(
    office: Office, days: Days, fault: Fault
) -> None:
    office.create("uuid:a")
    office.attach("uuid:a", b"x" * 100_000)
    office.pull(wants_files=True)
    office.fake.faults.order(fault, times=9, path="a.jpg")
    office.fetch()
    assert contents(office) == []
    office.fake.faults.stop()
    days.go(minutes=5)

    office.fetch()

    assert contents(office) == [b"x" * 100_000]


def test_a_file_of_a_version_that_was_replaced_meanwhile_is_not_mistaken(
    office: Office, days: Days, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.create("uuid:a")
    office.attach("uuid:a", b"photo")
    office.pull(wants_files=True)
    usual = office.central.pieces

    def meanwhile(*given: object) -> object:
        monkeypatch.setattr(office.central, "pieces", usual)
        if office.mirrored("uuid:a").current_instance_id == "uuid:a":
            office.edit("uuid:a", "uuid:a", "uuid:a2")
            office.pull(wants_files=True)
        return usual(*given)  # type: ignore[arg-type]

    def begun(path: str, *given: object, **more: object) -> object:
        if "a.jpg" in path:
            monkeypatch.setattr(office.central, "pieces", meanwhile)
        return stream(path, *given, **more)  # type: ignore[arg-type]

    stream = office.central.stream
    monkeypatch.setattr(office.central, "stream", begun)
    office.fetch()
    days.go(minutes=2)

    office.fetch()

    (owner,) = db.session.scalars(select(SubmissionFile.submission_id))
    row = db.session.get_one(Submission, owner)
    assert row.instance_id == "uuid:a2"


def test_files_that_come_are_seen_while_the_etag_rests(
    office: Office, days: Days
) -> None:
    """Believing 304: nothing that it stands for moves when a file arrives."""
    office.create("uuid:a")
    office.pull(wants_files=True)
    office.pull(wants_files=True)
    office.attach("uuid:a")

    office.pull(wants_files=True)
    days.go(minutes=2)
    office.fetch()

    assert office.mirrored("uuid:a").files_present == 1
    assert office.differences() == []
