"""`python -m sync deploy`, as an administrator starts it."""

import os
import signal
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from server.accounts.phones import revoke_phone
from server.domain.actor import SYSTEM
from tests import forking
from tests.fakes.central import FakeCentral, Fault
from tests.forking import Program
from tests.sync.ready import Ready

pytestmark = [
    pytest.mark.sqlite_only,
    pytest.mark.allow_hosts(["127.0.0.1", "localhost"]),
]


@pytest.fixture
def ready(app: Flask, fake: FakeCentral) -> Iterator[Ready]:
    ready = Ready(app, fake)
    yield ready
    ready.central.close()


def started(
    ready: Ready, *options: str, command: str = "deploy", **more: str
) -> Program:
    config = ready.app.config
    settings = {
        "DATA_DIR": str(config["DATA_DIR"]),
        "DATABASE_URL": config["DATABASE_URL"],
        "SEALING_KEY": config["SEALING_KEY"],
        "SECRET_KEY": "testing",
        "CENTRAL_URL": ready.fake.url,
        "CENTRAL_EMAIL": ready.fake.email,
        "CENTRAL_PASSWORD": ready.fake.password,
        "CENTRAL_PROJECT": str(ready.project),
        **more,
    }
    environment = {**os.environ, **settings}
    return forking.started("sync", command, *options, environment=environment)


def ran(ready: Ready, *options: str, **more: str) -> tuple[int, list[str], str]:
    process = started(ready, *options, **more)
    out, err = process.communicate(timeout=120)
    return process.returncode, out.splitlines(), err


def test_it_says_what_it_would_do_then_what_it_did_then_nothing(ready: Ready) -> None:
    status, plan, _ = ran(ready, "--dry-run", DEFAULT_LANGUAGE="en")
    assert (status, ready.writes()) == (0, [])
    assert plan[0] == "To do: make the project “Rà soát hộ nghèo, hộ cận nghèo”"

    status, done, err = ran(ready)

    assert (status, err) == (0, "")
    assert done[0] == "Đã xong: lập dự án “Rà soát hộ nghèo, hộ cận nghèo”"
    assert "Đã xong: lập thẻ cho Phạm Thị Ngọc – Máy của Ngọc" in done
    assert done[-1] == "CENTRAL_PROJECT=1"
    ready.project = 1
    assert ready.living()
    assert ran(ready) == (
        0, ["ODK Central đã đúng như cần có; không phải làm gì."], ""
    )  # fmt: skip


def test_killed_in_the_middle_it_goes_on_the_next_time(ready: Ready) -> None:
    ready.fake.faults.seconds = 30
    ready.fake.faults.order(Fault.HANGS, path="/draft/publish")
    process = started(ready)
    deadline = time.monotonic() + 40
    while not any("publish" in path for _, path in ready.fake.asked):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    ready.fake.faults.stop()

    status, done, _ = ran(ready)

    assert status == 0
    ready.project = 1
    assert ready.versions() == [ready.version]
    assert len(ready.living()) == 1
    assert not any("lập dự án" in said for said in done)


def test_cards_are_written_for_their_owner_only(ready: Ready, tmp_path: Path) -> None:
    folder = tmp_path / "the"

    status, done, _ = ran(ready, "--cards", str(folder))

    assert status == 0
    assert done[-1] == f"Đã ghi 1 thẻ cài đặt vào {folder}."
    names = sorted(path.name for path in folder.iterdir())
    assert names == sorted(["tat-ca-the.html", f"{ready.phone.username}.html"])
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert "Phạm Thị Ngọc" in path.read_text(encoding="utf-8")


def test_a_form_central_refuses_is_named_and_the_rest_is_done(ready: Ready) -> None:
    ran(ready)
    ready.project = 1
    ready.central.send("DELETE", "projects/1/forms/household_review")
    ready.another(ready.other)

    status, done, err = ran(ready, DEFAULT_LANGUAGE="en")

    assert status == 1
    assert "household_review: The form household_review was deleted" in err
    assert any("make a card for Lê Văn Hùng" in said for said in done)


def test_two_at_the_same_moment_double_nothing(ready: Ready) -> None:
    ready.another(ready.other)
    both = [started(ready), started(ready)]
    for process in both:
        out, err = process.communicate(timeout=120)
        assert (process.returncode, err) == (0, ""), out

    ready.deploy()

    assert [p for p in ready.fake.world.projects.values() if not p.deleted_at] == [
        ready.fake.world.projects[ready.project]
    ]
    assert ready.versions() == [ready.version]
    assert len(ready.living()) == 2
    ready.writes()
    ready.deploy()
    assert ready.writes() == []


def test_the_loop_shuts_a_lost_phone_out_within_moments(ready: Ready) -> None:
    ready.deploy()
    ready.app.config["CENTRAL_URL"] = ready.fake.url
    loop = started(
        ready, command="run", CENTRAL_POLL_SECONDS="600", WORKER_POLL_SECONDS="1"
    )
    try:
        deadline = time.monotonic() + 60
        while not any("entities.csv" in path for _, path in ready.fake.asked):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        revoke_phone(by=SYSTEM, phone_id=ready.phone.id)

        while ready.living():
            assert time.monotonic() < deadline
            time.sleep(0.2)
    finally:
        loop.terminate()
        loop.communicate(timeout=120)
