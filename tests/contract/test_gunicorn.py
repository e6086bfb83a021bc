"""The same doors behind the web server of a production installation."""

import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from server.accounts.phones import add_phone
from server.areas.tables import Area
from server.db import db
from server.domain.actor import SYSTEM
from server.openrosa.actions import release
from tests.architecture.source import ROOT
from tests.conftest import KEY
from tests.contract.collect import COMPLETE, Collect, form, multipart, send_raw
from tests.contract.surveys import PHOTO, files, new_id, submissions, survey
from tests.factories import make_area, make_user
from tests.journeys.posts import real_form

pytestmark = [pytest.mark.sqlite_only, pytest.mark.allow_hosts(["127.0.0.1"])]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def ward(app: Flask) -> Area:
    return make_area(code="00229", name="Phường Khâm Thiên")


@pytest.fixture
def collect(app: Flask, ward: Area) -> Iterator[Collect]:
    """A phone at the Digest door of two gunicorn processes on the test's database."""
    converted, sha256 = real_form()
    release(by=SYSTEM, form=converted, workbook_sha256=sha256)
    user = make_user(areas=[ward], role="enumerator")
    phone = add_phone(by=SYSTEM, user_id=user.id, name="Máy")
    db.session.remove()
    port = free_port()
    arguments = [
        sys.executable, "-m", "gunicorn", "--workers=2", f"--bind=127.0.0.1:{port}",
        "--limit-request-line=0", "--limit-request-field_size=65535",
        "--log-level=error", "--no-control-socket", "server.app:create_app()",
    ]  # fmt: skip
    settings = {
        "DATA_DIR": str(app.config["DATA_DIR"]),
        "DATABASE_URL": app.config["DATABASE_URL"],
        "SECRET_KEY": "testing",
        "SEALING_KEY": KEY,
        "PYTHONPATH": str(ROOT),
    }
    with subprocess.Popen(
        arguments, env={**os.environ, **settings}, cwd=app.config["DATA_DIR"]
    ) as server:
        try:
            _wait_for(port)
            client = Collect(
                f"http://127.0.0.1:{port}/openrosa",
                phone.username,
                phone.secrets["password"],
            )
            yield client
            client.close()
        finally:
            server.terminate()
            server.wait(20)


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("gunicorn did not start")


def test_the_doors_work_behind_gunicorn(collect: Collect, tmp_path: Path) -> None:
    """AUTH-1, AUTH-5, ENT-4, SUB-2, SUB-5, SUB-15, SUB-16, SUB-17, SUB-18"""
    [listed] = collect.form_list()
    assert collect.manifest(listed.manifest_url or "")
    ids = [new_id() for _ in range(500)]
    assert collect.deleted(f"{collect.base}/integrity", ids) == {}

    large = PHOTO * (9_000_000 // len(PHOTO))
    assert collect.send(survey(new_id()), {"nha.jpg": large}).message == COMPLETE
    collect.close()
    collect.challenge["nonce"] = "1.worn.nonce"
    assert collect.post(survey(new_id()), {"b.jpg": large}).message == COMPLETE

    boundary, xml = str(uuid.uuid4()), survey(new_id())
    body = multipart(boundary, xml, {"c.jpg": PHOTO})
    url = collect.with_device(collect.submission_url)
    head = (
        f"POST /{url.split('/', 3)[3]} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        f"Authorization: {collect.authorization('POST', url)}\r\n"
        f"Content-Type: {form(boundary)['Content-Type']}\r\n"
    )
    cut = f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body[:-3000]
    send_raw(collect.base, cut)
    assert len(submissions()) == 2

    chunked = f"{head}Transfer-Encoding: chunked\r\n\r\n{len(body):x}\r\n".encode()
    answer = send_raw(collect.base, chunked + body + b"\r\n0\r\n\r\n", then_close=False)
    assert answer.startswith(b"HTTP/1.1 201")
    assert (len(submissions()), len(files())) == (3, 3)
