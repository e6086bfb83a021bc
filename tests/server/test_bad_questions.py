"""Every address, asked what no page of ours ever asks.

An address gets something bad under about half of the names that it reads, whatever they
are: a new page, and a new parameter of an old one, is tried the day it is added. Which
names, what, and by whom is a matter of the turn. `BAD_QUESTIONS=40` plays that many
turns, on both engines.
"""

import io
import os
from typing import Any
from zlib import crc32

import pytest
from flask import Flask, request
from werkzeug.datastructures import FileStorage, ImmutableMultiDict

from server.accounts.tables import ROLES, User
from server.web import addresses
from tests.browsing import Browser
from tests.factories import make_user
from tests.server.test_access_matrix import Door, doors, policy, sign_in, world

__all__ = ["world"]
TURNS = int(os.environ.get("BAD_QUESTIONS", "1"))
# Two seconds of a processor each turn; PostgreSQL takes twice as long.
pytestmark = [pytest.mark.sqlite_only] if TURNS == 1 else []
BAD = (
    "", " ", "\0", "a\0b", "-1", "0", "9" * 30, "9" * 5000, "2147483648", "1e309",
    "nan", "٣", "²", "½", "1970-01-01", "0001-01-01", "9999-12-31", "31/02/2026",
    "2026-02-30", "２０２６-１１-２５", "x" * 5000, "%", "_", "'", '"', "\u202egnoS", "😀",
    "\ufffd", "\r\nSet-Cookie: a=b", "../../etc/passwd", "vn-2022", "vn-2016", "POOR",
    "33", "[]", "{}", "{0.__class__}", "00235-01", "meeting", "xlsx", "csv", "nope",
)  # fmt: skip
CONTENTS = (b"", b"PK\3\4junk", b"\xff\xfe\0", b"code,points\n1,\xff", b"[]", b"a: *b")


class Sent(ImmutableMultiDict[str, Any]):
    """Whatever is asked for was sent, or was not: a matter of the name and the turn."""

    def getlist(self, key: str, type: Any = None) -> list[Any]:  # noqa: A002
        kept = super().getlist(key)
        turn = request.environ.get("bad_turn")
        if kept or turn is None:
            return kept
        chance = crc32(f"{request.path}?{key}#{turn}".encode())
        is_sent, times = chance & 1, 1 + (chance >> 20 & 1)
        bad = addresses.Sent([(key, BAD[(chance >> 1) % len(BAD)])] * times)
        return bad.getlist(key) if is_sent else []

    def __contains__(self, key: object) -> bool:
        return bool(self.getlist(str(key)))

    def __getitem__(self, key: str) -> Any:
        found = self.getlist(key)
        return found[0] if found else super().__getitem__(key)

    def get(self, key: str, default: Any = None, type: Any = None) -> Any:  # noqa: A002
        return next(iter(self.getlist(key)), default)


class Brought:
    """A file under every name that is asked for."""

    def get(self, name: str) -> FileStorage:
        turn = request.environ["bad_turn"]
        content = CONTENTS[(crc32(request.path.encode()) + turn) % len(CONTENTS)]
        return FileStorage(io.BytesIO(content), f"{name}\0.xlsx", name)

    def items(self, *, multi: bool) -> list[tuple[str, FileStorage]]:
        """Which names there are is only known once they are asked for."""
        return []


@pytest.fixture
def asked(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application, to which everything was sent."""

    class Request(app.request_class):  # type: ignore[name-defined,misc]
        parameter_storage_class = Sent

        @property
        def files(self) -> Brought:
            return Brought()

    monkeypatch.setattr(app, "request_class", Request)
    app.config["PROPAGATE_EXCEPTIONS"] = False  # each stack is in the log of the test
    return app


def ask(
    client: Browser, door: Door, ids: dict[str, Any], by: dict[str, User], turn: int
) -> Any:
    """What a door answers in a turn, to somebody who may open it."""
    rule, method = door
    roles = sorted(policy(client.application, rule) or ROLES)
    sign_in(client, by[roles[turn % len(roles)]])
    built = rule.build({name: ids.get(name, "x") for name in rule.arguments})
    assert built is not None
    is_for_programs = built[1].startswith("/api/")
    said = {"reason": BAD[turn % len(BAD)]}
    return client.open(
        built[1],
        method=method,
        json=said if is_for_programs and method != "GET" else None,
        headers=client.program if is_for_programs else {},
        environ_overrides={"bad_turn": turn},
    )


def test_no_question_breaks_an_address(
    asked: Flask,
    client: Browser,
    world: dict[str, Any],
) -> None:
    by = {
        role: make_user(role=role, areas=[] if role == "admin" else [world["ward"]])
        for role in ROLES
    }
    broken = []

    for turn in range(TURNS):
        for door in doors(asked):
            answer = ask(client, door, world, by, turn)
            if answer.status_code >= 500 and door[0].endpoint != "server.readyz":
                broken.append((turn, door[0].rule, door[1], answer.status))

    assert broken == []


def test_no_null_character_reaches_a_page(app: Flask) -> None:
    with app.test_request_context("/?q=a%00b", method="POST", data={"re\0ason": "\0c"}):
        assert request.args["q"] == "ab"
        assert request.form["reason"] == "c"


def test_no_form_is_taken_without_its_token(app: Flask, client: Browser) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    sign_in(client, make_user(role="admin"))
    posts = [
        rule
        for rule, method in doors(app)
        if method != "GET"
        and not rule.rule.startswith(("/api/", "/key/", "/openrosa/"))
    ]

    taken = {
        (rule.rule, answer.status_code)
        for rule in posts
        if (path := rule.build(dict.fromkeys(rule.arguments, "1")))
        and (answer := client.post(path[1])).status_code != 400
    }

    assert len(posts) > 50
    assert taken == set()
