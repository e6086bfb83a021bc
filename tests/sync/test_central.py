"""The gateway against a Central that goes wrong in every way it knows."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.central import Central
from sync.problems import CentralError
from tests.fakes.central import FakeCentral, Fault, running_central

pytestmark = pytest.mark.allow_hosts(["127.0.0.1", "localhost"])
FORM = b"""<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">
<h:head><h:title>Thu</h:title><model><instance>
<data id="t" version="1"><code/><meta><instanceID/></meta></data>
</instance><bind nodeset="/data/code" type="string"/></model></h:head><h:body/></h:html>
"""
FEED = "projects/1/forms/t.svc/Submissions"
BEFORE = [Fault.FAILS, Fault.BAD_GATEWAY, Fault.UNAVAILABLE, Fault.HANGS_UP]
BROKEN = [
    Fault.BREAKS_OFF,
    Fault.TRUNCATED,
    Fault.PAGE,
    Fault.DONE_BUT_SILENT,
    Fault.RESTARTS,
]


@pytest.fixture
def fake() -> Iterator[FakeCentral]:
    with running_central() as fake:
        yield fake


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def central(fake: FakeCentral, pauses: list[float]) -> Iterator[Central]:
    """Signed in, with a form and three submissions; it notes its pauses."""
    central = Central(
        fake.url, fake.email, fake.password, read_seconds=0.3, sleep=pauses.append
    )
    central.send("POST", "projects", {"name": "Xã Thử"})
    xform = {"Content-Type": "application/xml"}
    given = {"publish": "true"}
    central.send("POST", "projects/1/forms", content=FORM, params=given, **xform)
    for number in range(3):
        send(central, number)
    fake.asked.clear()
    yield central
    central.close()


def send(central: Central, number: int) -> None:
    instance = f"<meta><instanceID>uuid:{number}</instanceID></meta>"
    xml = f'<data id="t" version="1"><code>{number}</code>{instance}</data>'
    place = "projects/1/forms/t/submissions"
    central.send("POST", place, content=xml.encode(), **{"Content-Type": "text/xml"})


def refusal(central: Central, path: str = "projects") -> CentralError:
    with pytest.raises(CentralError) as caught:
        central.get(path)
    return caught.value


# Signing in


def test_a_session_that_ended_is_renewed_once(
    central: Central, fake: FakeCentral
) -> None:
    fake.end_sessions()

    assert central.get("projects")[0]["name"] == "Xã Thử"
    assert [path for _, path in fake.asked] == [
        "/v1/projects",
        "/v1/sessions",
        "/v1/projects",
    ]


def test_a_write_survives_the_end_of_a_session(
    central: Central, fake: FakeCentral
) -> None:
    fake.end_sessions()

    central.send("POST", "projects", {"name": "Xã Hai"})

    assert [p["name"] for p in central.get("projects")] == ["Xã Thử", "Xã Hai"]


def test_a_changed_password_is_refused_and_not_tried_for_ever(
    fake: FakeCentral, central: Central, pauses: list[float]
) -> None:
    for actor in fake.world.actors.values():
        actor.password = "another"
    fake.end_sessions()

    error = refusal(central)

    assert error.problem.code == "central_sign_in_refused"
    assert not error.passing
    assert pauses == []
    assert [path for _, path in fake.asked].count("/v1/sessions") == 1


def test_a_session_that_is_refused_again_and_again_ends_in_a_problem(
    fake: FakeCentral, central: Central
) -> None:
    fake.faults.order(Fault.SESSIONS_END, times=9, path="projects")

    assert refusal(central).problem.code == "central_sign_in_refused"
    assert len(fake.asked) == 3


def test_no_token_is_written_to_disk(
    fake: FakeCentral, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PYODK_CACHE_FILE", str(tmp_path / "cache.toml"))
    monkeypatch.chdir(tmp_path)
    central = Central(fake.url, fake.email, fake.password)

    central.get("projects")
    central.close()

    assert [*tmp_path.rglob("*")] == []


def test_a_token_of_another_user_is_never_used(fake: FakeCentral) -> None:
    first = Central(fake.url, fake.email, fake.password)
    first.get("projects")
    second = Central(fake.url, "other@example.org", "wrong")

    assert refusal(second).problem.code == "central_sign_in_refused"
    first.close()
    second.close()


def test_signing_in_is_repeated_while_central_starts(
    fake: FakeCentral, pauses: list[float]
) -> None:
    fake.faults.order(Fault.BAD_GATEWAY, times=2, path="sessions")
    central = Central(fake.url, fake.email, fake.password, sleep=pauses.append)

    assert central.get("projects") == []
    assert len(pauses) == 2
    central.close()


# What is repeated, and what is not


@pytest.mark.parametrize("fault", [*BEFORE, *BROKEN])
def test_a_question_is_asked_again_until_it_is_answered(
    central: Central, fake: FakeCentral, pauses: list[float], fault: Fault
) -> None:
    fake.faults.order(fault, times=2)

    rows = central.page(FEED, {"$top": 10, "$count": "true"}, None)

    assert [row["code"] for row in rows.rows] == ["2", "1", "0"]
    assert rows.count == 3
    assert len(pauses) == 2


def test_pauses_grow_differ_and_have_an_end(
    fake: FakeCentral, pauses: list[float]
) -> None:
    fake.faults.order(Fault.BAD_GATEWAY, times=99)
    central = Central(
        fake.url, fake.email, fake.password, attempts=9, sleep=pauses.append
    )

    error = refusal(central)

    assert error.passing
    assert len(pauses) == 8
    assert all(2**n / 2 <= pause <= 2**n for n, pause in enumerate(pauses[:5]))
    assert max(pauses) <= 30
    central.close()


def test_it_waits_as_long_as_it_is_asked_to(
    central: Central, fake: FakeCentral, pauses: list[float]
) -> None:
    fake.faults.order(Fault.TOO_MANY)

    central.get("projects")

    assert pauses == [pytest.approx(1.0)]


@pytest.mark.parametrize("fault", [*BEFORE, *BROKEN])
def test_a_write_is_sent_once_and_its_fate_left_open(
    central: Central, fake: FakeCentral, pauses: list[float], fault: Fault
) -> None:
    fake.faults.order(fault, times=9, method="POST")

    with pytest.raises(CentralError) as caught:
        central.send("POST", "projects", {"name": "Xã Hai"})

    assert caught.value.passing
    assert pauses == []
    assert fake.asked == [("POST", "/v1/projects")]


def test_a_refusal_is_not_asked_again(
    central: Central, fake: FakeCentral, pauses: list[float]
) -> None:
    error = refusal(central, "projects/99")

    assert (error.status, error.code) == (404, "404.1")
    assert error.problem.code == "central_not_found"
    assert error.problem.values["address"] == f"{fake.url}/v1/projects/99"
    assert pauses == []
    assert len(fake.asked) == 1


def test_a_code_with_two_digits_after_the_point_stays_what_it_is(
    central: Central,
) -> None:
    entity = {"uuid": "7d3f6a9e-3c8e-4f6a-9d65-0f5a7a4f1c11", "label": "Hộ 1"}
    central.send("POST", "projects/1/datasets", {"name": "households"})
    here = "projects/1/datasets/households/entities"
    central.send("POST", here, entity)

    with pytest.raises(CentralError) as caught:
        central.send("PATCH", f"{here}/{entity['uuid']}", {"label": "Hộ 2"})

    assert caught.value.code == "409.15"
    assert caught.value.details == {"current": "1"}


# Time-outs and bodies


def test_an_answer_that_never_comes_is_given_up_on_plain_http(
    fake: FakeCentral, central: Central
) -> None:
    fake.faults.seconds = 3
    fake.faults.order(Fault.HANGS)
    began = time.monotonic()

    central.get("projects")

    assert time.monotonic() - began < 2


def test_an_answer_that_comes_in_drops_is_given_up(
    fake: FakeCentral, central: Central
) -> None:
    fake.faults.seconds = 4
    fake.faults.order(Fault.DRIPS)
    began = time.monotonic()

    assert len(central.page(FEED, {}, None).rows) == 3
    assert time.monotonic() - began < 2


def test_nobody_there_is_said_with_the_address() -> None:
    with running_central() as fake:
        address = fake.url
    central = Central(address, "a@example.org", "b", attempts=2, sleep=lambda _: None)

    error = refusal(central)

    assert error.problem.code == "central_unreachable"
    assert address in error.problem.sentence("vi")
    assert "Traceback" not in error.problem.sentence("en")
    central.close()


def test_a_body_is_read_piece_by_piece(central: Central) -> None:
    with central.stream(FEED, {"$expand": "*"}) as answer:
        body = b"".join(central.pieces(answer, 100))

    assert body.startswith(b'{"value":[')
    assert body.endswith(b"}")


def test_a_body_that_breaks_off_is_never_taken_for_a_whole_one(
    central: Central, fake: FakeCentral
) -> None:
    fake.faults.order(Fault.BREAKS_OFF)

    with central.stream(FEED) as answer, pytest.raises(CentralError) as caught:
        for _ in central.pieces(answer):
            pass

    assert caught.value.problem.code == "central_unreachable"
    assert caught.value.passing


def test_opening_a_stream_is_repeated(
    central: Central, fake: FakeCentral, pauses: list[float]
) -> None:
    fake.faults.order(Fault.UNAVAILABLE, times=2)

    with central.stream(FEED) as answer:
        assert b"".join(central.pieces(answer)).startswith(b'{"value"')
    assert len(pauses) == 2


def test_what_was_not_changed_is_said_and_not_sent(central: Central) -> None:
    with central.stream(FEED) as answer:
        etag = answer.headers["ETag"]
        assert list(central.pieces(answer))

    with central.stream(FEED, **{"If-None-Match": etag}) as answer:
        assert answer.status_code == 304
        assert list(central.pieces(answer)) == []


def test_packed_answers_are_unpacked() -> None:
    with running_central(zips=True) as fake:
        central = Central(fake.url, fake.email, fake.password)
        central.send("POST", "projects", {"name": "Xã Thử"})
        given = {"publish": "true"}
        central.send("POST", "projects/1/forms", content=FORM, params=given)
        for number in range(30):
            send(central, number)

        with central.stream(FEED) as answer:
            assert answer.headers["Content-Encoding"] == "gzip"
            assert b"".join(central.pieces(answer, 7)).count(b"__id") == 30
        assert len(central.page(FEED, {}, None).rows) == 30
        central.close()


def test_a_connection_is_used_again(central: Central, fake: FakeCentral) -> None:
    assert fake._server is not None
    before = set(fake._server.open_sockets)

    for _ in range(3):
        central.page(FEED, {}, None)
        central.get("projects")

    assert set(fake._server.open_sockets) == before


# Pages


def test_pages_are_asked_of_our_own_address(
    central: Central, fake: FakeCentral
) -> None:
    rows, token = [], None
    for _ in range(3):
        page = central.page(FEED, {"$top": 1}, token)
        rows += page.rows
        token = page.next_token

    assert [row["code"] for row in rows] == ["2", "1", "0"]
    assert token is None
    assert len(fake.asked) == 3  # the links said odk.example.vn


def test_a_page_in_html_is_not_taken_for_an_empty_one(
    central: Central, fake: FakeCentral
) -> None:
    fake.faults.order(Fault.PAGE, times=99)

    with pytest.raises(CentralError) as caught:
        central.page(FEED, {}, None)

    assert caught.value.problem.code == "central_answer_broken"


def test_an_error_page_in_html_has_no_code(central: Central, fake: FakeCentral) -> None:
    fake.faults.order(Fault.BAD_GATEWAY, times=99)

    error = refusal(central)

    assert (error.status, error.code) == (502, "")
    assert error.problem.code == "central_failed"
    assert "502" in error.problem.sentence("vi")


def test_a_restart_in_the_middle_is_outlived(
    fake: FakeCentral, central: Central
) -> None:
    central.get("projects")
    fake.stop()
    again = threading.Timer(0.2, fake.start)
    again.start()
    central._sleep = lambda _: time.sleep(0.2)

    assert central.get("projects")[0]["name"] == "Xã Thử"
    again.join()


def test_an_address_may_be_given_with_or_without_its_version(
    fake: FakeCentral,
) -> None:
    for url in (fake.url, f"{fake.url}/", f"{fake.url}/v1", f"{fake.url}/v1/"):
        central = Central(url, fake.email, fake.password)
        assert central.get("projects") == []
        central.close()
