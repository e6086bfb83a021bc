"""That the fake Central goes wrong as it says: otherwise nothing is proved by it."""

from collections.abc import Iterator
from typing import Any

import pytest

from sync.central import Central
from sync.problems import CentralError
from tests.fakes.central import FakeCentral, Fault, FaultPlan, running_central

pytestmark = pytest.mark.allow_hosts(["127.0.0.1", "localhost"])
FORM = b"""<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">
<h:head><h:title>Thu</h:title><model><instance>
<data id="t" version="1"><code/><photo/><meta><instanceID/></meta></data>
</instance><bind nodeset="/data/photo" type="binary"/></model></h:head><h:body/></h:html>
"""
HERE = "projects/1/forms/t"
FEED = f"{HERE}.svc/Submissions"
ALL = "__system/deletedAt eq null or __system/deletedAt ne null"


def made(fake: FakeCentral) -> Central:
    central = Central(fake.url, fake.email, fake.password, sleep=lambda _: None)
    central.send("POST", "projects", {"name": "Xã Thử"})
    central.send("POST", "projects/1/forms", content=FORM, params={"publish": "true"})
    return central


@pytest.fixture
def fake() -> Iterator[FakeCentral]:
    with running_central() as fake:
        yield fake


@pytest.fixture
def central(fake: FakeCentral) -> Iterator[Central]:
    central = made(fake)
    yield central
    central.close()


def xml(instance: str, code: str = "1", old: str = "") -> bytes:
    deprecated = f"<deprecatedID>{old}</deprecatedID>" if old else ""
    meta = f"<meta><instanceID>{instance}</instanceID>{deprecated}</meta>"
    photo = "<photo>a.jpg</photo>"
    return f'<data id="t" version="1"><code>{code}</code>{photo}{meta}</data>'.encode()


def create(central: Central, instance: str) -> None:
    central.send("POST", f"{HERE}/submissions", content=xml(instance))


def edit(central: Central, root: str, old: str, new: str) -> None:
    place = f"{HERE}/submissions/{root}"
    central.send("PUT", place, content=xml(new, new, old))


def rows(central: Central, **params: str) -> list[dict[str, Any]]:
    given = {f"${name}": value for name, value in params.items()}
    return central.page(FEED, given, None).rows


def test_a_late_commit_shows_up_behind_a_younger_row() -> None:
    with running_central(seed=3, late=0.5) as fake:
        central = made(fake)
        newest, overtaken = "", 0
        seen: set[str] = set()
        for number in range(60):
            create(central, f"uuid:{number}")
            for row in reversed(rows(central)):
                stamp = row["__system"]["submissionDate"]
                if row["__id"] not in seen and stamp < newest:
                    overtaken += 1
                seen.add(row["__id"])
                newest = max(newest, stamp)
        assert overtaken > 3
        assert len(rows(central)) < 60

        fake.settle()

        assert len(rows(central)) == 60
        central.close()


def test_the_same_seed_gives_the_same_course() -> None:
    def course() -> list[int]:
        with running_central(seed=9, late=0.4) as fake:
            central = made(fake)
            counts = []
            for number in range(25):
                create(central, f"uuid:{number}")
                counts.append(len(rows(central)))
            central.close()
            return counts

    assert course() == course()


def test_edits_that_overlap_leave_two_current_versions_until_the_next(
    fake: FakeCentral, central: Central
) -> None:
    create(central, "uuid:1")
    fake.world.late_chance = 1.0
    edit(central, "uuid:1", "uuid:1", "uuid:a")
    edit(central, "uuid:1", "uuid:1", "uuid:b")
    fake.settle()

    found = rows(central)

    assert [row["__id"] for row in found] == ["uuid:1", "uuid:1"]
    assert {row["meta"]["instanceID"] for row in found} == {"uuid:a", "uuid:b"}
    assert fake.truth(1, "t")["uuid:1"]["current"] == ["uuid:a", "uuid:b"]
    with pytest.raises(CentralError) as caught:
        central.get(f"{HERE}/submissions/uuid:1")
    assert caught.value.status == 500

    edit(central, "uuid:1", "uuid:a", "uuid:c")

    assert [row["meta"]["instanceID"] for row in rows(central)] == ["uuid:c"]


def test_a_late_file_moves_neither_time_nor_etag(central: Central) -> None:
    create(central, "uuid:1")
    before = rows(central)[0]["__system"]
    with central.stream(FEED) as answer:
        etag = answer.headers["ETag"]
        list(central.pieces(answer))

    place = f"{HERE}/submissions/uuid:1/attachments/a.jpg"
    central.send("POST", place, content=b"photo")

    after = rows(central)[0]["__system"]
    assert (before["attachmentsPresent"], after["attachmentsPresent"]) == (0, 1)
    assert before["updatedAt"] == after["updatedAt"]
    with central.stream(FEED, **{"If-None-Match": etag}) as answer:
        assert answer.status_code == 304


def test_a_restored_submission_moves_no_time(central: Central) -> None:
    create(central, "uuid:1")
    before = rows(central)

    central.send("DELETE", f"{HERE}/submissions/uuid:1")
    gone = rows(central)
    central.send("POST", f"{HERE}/submissions/uuid:1/restore")

    assert gone == []
    assert rows(central) == before


def test_a_purged_cursor_gives_an_empty_page_and_no_error(
    fake: FakeCentral, central: Central
) -> None:
    for number in range(4):
        create(central, f"uuid:{number}")
    central.send("DELETE", f"{HERE}/submissions/uuid:2")
    first = central.page(FEED, {"$top": 2, "$filter": ALL, "$count": "true"}, None)
    fake.faults.order(Fault.CURSOR_PURGED, path="skiptoken")

    second = central.page(FEED, {"$top": 2, "$filter": ALL}, first.next_token)

    assert [row["__id"] for row in first.rows] == ["uuid:3", "uuid:2"]
    assert (second.rows, second.next_token) == ([], None)
    assert len(rows(central, filter=ALL)) == 3


def test_every_kind_of_fault_is_met() -> None:
    plan = FaultPlan(seed=1, rate=0.6, seconds=0.01)
    with running_central(faults=plan) as fake:
        central = Central(
            fake.url, fake.email, fake.password, attempts=20, sleep=lambda _: None
        )
        for _ in range(200):
            assert central.get("projects") == []
        central.close()

    assert {*plan.met} == {*Fault}


def test_what_was_there_outlives_a_restart(fake: FakeCentral, central: Central) -> None:
    create(central, "uuid:1")

    fake.restart()

    assert [row["__id"] for row in rows(central)] == ["uuid:1"]


def test_it_can_be_filled_with_many_submissions_at_once(
    fake: FakeCentral, central: Central
) -> None:
    fake.fill(1, "t", (xml(f"uuid:{number}") for number in range(300)))

    page = central.page(FEED, {"$top": 10, "$count": "true"}, None)

    assert page.count == 300
    assert page.rows[0]["__id"] == "uuid:299"
