"""One line per event on standard error: when, how grave, what happened, and ids.

What people are called or numbered has no place here. A value that is not a number or a
plain code is left out, and of an exception only its kind and place are told: messages
of exceptions quote the data they stumbled over.
"""

import logging
import re
import sys
import time
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import structlog
from flask import Flask, Response, g, request

from server import clock

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

HOUSE = Path(__file__).parent.parent
QUIET = frozenset({"static", "server.healthz", "server.readyz", "bootstrap.static"})
_CODE = re.compile(r"[\w.:/<>()@+*-]{0,200}", re.ASCII)
_PERSONAL_NUMBER = re.compile(r"\+?\d{9,12}")


def init_app(app: Flask) -> None:
    """Log every request and every failure of `app`."""
    configure(app.config["LOG_LEVEL"])
    app.before_request(_start_watch)
    app.after_request(_log_request)
    # Flask's own line would quote the address, which may hold a phone's token.
    app.log_exception = lambda exc_info: failed("request_failed", exc_info[1])  # type: ignore[method-assign]


def configure(level: str) -> None:
    """Send our events, and warnings of libraries, to standard error."""
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[_complete, structlog.processors.LogfmtRenderer(bool_as_flag=False)],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    if not any(isinstance(handler, _Library) for handler in root.handlers):
        root.addHandler(_Library(logging.WARNING))


def failed(event: str, error: BaseException | None, **ids: Any) -> None:
    """Log that something broke, by the kind and the place of the exception."""
    log.error(event, error=type(error).__name__, place=place_of(error), **ids)


def place_of(error: BaseException | None) -> str:
    """Where it broke: the innermost lines of our own code, innermost first."""
    frames = traceback.extract_tb(error.__traceback__ if error else None)
    ours = [
        f"{Path(frame.filename).relative_to(HOUSE).as_posix()}:{frame.lineno}"
        for frame in frames
        if Path(frame.filename).is_relative_to(HOUSE / "server")
    ]
    return "<".join(ours[:-4:-1])


def _complete(
    _logger: Any, level: str, event: MutableMapping[str, Any]
) -> dict[str, Any]:
    at = clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    told = {key: _code(value) for key, value in event.items() if key != "event"}
    return {"at": at, "level": level, "event": event["event"], **told}


def _code(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value)
    if _CODE.fullmatch(text) and not _PERSONAL_NUMBER.fullmatch(text):
        return text
    return "(withheld)"


def _start_watch() -> None:
    g.started = time.perf_counter()


def _log_request(response: Response) -> Response:
    if request.endpoint in QUIET:
        return response
    ids = {
        key: value
        for key, value in (request.view_args or {}).items()
        if key.endswith("_id")
    }
    visitor, phone = g.get("visitor"), g.get("phone")
    if visitor is not None:
        ids["user"] = visitor.id
    if phone is not None:
        ids["phone"] = phone.id
    passed = time.perf_counter() - g.get("started", time.perf_counter())
    log.info(
        "request",
        method=request.method,
        endpoint=request.endpoint,
        status=response.status_code,
        ms=round(passed * 1000),
        **ids,
    )
    return response


class _Library(logging.Handler):
    """What libraries warn about: who and where, never their words."""

    def emit(self, record: logging.LogRecord) -> None:
        log.log(
            record.levelno,
            "library",
            logger=record.name,
            place=f"{record.module}:{record.lineno}",
            error=record.exc_info[0].__name__
            if record.exc_info and record.exc_info[0]
            else None,
        )
