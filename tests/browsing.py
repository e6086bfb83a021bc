"""Clients of the application: one inside the process, one over a real socket."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context
from typing import Any

import waitress
from flask import Flask
from flask.testing import FlaskClient

from server.db import db


class Browser(FlaskClient):
    """Each request runs in a context of its own, as it does in production: the test's
    session, `g` and open reads are out of its sight, and the test then reads afresh."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        db.session.rollback()
        kwargs.setdefault("buffered", True)
        return Context().run(super().open, *args, **kwargs)


@contextmanager
def served_app(app: Flask, threads: int = 4) -> Iterator[str]:
    """Serve `app` on a free port of this machine; gives its address."""
    server = waitress.create_server(
        app,
        host="127.0.0.1",
        port=0,
        threads=threads,
        clear_untrusted_proxy_headers=True,
    )
    thread = threading.Thread(target=server.run, name="served-app", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.task_dispatcher.shutdown()
        server.close()
        thread.join(5)
