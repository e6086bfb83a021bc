import errno
import os
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from server.accounts.tables import Phone
from server.db import db
from server.inbox.file_store import FileStore, IncomingFile
from server.inbox.tables import Submission
from tests.conftest import make_app
from tests.journeys.posts import Door, instance, open_door, photo, upload

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def door(app: Flask) -> Door:
    return open_door(app)


def leftovers(app: Flask) -> list[Path]:
    folder = app.config["DATA_DIR"] / "files"
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("place", "step"), [(IncomingFile, "write"), (FileStore, "adopt")]
)
def test_a_full_disk_is_said_and_nothing_is_acknowledged(
    app: Flask, door: Door, monkeypatch: pytest.MonkeyPatch, place: type, step: str
) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(place, step, full)

    answer = door.post(upload(instance(), photo("nha.jpg")))

    assert answer.status_code == 507
    assert "hết chỗ chứa" in answer.text
    assert leftovers(app) == []
    db.session.rollback()
    assert db.session.query(Submission).count() == 0


@pytest.mark.parametrize(
    ("said", "status"),
    [("database or disk is full", 507), ("database is locked", 503)],
)
def test_a_database_in_trouble_is_said_and_nothing_is_acknowledged(
    door: Door, monkeypatch: pytest.MonkeyPatch, said: str, status: int
) -> None:
    def broken(**_: Any) -> None:
        raise OperationalError("INSERT", {}, Exception(said))

    monkeypatch.setattr("server.inbox.actions.receive", broken)

    answer = door.post(upload(instance()))

    assert answer.status_code == status
    assert answer.headers["X-OpenRosa-Version"] == "1.0"


def test_a_phone_that_calls_is_seen(door: Door) -> None:
    browser = door.app.test_client()

    browser.get(
        f"/key/{door.token}/formList?deviceID=collect%3Aabc",
        headers={"User-Agent": "org.odk.collect.android/v2026.3.3 Dalvik/2.1.0"},
    )

    db.session.expire_all()
    seen = db.session.get_one(Phone, door.phone.id)
    assert (seen.device_id, seen.collect_version) == ("collect:abc", "v2026.3.3")
    assert seen.last_seen_at is not None


def test_who_is_no_collect_leaves_no_version(door: Door) -> None:
    door.app.test_client().get(
        f"/key/{door.token}/formList", headers={"User-Agent": "Mozilla/5.0"}
    )

    db.session.expire_all()
    assert db.session.get_one(Phone, door.phone.id).collect_version is None


def test_a_submission_belongs_to_the_ward_it_names_or_to_its_carrier(
    door: Door,
) -> None:
    named = door.post(upload(instance()))
    silent = door.post(
        upload(instance(place__ward=None).replace(b"0d7c7cb6", b"0d7c7cb7"))
    )

    assert (named.status_code, silent.status_code) == (201, 201)
    db.session.expire_all()
    areas = [s.area_id for s in db.session.query(Submission).order_by(Submission.id)]
    assert areas[0] == areas[1] is not None


def test_what_killed_processes_left_is_swept_at_the_start(
    app: Flask, tmp_path: Path
) -> None:
    folder = tmp_path / "other" / "files" / "incoming"
    folder.mkdir(parents=True)
    (folder / "half").write_bytes(b"x")
    os.utime(folder / "half", (0, 0))

    make_app(tmp_path / "other", "sqlite://").load_screens()

    assert list(folder.iterdir()) == []
    assert FileStore(folder.parent).sweep() == 0
