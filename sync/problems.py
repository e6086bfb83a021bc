"""What Central's refusals and broken answers mean, as sentences of our catalogue."""

import json
from typing import Any

import requests

from server.domain.problems import Problem
from sync.absence import why

# Answers of a server that is starting, overloaded or behind a proxy that lost it.
TRY_AGAIN = frozenset({408, 429, 500, 502, 503, 504})
_KINDS = {
    401: "central_sign_in_refused",
    403: "central_rights_missing",
    404: "central_not_found",
}


class CentralError(Exception):
    """Central refused, or could not be asked. `problem` says it in words.

    `code` is Central's own as text ("409.15"), empty where it gave none. Only a
    `passing` error is worth trying again later without a person; `wait` is how many
    seconds Central asked for.
    """

    def __init__(
        self,
        problem: Problem,
        *,
        status: int = 0,
        code: str = "",
        details: Any = None,
        passing: bool = False,
        wait: float = 0.0,
    ) -> None:
        super().__init__(f"{problem.code} {problem.values}")
        self.problem = problem
        self.status = status
        self.code = code
        self.details = details
        self.passing = passing
        self.wait = wait


def unreachable(address: str, error: Exception) -> CentralError:
    """No answer, or one that broke off."""
    values = {"address": address, "reason": type(error).__name__}
    return CentralError(Problem(why(error), "", values), passing=True)


def broken_answer(address: str) -> CentralError:
    """An answer that is not what Central says at this address."""
    values = {"address": address}
    return CentralError(Problem("central_answer_broken", "", values), passing=True)


def incomplete(address: str) -> CentralError:
    """Again and again fewer rows came than Central had counted."""
    values = {"address": address}
    return CentralError(Problem("central_pages_incomplete", "", values), passing=True)


def unguarded(address: str) -> CentralError:
    """A list there would show every phone the households of all wards."""
    return CentralError(Problem("central_list_unguarded", "", {"address": address}))


def refused(
    answer: requests.Response, body: bytes, address: str, *, signing_in: bool = False
) -> CentralError:
    """What an answer other than 2xx says; a proxy's page in HTML has no code."""
    said = _said(body)
    status = answer.status_code
    code = str(said.get("code") or "")
    passing = status in TRY_AGAIN
    kind = "central_failed" if passing else _KINDS.get(status, "central_refused")
    if signing_in and status == 400:
        kind = "central_sign_in_refused"
    if status == 404 and (signing_in or not code):
        kind = "central_answer_broken"  # there is another server, or a proxy
    message = str(said.get("message") or answer.headers.get("Location") or "")
    values = {
        "address": address,
        "status": status,
        "code": code or "-",
        "message": message[:200] or "-",
    }
    return CentralError(
        Problem(kind, "", values),
        status=status,
        code=code,
        details=said.get("details"),
        passing=passing,
        wait=_seconds(answer.headers.get("Retry-After")),
    )


def _said(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _seconds(text: str | None) -> float:
    return float(text) if text and text.isdecimal() else 0.0
