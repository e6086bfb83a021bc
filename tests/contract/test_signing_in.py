"""AUTH: who gets in, by each door. Each test names its line of the checklist."""

import http.client
import re
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from server.accounts.phones import revoke_phone
from server.domain.actor import SYSTEM
from server.openrosa import digest
from tests.contract.collect import COMPLETE, Collect, digest_header, read_answer
from tests.contract.conftest import NOW, Field
from tests.contract.surveys import new_id, submissions, survey

pytestmark = pytest.mark.sqlite_only


def stranger(field: Field) -> Collect:
    """A phone that knows the address and no secret."""
    if field.door == "token":
        return Collect(f"{field.base_url}/key/{'x' * 43}")
    return Collect(f"{field.base_url}/openrosa", field.phone.username, "sai-mat-khau")


def test_a_known_phone_gets_the_list(collect: Collect) -> None:
    """AUTH-1"""
    assert [form.form_id for form in collect.form_list()] == ["household_review"]


def test_a_stranger_is_refused_in_words_and_never_redirected(field: Field) -> None:
    """AUTH-2, AUTH-4"""
    phone = stranger(field)

    for method, path in [
        ("GET", "/formList"),
        ("HEAD", "/submission"),
        ("GET", "/lists/households.csv"),
        ("GET", "/integrity"),
        ("GET", "/forms/household_review/2026112501/form.xml"),
        ("GET", "/forms/household_review/2026112501/manifest"),
    ]:
        answer = phone.get(phone.base + path, method=method)

        assert answer.status == 401
        assert answer.headers["x-openrosa-version"] == "1.0"
        if method == "GET":
            assert "thẻ cài đặt mới" in answer.message
    assert phone.post(survey(new_id())).status == 401
    assert submissions() == []
    phone.close()


def test_a_revoked_phone_is_refused_at_once(field: Field, collect: Collect) -> None:
    """AUTH-2"""
    collect.form_list()

    revoke_phone(by=SYSTEM, phone_id=field.phone.id)

    assert collect.get(collect.base + "/formList", fresh=True).status == 401
    assert collect.post(survey(new_id())).status == 401


@pytest.mark.parametrize("door", ["digest"], indirect=True)
def test_the_challenge_is_one_okhttp_understands(
    field: Field, collect: Collect
) -> None:
    """AUTH-3"""
    answer = collect.raw("GET", f"{collect.base}/formList", None, None, None)

    header = answer.headers["www-authenticate"]
    assert re.fullmatch(
        r'Digest realm="[!-~]+", qop="auth", algorithm=MD5, nonce="[!-~]+"', header
    )


@pytest.mark.parametrize("door", ["token"], indirect=True)
def test_the_token_door_never_asks_for_a_password(field: Field) -> None:
    """AUTH-3: an unknown scheme would stop Collect, a known one would ask the user."""
    phone = stranger(field)

    answer = phone.get(phone.base + "/formList")

    assert "www-authenticate" not in answer.headers
    phone.close()


@pytest.mark.parametrize("door", ["digest"], indirect=True)
def test_one_nonce_serves_parallel_connections_in_any_order(
    field: Field, collect: Collect, more_phones: Callable[[], Collect]
) -> None:
    """AUTH-5"""
    collect.form_list()
    statuses: list[int] = []

    def ask(count: int) -> None:
        phone = more_phones()
        phone.challenge, phone.count = dict(collect.challenge), count
        address = f"{phone.base}/formList?deviceID=collect%3Ax"
        signed = phone.authorization("GET", address)
        statuses.append(phone.raw("GET", address, None, None, signed).status)

    threads = [threading.Thread(target=ask, args=(n,)) for n in (40, 7, 23, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses == [200] * 4


@pytest.mark.parametrize("door", ["digest"], indirect=True)
def test_a_worn_nonce_is_replaced_without_asking_anybody(
    field: Field, collect: Collect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AUTH-6, SUB-15"""
    collect.form_list()
    worn = collect.challenge["nonce"]
    later = NOW + timedelta(seconds=digest.NONCE_SECONDS + 1)
    monkeypatch.setattr("server.clock.now", lambda: later)

    address = f"{collect.base}/formList"
    refused = collect.raw(
        "GET", address, None, None, collect.authorization("GET", address)
    )
    answer = collect.send(survey(new_id()))

    assert refused.status == 401
    assert "stale=true" in refused.headers["www-authenticate"]
    assert (answer.status, answer.message) == (201, COMPLETE)
    assert collect.challenge["nonce"] != worn
    assert len(submissions()) == 1


@pytest.mark.parametrize("door", ["digest"], indirect=True)
def test_a_made_up_nonce_is_worn(field: Field, collect: Collect) -> None:
    """AUTH-6"""
    for nonce in ("abc", "9999999999.a.b", "1.2.3", f"{int(NOW.timestamp())}.aa.bb"):
        collect.challenge = {"realm": digest.REALM, "nonce": nonce}
        address = f"{collect.base}/formList"

        signed = collect.authorization("GET", address)
        answer = collect.raw("GET", address, None, None, signed)

        assert answer.status == 401
        assert "stale=true" in answer.headers["www-authenticate"]


@pytest.mark.parametrize("door", ["digest"], indirect=True)
def test_a_signature_holds_for_its_own_address_and_method_only(
    field: Field, collect: Collect
) -> None:
    """AUTH-4: the bytes of the address are signed, as they are sent."""
    collect.form_list()
    signed = collect.authorization("GET", f"{collect.base}/formList?deviceID=a%3Ab")

    def status(method: str, path: str) -> int:
        return collect.raw(method, collect.base + path, None, None, signed).status

    assert status("GET", "/formList?deviceID=a%3Ab") == 200
    assert status("GET", "/formList?deviceID=a:b") == 401
    assert status("GET", "/lists/households.csv") == 401
    assert status("HEAD", "/formList?deviceID=a%3Ab") == 401


@pytest.mark.parametrize("door", ["digest"], indirect=True)
@pytest.mark.parametrize(
    "header",
    [
        "Digest",
        "Digest username",
        'Digest username="x", realm="ra-soat"',
        "Basic YTpi",
        'Digest username="\xe9", realm="", nonce="", uri="", response=""',
        "Digest " + "a=b, " * 500,
    ],
)
def test_a_broken_authorization_is_refused(
    field: Field, collect: Collect, header: str
) -> None:
    """AUTH-4"""
    answer = collect.raw("GET", f"{collect.base}/formList", None, None, header)

    assert answer.status == 401


@pytest.mark.parametrize("door", ["digest"], indirect=True)
def test_the_body_is_read_before_a_post_is_refused(
    field: Field, collect: Collect
) -> None:
    """SUB-15: otherwise the phone sees a broken connection instead of the challenge."""
    address = collect.with_device(collect.submission_url)
    body = b"x" * 3_000_000
    kind = {"Content-Type": "multipart/form-data; boundary=b"}

    first = collect.raw("POST", address, kind, body, None)
    again = collect.raw("GET", f"{collect.base}/formList", None, None, None)

    assert (first.status, again.status) == (401, 401)


@pytest.mark.parametrize("door", ["digest"], indirect=True)
def test_an_address_of_five_hundred_ids_can_be_signed(
    field: Field, collect: Collect
) -> None:
    """ENT-4: the Authorization header repeats the address."""
    ids = [new_id() for _ in range(500)]

    assert collect.deleted(f"{collect.base}/integrity", ids) == {}


@pytest.mark.parametrize("door", ["digest"], indirect=True)
def test_another_users_name_does_not_sign(field: Field, collect: Collect) -> None:
    """AUTH-4"""
    other = field.another_phone()
    collect.form_list()
    uri = "/openrosa/formList"

    signed = digest_header(
        collect.challenge,
        other.username,
        collect.password,
        method="GET",
        uri=uri,
        count=9,
    )
    connection = http.client.HTTPConnection(field.base_url.removeprefix("http://"))
    connection.request("GET", uri, headers={"Authorization": signed})

    assert read_answer(connection).status == 401
    connection.close()
