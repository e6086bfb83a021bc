from server.openrosa import digest
from server.openrosa.digest import Credentials, Verdict

NOW = 1_795_000_000.0
KEY = "key of the installation"


def signed(*, nonce: str, password: str = "mat-khau", **changes: str) -> Credentials:
    given = {
        "username": "ngoc-1", "realm": digest.REALM, "nonce": nonce, "uri": "/a?b=c",
        "nc": "00000001", "cnonce": "abc", "qop": "auth", **changes,
    }  # fmt: skip
    unsigned = Credentials(response="", **given)
    answer = digest.response(unsigned, method="GET", password=password) or ""
    return Credentials(response=answer, **given)


def nonce_of(header: str) -> str:
    return header.split('nonce="')[1].split('"', maxsplit=1)[0]


def check(given: Credentials, *, now: float = NOW, **changes: str) -> Verdict:
    values = {"method": "GET", "raw_uri": "/a?b=c", "password": "mat-khau", "key": KEY}
    return digest.check(given, **{**values, **changes}, now=now)


def test_the_example_of_the_standard_is_answered_as_printed() -> None:
    """RFC 7616, section 3.9.1."""
    given = digest.read(
        'Digest username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", '
        'algorithm=MD5, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", '
        'nc=00000001, cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth, '
        'response="8ca523f5e9506fed4657c9700eebdbec", '
        'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )

    assert given is not None
    said = digest.response(given, method="GET", password="Circle of Life")
    assert said == given.response


def test_who_knows_the_password_gets_in() -> None:
    nonce = nonce_of(digest.challenge(KEY, NOW))

    assert check(signed(nonce=nonce)) is Verdict.ACCEPTED
    assert check(signed(nonce=nonce, nc="000000ff")) is Verdict.ACCEPTED


def test_anything_else_is_refused() -> None:
    nonce = nonce_of(digest.challenge(KEY, NOW))
    good = signed(nonce=nonce)

    assert check(signed(nonce=nonce, password="sai")) is Verdict.REFUSED
    assert check(good, method="POST") is Verdict.REFUSED
    assert check(good, raw_uri="/a?b=d") is Verdict.REFUSED
    assert check(signed(nonce=nonce, realm="other")) is Verdict.REFUSED
    assert check(signed(nonce=nonce, qop="auth-int")) is Verdict.REFUSED
    assert check(signed(nonce=nonce, nc="1")) is Verdict.REFUSED
    assert check(signed(nonce=nonce, algorithm="SHA-256")) is Verdict.REFUSED


def test_a_nonce_wears_out_and_cannot_be_made_up() -> None:
    nonce = nonce_of(digest.challenge(KEY, NOW))
    foreign = nonce_of(digest.challenge("another key", NOW))

    later = NOW + digest.NONCE_SECONDS
    assert check(signed(nonce=nonce), now=later) is Verdict.ACCEPTED
    assert check(signed(nonce=nonce), now=later + 1) is Verdict.STALE
    assert check(signed(nonce=foreign)) is Verdict.STALE
    assert check(signed(nonce="²³.a.b")) is Verdict.STALE


def test_only_who_knows_the_password_learns_that_a_nonce_is_worn() -> None:
    worn = nonce_of(digest.challenge(KEY, NOW - 10_000))

    assert check(signed(nonce=worn, password="sai")) is Verdict.REFUSED
