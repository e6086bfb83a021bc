"""Two doors for phones, one room behind them.

`/key/<token>/…` needs nothing but the address on the settings card; `/openrosa/…` signs
in by Digest, for those who type a user name. A door never redirects: Collect would turn
a redirected POST into a GET and a sign-in page into a form list.
"""

import errno
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

from flask import Response, current_app, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from server import clock
from server.accounts.phones import see_phone
from server.accounts.queries import find_phone_by_token, find_phone_by_username
from server.accounts.tables import Phone
from server.domain.problems import Problem, Refused
from server.openrosa import digest, documents
from server.web.security import exempt_from_csrf, public

_FULL_DISK = {errno.ENOSPC, errno.EDQUOT}
_DRAIN_CHUNK = 1 << 16


def for_phones(view: Callable[..., Response]) -> Callable[..., Response]:
    """Let a phone in, hand it to `view`, and answer whatever happens as OpenRosa."""

    @exempt_from_csrf
    @public
    @wraps(view)
    def entered(token: str | None = None, **values: Any) -> Response:
        request.max_content_length = current_app.config["MAX_UPLOAD_MB"] * 1024**2
        try:
            phone = _by_token(token) if token is not None else _by_digest()
            if isinstance(phone, Response):
                return _finished(phone)
            see_phone(phone.id, device_id(), _collect_version())
            return _finished(view(phone, **values))
        except Refused as refused:
            return _finished(refusal(*refused.problems, status=refused.status))
        except RequestEntityTooLarge:
            limit = {"limit": current_app.config["MAX_UPLOAD_MB"]}
            problem = Problem("upload_too_large", "", limit)
            return _finished(refusal(problem, status=413))
        except BadRequest:
            return _finished(refusal(Problem("upload_cut"), status=400))
        except (OSError, OperationalError) as error:
            return _finished(_out_of_order(error))

    return entered


def refusal(*problems: Problem, status: int) -> Response:
    """Why not, in words that Collect shows as they are."""
    text = " ".join(problem.sentence("vi") for problem in problems)
    return xml(documents.message(text, nature="error"), status=status)


def xml(content: bytes, status: int = 200) -> Response:
    """An answer Collect accepts: it refuses application/xml."""
    return Response(content, status, content_type="text/xml; charset=utf-8")


def device_id() -> str | None:
    """What the phone calls itself; PostgreSQL keeps no null character."""
    return request.args.get("deviceID", "").replace("\0", "")[:200] or None


def _by_token(token: str) -> Phone | Response:
    phone = find_phone_by_token(token)
    if phone is None:
        # No challenge: Collect has no password to answer it with.
        return refusal(Problem("phone_unknown"), status=401)
    return phone


def _by_digest() -> Phone | Response:
    key, now = current_app.config["SECRET_KEY"], clock.now().timestamp()
    given = digest.read(request.headers.get("Authorization", ""))
    phone = find_phone_by_username(given.username) if given else None
    verdict = digest.Verdict.REFUSED
    if given is not None and phone is not None:
        verdict = digest.check(
            given,
            method=request.method,
            raw_uri=_raw_uri(),
            password=phone.secrets["password"],
            key=key,
            now=now,
        )
        if verdict is digest.Verdict.ACCEPTED:
            return phone
    answer = refusal(Problem("phone_unknown"), status=401)
    is_stale = verdict is digest.Verdict.STALE
    answer.headers["WWW-Authenticate"] = digest.challenge(key, now, is_stale=is_stale)
    return answer


def _raw_uri() -> str:
    """The address as it was sent: Digest signs the bytes, not what they mean."""
    environ = request.environ
    raw: str = environ.get("RAW_URI") or environ.get("REQUEST_URI") or ""
    if not raw:
        raw = quote(request.root_path + request.path, safe="/:@!$&'()*+,;=~")
        if request.query_string:
            raw += "?" + request.query_string.decode("latin-1")
    if raw.startswith(("http://", "https://")):
        raw = "/" + raw.split("/", 3)[3]
    return raw


def _collect_version() -> str | None:
    product, _, version = request.user_agent.string.partition(" ")[0].partition("/")
    return version[:40] or None if product.startswith("org.odk.collect") else None


def _out_of_order(error: OSError | OperationalError) -> Response:
    is_full = (
        "full" in str(error.orig)
        if isinstance(error, OperationalError)
        else error.errno in _FULL_DISK
    )
    if is_full:
        return refusal(Problem("disk_full"), status=507)
    if isinstance(error, OperationalError):
        return refusal(Problem("server_busy"), status=503)
    raise error


def _finished(response: Response) -> Response:
    if response.status_code >= 400 and request.method == "POST":
        _drain()
    response.headers["X-OpenRosa-Version"] = "1.0"
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _drain() -> None:
    """Read what the phone still sends: it looks at the answer only afterwards."""
    try:
        while request.stream.read(_DRAIN_CHUNK):
            pass
    except (BadRequest, RequestEntityTooLarge, OSError):
        pass  # gone, or too long to wait for
