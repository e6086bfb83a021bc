"""Why no answer came, on real sockets with real certificates."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from server import clock
from sync.central import Central
from sync.checks_there import Account, look_there, tls
from sync.problems import CentralError
from tests.fakes.central import FakeCentral, running_central
from tests.fakes.encrypted import encrypted

pytestmark = pytest.mark.allow_hosts(["127.0.0.1", "localhost", "::1"])


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeCentral]:
    with running_central() as fake:
        yield fake


def port_of(fake: FakeCentral) -> int:
    return int(fake.url.rpartition(":")[2])


def asked(url: str) -> str:
    """What becomes of one question: "" for an answer, or the code of the sentence."""
    central = Central(url, "sync@example.org", "a long password", attempts=1)
    failure = None
    try:
        central.get("projects")
    except CentralError as error:
        failure = error.problem
    central.close()
    if failure is None:
        return ""
    for language in ("vi", "en"):
        assert url in failure.sentence(language)
        assert "Error" not in failure.sentence(language)  # a word of programmers
    return failure.code


@pytest.mark.parametrize(
    ("days", "name", "is_known", "code"),
    [
        (100, "localhost", True, ""),
        (-3, "localhost", True, "central_certificate_expired"),
        (100, "another.example", True, "central_certificate_of_another"),
        (100, "localhost", False, "central_certificate_untrusted"),
    ],
)
def test_each_fault_of_a_certificate_is_called_by_its_name(
    fake: FakeCentral,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    days: int,
    name: str,
    is_known: bool,
    code: str,
) -> None:
    with encrypted(tmp_path, port_of(fake), days=days, name=name) as door:
        if is_known:
            monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(door.certificate))

        assert asked(door.url) == code


def test_a_server_without_encryption_has_no_bad_certificate(fake: FakeCentral) -> None:
    assert asked(fake.url.replace("http:", "https:")) == "central_no_tls"


def test_a_name_that_does_not_exist_is_not_a_broken_network() -> None:
    assert asked("http://odk.invalid") == "central_name_unknown"


def test_nobody_at_an_address_is_not_a_slow_answer() -> None:
    assert asked("http://127.0.0.1:9") == "central_unreachable"


@pytest.mark.parametrize(
    ("days", "code", "state"),
    [(100, "doctor_tls", "well"), (20, "doctor_tls_ends", "attention")],
)
def test_the_doctor_reads_the_last_day_off_the_certificate(
    fake: FakeCentral, tmp_path: Path, days: int, code: str, state: str
) -> None:
    with encrypted(tmp_path, port_of(fake), days=days) as door:
        found = tls(door.url)

    assert (found.problem.code, found.state) == (code, state)
    ends = clock.today().toordinal() + days
    day, month, year = map(int, found.problem.values["date"].split("/"))
    assert abs(clock.today().replace(year, month, day).toordinal() - ends) <= 1


def test_the_doctor_calls_an_expired_certificate_bad_and_leaves_the_rest_open(
    fake: FakeCentral, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with encrypted(tmp_path, port_of(fake), days=-1) as door:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(door.certificate))
        central = Central(door.url, fake.email, fake.password, attempts=1)

        found = {each.check: each for each in look_there(central, Account("", 1), [])}

        central.close()
    assert found["reachable"].problem.code == "central_certificate_expired"
    assert found["tls"].problem.code == "doctor_tls_untrusted"
    assert found["rights"].state == found["forms"].state == "unknown"
