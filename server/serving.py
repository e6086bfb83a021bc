"""Web pages and background work in one process, stopped together.

Waitress reads a request completely before it occupies a thread, so phones on slow links
do not keep each other waiting.
"""

import gc
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn, Protocol

import waitress
from flask import Flask

MEGABYTE = 1024**2
# Answering "too large" in our own words takes a little room above the limit.
ROOM_FOR_REFUSAL = 2 * MEGABYTE


class AddressTaken(Exception):
    """Nobody can connect at the configured address; says why."""


class Worker(Protocol):
    """Background work that runs beside the web server."""

    def start(self) -> object: ...
    def stop(self) -> object: ...


def serve(
    app: Flask,
    *,
    worker: Worker | None = None,
    ready: Callable[[str], None] = lambda address: None,
) -> None:
    """Serve until SIGINT or SIGTERM; requests and jobs under way are finished first.

    `ready` is called with the address once connections are accepted. Raises
    `AddressTaken` when that cannot be.
    """
    server = _listening(app)
    _spare_what_stays()
    with _stopped_by(signal.SIGTERM):
        if worker:
            app.extensions["worker"] = worker
            worker.start()
        try:
            ready(f"http://{server.effective_host}:{server.effective_port}")
            server.run()
        finally:
            server.close()
            if worker:
                worker.stop()


def _spare_what_stays() -> None:
    """Let the collector of garbage pass over the program itself.

    It would walk through a million objects that never go, for a tenth of a second, in
    the middle of somebody's request.
    """
    gc.collect()
    gc.freeze()


def _listening(app: Flask) -> Any:
    try:
        return waitress.create_server(
            app,
            host=app.config["HOST"],
            port=app.config["PORT"],
            threads=app.config["THREADS"],
            ident=None,
            connection_limit=500,
            max_request_body_size=app.config["MAX_UPLOAD_MB"] * MEGABYTE
            + ROOM_FOR_REFUSAL,
            # ProxyFix reads as many of them as may be trusted.
            clear_untrusted_proxy_headers=False,
        )
    except OSError as error:
        raise AddressTaken(error.strerror or error) from error


@contextmanager
def _stopped_by(number: signal.Signals) -> Iterator[None]:
    before = signal.signal(number, _leave)
    try:
        yield
    finally:
        signal.signal(number, before)


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)
