"""Each hole of importers that pull "what is newer than the last one", and others."""

import json
import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from server import clock
from server.db import db
from server.domain.actor import SYSTEM
from server.inbox.tables import Reading, Submission
from server.mirror import actions, queries
from server.mirror.actions import Overtaken
from server.mirror.tables import MirroredComment, MirroredVersion
from sync import pull as pulling
from sync.central import Central
from sync.following import follow
from sync.problems import CentralError
from sync.pull import pull
from sync.rows import Place
from tests.fakes.central import Fault
from tests.sync.office import Office

pytestmark = pytest.mark.sqlite_only


def test_what_was_sent_is_pulled_once(office: Office) -> None:
    office.create("uuid:a")
    office.create("uuid:b")

    first, again = office.pull(), office.pull()

    assert (first["new"], +again) == (2, {})
    assert office.instances() == ["uuid:a", "uuid:b"]
    assert office.differences() == []


def test_a_second_row_of_the_same_instant_is_not_lost(office: Office) -> None:
    """Boundary second: `gt` the last one seen passes over its twin."""
    office.create("uuid:a")
    office.pull()
    submissions = office.fake.form(office.project, "t").submissions
    office.create("uuid:b")
    submissions["uuid:b"].created_at = submissions["uuid:a"].created_at

    office.pull()

    assert office.instances() == ["uuid:a", "uuid:b"]


def test_a_row_committed_after_a_younger_one_is_not_lost(office: Office) -> None:
    """Cursor = newest seen, or now after fetching: what is committed late is older."""
    world = office.fake.world
    usual, late = world.commit, []
    world.commit = late.append  # type: ignore[method-assign]
    office.create("uuid:late")
    world.commit = usual  # type: ignore[method-assign]
    office.create("uuid:younger")
    office.pull()
    assert office.instances() == ["uuid:younger"]
    world.clock.advance(300)
    late[0]()

    office.pull()

    assert office.differences() == []


def test_our_clock_plays_no_part(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead = clock.now() + timedelta(days=900)
    monkeypatch.setattr(clock, "now", lambda: ahead)
    office.create("uuid:a")
    office.pull()
    office.create("uuid:b")

    office.pull()

    assert office.instances() == ["uuid:a", "uuid:b"]
    watermark = office.followed().watermark
    assert watermark is not None
    assert watermark < ahead - timedelta(days=800)


def test_an_edit_is_the_next_version_of_the_same_submission(office: Office) -> None:
    office.create("uuid:a")
    office.pull()
    office.edit("uuid:a", "uuid:a", "uuid:a2")

    assert office.pull()["changed"] == 1

    row = db.session.scalars(
        select(Submission).where(Submission.instance_id == "uuid:a2")
    ).one()
    assert row.deprecated_id == "uuid:a"
    assert json.loads(row.payload)["code"] == "2"
    assert office.differences() == []


def test_an_edit_of_an_edit_replaces_the_one_before(office: Office) -> None:
    office.create("uuid:a")
    for old, new in (("uuid:a", "uuid:a2"), ("uuid:a2", "uuid:a3")):
        office.pull()
        office.edit("uuid:a", old, new)

    office.pull()

    found = db.session.scalars(select(Submission).order_by(Submission.id)).all()
    assert [row.deprecated_id for row in found] == [None, "uuid:a", "uuid:a2"]


def test_an_edit_tells_the_version_of_the_form_it_was_made_with(office: Office) -> None:
    office.create("uuid:a")
    office.pull()
    office.publish_again("2")
    office.edit("uuid:a", "uuid:a", "uuid:a2", version="2")

    office.pull()

    found = db.session.scalars(select(Submission).order_by(Submission.id)).all()
    assert [row.form_version for row in found] == ["1", "2"]


def test_a_new_version_of_the_form_changes_nothing_that_was_sent(
    office: Office,
) -> None:
    office.create("uuid:a")
    office.pull()
    office.publish_again("2")
    office.review("uuid:a", "approved")

    office.pull()

    assert office.instances() == ["uuid:a"]
    assert office.followed().version == "2"
    assert office.mirrored("uuid:a").review_state == "approved"


def test_one_bad_record_does_not_stop_the_others(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = office.central.page

    def spoilt(*given: object) -> object:
        found = page(*given)  # type: ignore[arg-type]
        for row in found.rows:
            if row["__id"] == "uuid:bad":
                row["__system"]["submissionDate"] = "gestern"
        return found

    monkeypatch.setattr(office.central, "page", spoilt)
    for name in ("uuid:a", "uuid:bad", "uuid:c"):
        office.create(name)

    first = office.pull()
    again = office.pull()

    assert (first["new"], first["unreadable"], +again) == (2, 1, {})
    kept = [name for name in office.instances() if name.startswith("unreadable:")]
    assert office.state(kept[0]) == "quarantined"
    codes = db.session.scalars(select(Reading.problem_codes))
    assert "central_row_unreadable" in set(codes)


def test_reviews_and_comments_come_over(office: Office) -> None:
    office.create("uuid:a")
    office.pull()
    office.comment("uuid:a", "Thiếu ảnh")
    office.review("uuid:a", "hasIssues")

    office.pull()

    assert office.mirrored("uuid:a").review_state == "hasIssues"
    (comment,) = db.session.scalars(select(MirroredComment))
    assert (comment.text, comment.author) == ("Thiếu ảnh", office.fake.email)


def test_what_is_deleted_is_withdrawn_and_comes_back(office: Office) -> None:
    office.create("uuid:a")
    office.pull()
    office.delete("uuid:a")
    assert office.pull()["deleted"] == 1
    assert office.state("uuid:a") == "withdrawn"

    office.restore("uuid:a")
    assert +office.pull() == {"changed": 1, "restored": 1}

    assert office.state("uuid:a") == "waiting"
    assert office.differences() == []


def test_what_was_deleted_before_the_first_pull_is_kept_all_the_same(
    office: Office,
) -> None:
    office.create("uuid:a")
    office.delete("uuid:a")

    office.pull()

    assert office.state("uuid:a") == "withdrawn"


def test_edits_that_raced_are_both_kept_and_neither_counts(office: Office) -> None:
    office.create("uuid:a")
    office.pull()
    office.race("uuid:a", "uuid:a", "uuid:x", "uuid:y")

    assert office.pull()["raced"] == 1

    assert {office.state("uuid:x"), office.state("uuid:y")} == {"quarantined"}
    assert office.mirrored("uuid:a").current_instance_id == "uuid:a"
    assert office.differences() == []
    assert +office.pull() == {}


def test_the_edit_that_ends_a_race_replaces_both(office: Office) -> None:
    office.create("uuid:a")
    office.pull()
    office.race("uuid:a", "uuid:a", "uuid:x", "uuid:y")
    office.pull()
    office.edit("uuid:a", "uuid:x", "uuid:z")

    office.pull()

    assert {office.state("uuid:x"), office.state("uuid:y")} == {"withdrawn"}
    assert office.state("uuid:z") == "waiting"
    row = db.session.scalars(
        select(Submission).where(Submission.instance_id == "uuid:z")
    ).one()
    assert row.deprecated_id == "uuid:a"
    assert office.differences() == []


def test_a_race_on_the_border_of_two_pages_is_seen(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulling, "ROWS_AT_ONCE", 2)
    for name in ("uuid:a", "uuid:b", "uuid:c"):
        office.create(name)
    office.race("uuid:b", "uuid:b", "uuid:x", "uuid:y")

    assert office.pull()["raced"] == 1

    assert {office.state("uuid:x"), office.state("uuid:y")} == {"quarantined"}
    assert office.differences() == []


def test_a_purged_cursor_begins_again_without_moving_on(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulling, "ROWS_AT_ONCE", 2)
    for number in range(7):
        office.create(f"uuid:{number}")
    office.delete("uuid:5")
    office.fake.faults.order(Fault.CURSOR_PURGED, path="skiptoken")

    office.pull()

    assert "uuid:5" not in office.fake.truth(office.project, "t")
    assert len(office.instances()) == 7
    office.reconcile()
    assert office.differences() == []
    assert office.state("uuid:5") == "withdrawn"


def test_fewer_rows_than_were_counted_are_asked_for_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        office.create(f"uuid:{number}")
    page, cut = office.central.page, []

    def short(*given: object) -> object:
        found = page(*given)  # type: ignore[arg-type]
        if not cut:
            cut.append(found.rows.pop())
        return found

    monkeypatch.setattr(office.central, "page", short)
    office.pull()

    assert cut
    assert office.differences() == []


@pytest.mark.parametrize(
    "fault",
    [Fault.TRUNCATED, Fault.BREAKS_OFF, Fault.PAGE, Fault.FAILS, Fault.HANGS_UP],
)
def test_a_broken_answer_loses_nothing(
    office: Office, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulling, "ROWS_AT_ONCE", 2)
    for number in range(5):
        office.create(f"uuid:{number}")
    office.fake.faults.order(fault, times=2, path="Submissions")

    office.pull()

    assert office.differences() == []


def test_a_pull_that_fails_does_not_move_the_watermark(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulling, "ROWS_AT_ONCE", 2)
    for number in range(5):
        office.create(f"uuid:{number}")
    office.fake.faults.order(Fault.FAILS, times=99, path="skiptoken")

    with pytest.raises(CentralError):
        office.pull()

    assert office.followed().watermark is None
    office.fake.faults.stop()
    assert office.pull()["new"] == 3
    assert office.differences() == []


def test_a_change_behind_the_pages_comes_with_the_next_pull(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A first pull takes long; what is edited behind its back is not newer than the
    newest row it ends with."""
    monkeypatch.setattr(pulling, "ROWS_AT_ONCE", 2)
    for number in range(6):
        office.create(f"uuid:{number}")
    place = office.place()
    pages: list[int] = []

    def meanwhile(_what: str, done: int, _total: int) -> None:
        pages.append(done)
        if done == 2:
            office.edit("uuid:5", "uuid:5", "uuid:5b")  # it was on the first page
            office.fake.world.clock.advance(3600)
        if done == 4:
            office.review("uuid:0", "approved")  # still to come, and much younger

    pull(office.central, place, wants_files=False, progress=meanwhile)
    assert "uuid:5b" not in office.instances()

    office.pull()

    assert office.differences() == []


def test_a_form_that_was_created_anew_stops_and_takes_nothing_away(
    office: Office,
) -> None:
    office.create("uuid:a")
    office.pull()
    office.central.send("DELETE", office.path)
    office.publish("9")

    assert list_places(office) == []

    form = office.followed()
    assert form.stopped_reason == "form_recreated"
    assert office.state("uuid:a") == "waiting"
    actions.follow_recreated(by=SYSTEM, form_id=form.id)
    office.create("uuid:b", version="9")
    office.pull()
    assert office.instances() == ["uuid:a", "uuid:b"]
    assert office.differences() == []


def list_places(office: Office) -> list[Place]:
    return follow(office.central, office.project)


def test_a_form_that_is_missing_waits_until_it_is_back(office: Office) -> None:
    office.create("uuid:a")
    office.pull()
    number = office.fake.form(office.project, "t").number
    office.central.send("DELETE", office.path)
    assert list_places(office) == []
    assert office.followed().stopped_reason == "form_missing"

    office.central.send("POST", f"projects/{office.project}/forms/{number}/restore")

    assert office.pull() == {}
    assert office.followed().stopped_reason is None


def test_a_page_that_was_overtaken_is_asked_for_again(office: Office) -> None:
    office.create("uuid:a")
    place = office.place()
    older = queries.get_form(place.form_id).sequence
    rows = office.central.page(place.feed, {"$expand": "*"}, None).rows
    office.edit("uuid:a", "uuid:a", "uuid:a2")
    office.pull()

    with pytest.raises(Overtaken):
        actions.apply_page(
            by=SYSTEM,
            form_id=place.form_id,
            sequence=older,
            rows=rows,
            form_versions={},
        )

    assert office.mirrored("uuid:a").current_instance_id == "uuid:a2"


def test_a_pull_without_changes_costs_two_small_requests(office: Office) -> None:
    office.create("uuid:a")
    office.pull()
    before = len(office.fake.asked)

    office.pull()

    assert len(office.fake.asked) - before == 2
    assert db.session.scalars(select(MirroredVersion)).all()


def test_the_first_pull_of_many_is_not_repeated(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A district that turns to us was surveyed in the last ten minutes, or is a test."""
    monkeypatch.setattr(pulling, "ROWS_AT_ONCE", 2)
    for number in range(7):
        office.create(f"uuid:{number}")
    office.pull()
    before = len(office.fake.asked)

    assert +office.pull() == {}

    assert len(office.fake.asked) - before == 2


def test_what_is_committed_late_ends_the_rest(office: Office) -> None:
    """Nothing is newer than before, and yet there is something new."""
    world = office.fake.world
    usual, late = world.commit, []
    world.commit = late.append  # type: ignore[method-assign]
    office.create("uuid:late")
    world.commit = usual  # type: ignore[method-assign]
    office.create("uuid:younger")
    for _ in range(3):
        office.pull()

    late[0]()

    assert office.pull()["new"] == 1
    assert office.differences() == []


def test_a_proxy_without_etags_costs_a_page_and_nothing_else(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Central, "etag_of", lambda *_: "")
    office.create("uuid:a")
    office.pull()
    office.edit("uuid:a", "uuid:a", "uuid:a2")

    assert office.pull()["changed"] == 1
    assert +office.pull() == {}


def test_of_a_form_with_one_version_no_edit_is_asked_for_its_own(
    office: Office,
) -> None:
    for name in ("uuid:a", "uuid:b", "uuid:c"):
        office.create(name)
        office.edit(name, name, f"{name}2")

    office.pull()

    asked = [path for _, path in office.fake.asked if "versions" in path]
    assert len(asked) == 1
    office.publish_again("2")
    for name in ("uuid:a", "uuid:b"):
        office.edit(name, f"{name}2", f"{name}3", version="2")
    office.pull()
    told = {row.instance_id: row.form_version for row in _submissions()}
    assert told["uuid:a3"] == told["uuid:b3"] == "2"
    assert told["uuid:c2"] == "1"


def test_a_page_that_is_not_taken_over_leaves_nobody_asking(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next page is on its way meanwhile, by a client that is not to be shared."""
    monkeypatch.setattr(pulling, "ROWS_AT_ONCE", 1)
    office.create("uuid:a")
    office.create("uuid:b")

    def fail(**_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(actions, "apply_page", fail)
    with pytest.raises(OSError, match="space"):
        office.pull()

    assert not [each for each in threading.enumerate() if each.name == "ahead"]


def _submissions() -> list[Submission]:
    return list(db.session.scalars(select(Submission)))
