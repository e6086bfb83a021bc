"""What is answered when a request cannot be carried out: sentences, never a code alone.

Programs that ask for JSON get the same sentences with their codes.
"""

from collections.abc import Sequence
from typing import Any

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from server.domain.problems import Problem, Refused
from server.web.i18n import language
from server.web.security import asks_api

_CODES = {
    400: "page_bad_request",
    401: "page_sign_in_needed",
    403: "page_not_yours",
    404: "page_not_found",
    405: "page_wrong_method",
    413: "page_too_large",
    429: "page_too_often",
    500: "page_broken",
    503: "page_busy",
}


def init_app(app: Flask) -> None:
    """Answer refusals and errors of every view."""
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(CSRFError, _form_expired)
    app.register_error_handler(HTTPException, _http_error)


def _refused(error: Refused) -> Response:
    return _answer(error.problems, error.status)


def _form_expired(_error: CSRFError) -> Response:
    return _answer([Problem("page_form_expired")], 400)


def _http_error(error: HTTPException) -> Response:
    if error.response is not None:  # the code that raised it has already answered
        return make_response(error.response)
    status = error.code or 500
    if status < 400:
        return make_response(error.get_response())
    code = _CODES.get(status, "page_broken" if status >= 500 else "page_bad_request")
    answer = _answer([Problem(code)], status)
    if isinstance(error, InternalServerError):
        return answer
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            answer.headers[name] = value
    return answer


def _answer(problems: Sequence[Problem], status: int) -> Response:
    if wants_json():
        told = [told_of(problem) for problem in problems]
        answer = jsonify(problems=told)
        answer.status_code = status
        if asks_api() and status == 401:
            answer.headers["WWW-Authenticate"] = "Bearer"
        return answer
    page = render_template("errors/refused.html", problems=problems, status=status)
    return make_response(page, status)


def told_of(problem: Problem) -> dict[str, Any]:
    """A problem as programs get it: its code and its sentence."""
    return {**problem.as_dict(), "sentence": problem.sentence(language())}


def wants_json() -> bool:
    """Whether a program asks, and not a person with a browser."""
    if asks_api():
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json" or request.is_json
