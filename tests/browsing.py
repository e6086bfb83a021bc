"""Clients of the application: one inside the process, one over a real socket."""

import csv
import io
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import Context
from functools import partial
from types import MappingProxyType
from typing import Any

import waitress
from flask import Flask
from flask.testing import FlaskClient
from waitress.wasyncore import close_all

from server.accounts.sessions import start_session
from server.accounts.sign_in_pages import cookie_name
from server.accounts.tables import User
from server.db import db


class Browser(FlaskClient):
    """Each request runs in a context of its own, as it does in production: the test's
    session, `g` and open reads are out of its sight, and the test then reads afresh.
    `program` are the headers of a program that asks for the same person."""

    program: Mapping[str, str] = MappingProxyType({})

    def open(self, *args: Any, **kwargs: Any) -> Any:
        db.session.rollback()
        kwargs.setdefault("buffered", True)
        return Context().run(super().open, *args, **kwargs)


def signed_in(app: Flask, user: User) -> Browser:
    """A browser with the session of a person."""
    browser: Browser = app.test_client()
    browser.set_cookie(cookie_name(), start_session(user=user))
    return browser


def rows(answer: Any) -> list[dict[str, str]]:
    """The rows of a list that was taken home as CSV, by what their columns are called."""
    text = io.StringIO(answer.data.decode("utf-8-sig"))
    return list(csv.DictReader(text, delimiter=";"))


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
        # First those end who wake the server when they are done: once it has closed
        # what it is woken by, they would write to a file that may be another one's.
        server.task_dispatcher.shutdown()
        # In its own thread the server closes what browsers keep open, too; holding its
        # lock, it cannot have done so before it is woken for it.
        with server.trigger.lock:
            server.trigger.thunks.append(partial(close_all, server._map))
            server.trigger._physical_pull()
        thread.join(5)
