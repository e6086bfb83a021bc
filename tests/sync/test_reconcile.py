"""What moves no stamp at Central: files, restoring, purging, and mass loss."""

import pytest

from server.domain.actor import SYSTEM
from server.domain.problems import Refused
from server.mirror import actions
from sync.problems import CentralError
from sync.rows import rows_in
from tests.fakes.central import Fault
from tests.sync.office import Office

pytestmark = pytest.mark.sqlite_only


def test_nothing_differs_after_a_pull(office: Office) -> None:
    for name in ("uuid:a", "uuid:b"):
        office.create(name)
    office.pull()

    assert +office.reconcile() == {}


def test_what_a_pull_never_saw_is_found(office: Office) -> None:
    office.create("uuid:a")
    office.place()

    assert office.reconcile()["new"] == 1

    assert office.differences() == []


def test_files_that_came_long_after_are_noticed(office: Office) -> None:
    """The ETag and every stamp stay as they were: a 304 would say "no change"."""
    office.create("uuid:a")
    office.fake.world.clock.advance(3600)
    office.create("uuid:b")  # moves the watermark on
    office.pull()
    before = etag(office)
    office.attach("uuid:a")
    assert etag(office) == before
    assert +office.pull() == {}

    assert office.reconcile()["changed"] == 1

    assert office.differences() == []


def etag(office: Office) -> str:
    with office.central.stream(office.place().feed) as answer:
        return str(answer.headers["ETag"])


def test_what_was_restored_counts_again(office: Office) -> None:
    office.create("uuid:a")
    office.delete("uuid:a")
    office.pull()
    office.fake.world.clock.advance(3600)
    office.restore("uuid:a")
    office.create("uuid:b")
    office.pull()
    office.fake.world.clock.advance(3600)
    office.create("uuid:c")
    office.pull()

    office.reconcile()

    assert office.state("uuid:a") == "waiting"
    assert office.differences() == []


def test_what_was_purged_stays_here_and_does_not_count(office: Office) -> None:
    for name in ("uuid:a", "uuid:b"):
        office.create(name)
    office.delete("uuid:a")
    office.pull()
    office.purge("uuid:a")

    assert office.reconcile()["purged"] == 1

    assert office.state("uuid:a") == "withdrawn"
    assert office.differences() == []
    assert +office.reconcile() == {}


def test_what_was_purged_and_sent_again_is_compared_by_a_person(office: Office) -> None:
    office.create("uuid:a")
    office.delete("uuid:a")
    office.pull()
    office.purge("uuid:a")
    office.reconcile()
    office.create("uuid:a", code="other")

    office.pull()

    assert office.state("uuid:a") == "quarantined"
    assert office.mirrored("uuid:a").purged_at is None


def test_what_was_purged_and_sent_again_unchanged_simply_counts(office: Office) -> None:
    office.create("uuid:a")
    office.delete("uuid:a")
    office.pull()
    office.purge("uuid:a")
    office.reconcile()
    office.create("uuid:a")

    office.pull()

    assert office.state("uuid:a") == "waiting"
    assert office.differences() == []


def test_mass_loss_takes_nothing_away_until_a_person_says_so(office: Office) -> None:
    for number in range(5):
        office.create(f"uuid:{number}")
    office.pull()
    for number in range(3):
        office.purge(f"uuid:{number}")

    assert office.reconcile()["purged"] == 0

    assert office.followed().losses == 3
    assert office.state("uuid:0") == "waiting"
    actions.allow_losses(by=SYSTEM, form_id=office.followed().id)
    assert office.reconcile()["purged"] == 3
    assert office.state("uuid:0") == "withdrawn"
    assert office.followed().losses == 0


def test_a_permission_holds_for_the_losses_somebody_looked_at(office: Office) -> None:
    for number in range(5):
        office.create(f"uuid:{number}")
    office.pull()
    office.purge("uuid:0")
    office.reconcile()
    actions.allow_losses(by=SYSTEM, form_id=office.followed().id)
    office.purge("uuid:1")

    assert office.reconcile()["purged"] == 0

    assert office.followed().losses == 2


def test_those_that_are_missing_are_named_until_they_are_back(office: Office) -> None:
    for number in range(5):
        office.create(f"uuid:{number}")
    office.pull()
    with office.fake.world.lock:
        form = office.fake.form(office.project, office.form)
        kept = dict(form.submissions)
        for number in range(3):
            form.submissions.pop(f"uuid:{number}")
    office.reconcile()
    assert office.mirrored("uuid:0").missing_at
    assert office.mirrored("uuid:4").missing_at is None

    with office.fake.world.lock:
        form.submissions.update(kept)
    office.reconcile()

    assert office.mirrored("uuid:0").missing_at is None
    assert office.followed().losses == 0


def test_nobody_allows_losses_that_there_are_not(office: Office) -> None:
    office.pull()

    with pytest.raises(Refused):
        actions.allow_losses(by=SYSTEM, form_id=office.followed().id)


@pytest.mark.parametrize("fault", [Fault.TRUNCATED, Fault.BREAKS_OFF, Fault.PAGE])
def test_an_index_that_breaks_off_takes_nothing_away(
    office: Office, fault: Fault
) -> None:
    for number in range(30):
        office.create(f"uuid:{number}")
    office.pull()
    office.fake.faults.order(fault, times=2, path="select")

    assert +office.reconcile() == {}

    office.fake.faults.order(fault, times=99, path="select")
    with pytest.raises(CentralError):
        office.reconcile()
    assert office.differences() == []


def test_an_edit_that_raced_with_the_index_is_settled(office: Office) -> None:
    office.create("uuid:a")
    office.pull()
    office.race("uuid:a", "uuid:a", "uuid:x", "uuid:y")

    office.reconcile()

    assert office.differences() == []
    assert +office.reconcile() == {}


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 10_000])
def test_rows_are_read_as_they_come(size: int) -> None:
    text = '{"value": [{"a":"ế]"}, {"a":{"b":[1]}} , {}],"@odata.context":"x"}'.encode()
    pieces = [text[at : at + size] for at in range(0, len(text), size)]

    assert list(rows_in(pieces)) == [{"a": "ế]"}, {"a": {"b": [1]}}, {}]


@pytest.mark.parametrize("length", range(0, 40, 3))
def test_rows_that_are_cut_off_are_refused(length: int) -> None:
    text = b'{"value":[{"a":"b"},{"a":"c"},{"a":"d"}]}'

    with pytest.raises(ValueError, match="cut off"):
        list(rows_in([text[:length]]))
