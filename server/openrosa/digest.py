"""HTTP Digest (RFC 7616, MD5, qop=auth): how Collect signs in over plain http.

Nonces are signed instead of stored, so that every process of a server accepts them; they
expire after some minutes, which a phone notices as `stale=true` and answers by signing
again without asking anybody. The count `nc` is not remembered: Collect uses one nonce
from several connections at once, in any order.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

REALM = "ra-soat"
NONCE_SECONDS = 600
_PARAMETER = re.compile(r'(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')
_REQUIRED = ("username", "realm", "nonce", "uri", "response")


class Verdict(Enum):
    """What became of an Authorization header."""

    ACCEPTED = "accepted"
    STALE = "stale"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Credentials:
    """The parameters of an Authorization header."""

    username: str
    realm: str
    nonce: str
    uri: str
    response: str
    nc: str = ""
    cnonce: str = ""
    qop: str = ""
    algorithm: str = "MD5"


def challenge(key: str, now: float, *, is_stale: bool = False) -> str:
    """The WWW-Authenticate header: a fresh nonce."""
    stale = ", stale=true" if is_stale else ""
    return (
        f'Digest realm="{REALM}", qop="auth", algorithm=MD5, '
        f'nonce="{_nonce(key, int(now), secrets.token_hex(8))}"{stale}'
    )


def read(header: str) -> Credentials | None:
    """The credentials of a header; None when it is not one of Digest."""
    scheme, _, rest = header.partition(" ")
    if scheme.lower() != "digest":
        return None
    found = {
        name.lower(): re.sub(r"\\(.)", r"\1", quoted) or bare
        for name, quoted, bare in _PARAMETER.findall(rest)
    }
    if any(not found.get(name) for name in _REQUIRED):
        return None
    known = set(Credentials.__dataclass_fields__)
    return Credentials(**{k: v for k, v in found.items() if k in known})


def check(
    given: Credentials,
    *,
    method: str,
    raw_uri: str,
    password: str,
    key: str,
    now: float,
) -> Verdict:
    """Whether the sender knows the password and signed this very request.

    Only who knows the password learns that a nonce is stale.
    """
    if given.realm != REALM or given.algorithm.upper() != "MD5":
        return Verdict.REFUSED
    if not hmac.compare_digest(given.uri.encode(), raw_uri.encode()):
        return Verdict.REFUSED
    expected = response(given, method=method, password=password)
    if expected is None or not hmac.compare_digest(
        given.response.lower().encode(), expected.encode()
    ):
        return Verdict.REFUSED
    return _nonce_verdict(given.nonce, key, now)


def response(given: Credentials, *, method: str, password: str) -> str | None:
    """The response of whoever knows `password`; None for an unknown qop."""
    secret = _md5(f"{given.username}:{given.realm}:{password}")
    request = _md5(f"{method}:{given.uri}")
    if given.qop == "auth" and given.cnonce and re.fullmatch("[0-9a-f]{8}", given.nc):
        return _md5(f"{secret}:{given.nonce}:{given.nc}:{given.cnonce}:auth:{request}")
    return None


def _nonce_verdict(nonce: str, key: str, now: float) -> Verdict:
    at, _, rest = nonce.partition(".")
    if not (at.isdecimal() and at.isascii()) or len(at) > 12:
        return Verdict.STALE
    if not hmac.compare_digest(
        _nonce(key, int(at), rest.partition(".")[0]).encode(), nonce.encode()
    ):
        return Verdict.STALE
    is_fresh = -60 <= now - int(at) <= NONCE_SECONDS
    return Verdict.ACCEPTED if is_fresh else Verdict.STALE


def _nonce(key: str, at: int, salt: str) -> str:
    signed = f"{at}.{salt}"
    signature = hmac.new(key.encode(), f"digest:{signed}".encode(), hashlib.sha256)
    return f"{signed}.{signature.hexdigest()[:32]}"


_md5: Callable[[str], str] = lambda text: hashlib.md5(  # noqa: E731
    text.encode(), usedforsecurity=False
).hexdigest()
