"""A process that plays a story and is killed at a chosen step of it.

`python -m tests.journeys.crashing` imports everything once and then forks for each line
of its input; a fork takes a moment where a new interpreter takes a second. The steps are
those of the product itself, wrapped here from the outside: nothing in it knows of tests.
"""

import gc
import json
import os
import pickle
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from server import clock, invariants
from server.db import db
from server.inbox.file_store import FileStore
from server.inbox.tables import Reading, Submission, SubmissionFile
from server.jobs.days import KIND as NEW_DAY
from server.jobs.tables import Job
from server.jobs.worker import Worker, run_due
from server.pipeline import HANDLERS
from server.registry.tables import SurveyRecordRow
from tests.conftest import make_app
from tests.domain.survey.submissions import INSTANCE_ID, as_xml, review
from tests.journeys.posts import (
    Door,
    body,
    instance,
    open_door,
    part,
    photo,
    upload,
)
from tests.server.test_pipeline import told

TODAY = datetime(2026, 11, 24, 3, tzinfo=UTC)
EDIT = "uuid:11111111-5d2b-4ad1-9a3f-7f4f1d1f7a10"
BAD = "uuid:22222222-5d2b-4ad1-9a3f-7f4f1d1f7a10"
# Where a process may die, besides before and after every commit.
STEPS = (
    ("server.inbox.file_store", "IncomingFile.keep"),
    ("server.inbox.file_store", "_sync_folder"),
    ("server.inbox.actions", "receive"),
    ("server.inbox.actions", "understood"),
    ("server.inbox.actions", "quarantine"),
    ("server.inbox.contents", "understand"),
    ("server.jobs.actions", "claim"),
    ("server.jobs.actions", "finish"),
    ("server.registry.actions", "add_record"),
    ("server.registry.actions", "rebuild"),
    ("server.review.actions", "match_record"),
    ("server.review.actions", "relink"),
    ("server.review.proposals", "propose"),
    ("server.review.proposals", "follow"),
    ("server.status.actions", "assess"),
    ("server.dispatch.actions", "publish"),
    ("server.audit.actions", "record"),
)


def posts() -> dict[str, bytes]:
    """A survey in two uploads, its edit, and a survey nobody can read."""
    edited = as_xml(
        review(household__dwelling__wall="concrete"),
        instance_id=EDIT,
        deprecated_id=INSTANCE_ID,
    )
    unread = as_xml(review(household__dwelling__wall="gold"), instance_id=BAD)
    xml_part = part("xml_submission_file", instance(), "review.xml", "text/xml")
    return {
        "first half": body(xml_part, photo("nha.jpg"), part("*isIncomplete*", b"yes")),
        "second half": body(xml_part, photo("so-do.jpg", b"\xff\xd8plan")),
        "edit": upload(ET.tostring(edited), photo("nha.jpg")),
        "unread": upload(ET.tostring(unread)),
    }


class Tripwire:
    """Counts the steps and dies at the wanted one: no `finally` runs, no buffer is
    written."""

    def __init__(self, wanted: str | None) -> None:
        self.passed: list[str] = []
        self._wanted = wanted
        self._seen: Counter[str] = Counter()

    def step(self, name: str) -> None:
        self._seen[name] += 1
        self.passed.append(f"{name} {self._seen[name]}")
        if self.passed[-1] == self._wanted:
            os.kill(os.getpid(), signal.SIGKILL)

    def lay(self) -> None:
        for module, path in STEPS:
            owner: Any = import_module(module)
            *outer, name = path.split(".")
            for each in outer:
                owner = getattr(owner, each)
            setattr(owner, name, self._around(name.strip("_"), getattr(owner, name)))
        event.listen(Session, "before_commit", lambda _: self.step("before commit"))
        event.listen(Session, "after_commit", lambda _: self.step("after commit"))

    def _around(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def stepping(*given: Any, **named: Any) -> Any:
            self.step(f"before {name}")
            outcome = function(*given, **named)
            self.step(f"after {name}")
            return outcome

        return stepping


def play(app: Flask, order: dict[str, Any]) -> None:
    """Do what one line of input asks for, in a process of its own."""
    folder = Path(order["folder"])
    with app.app_context():
        if order["act"] == "live":
            wire = Tripwire(order["step"])
            wire.lay()
            send(app, folder)
            run_due(HANDLERS)
            (folder / "passed").write_text(json.dumps(wire.passed))
        else:
            send(app, folder)
            work_until_done(app)
        (folder / "seen").write_bytes(pickle.dumps(everything(app)))


def send(app: Flask, folder: Path) -> None:
    """As a phone: what was acknowledged is never sent again, all else is."""
    noted = folder / "acknowledged"
    acknowledged = noted.read_text().splitlines() if noted.exists() else []
    door = Door(app, None, (folder / "token").read_text())
    for name, content in posts().items():
        if name not in acknowledged:
            answer = door.post(content)
            assert answer.status_code == 201, answer.text
            with noted.open("a") as file:
                file.write(f"{name}\n")


def work_until_done(app: Flask) -> None:
    """As the program after a restart: nobody tells it what was under way."""
    worker = Worker(app, HANDLERS)
    worker.start()
    deadline = time.monotonic() + 60
    open_jobs = select(func.count()).where(Job.state.in_(["waiting", "running"]))
    while db.session.scalar(open_jobs) and time.monotonic() < deadline:
        db.session.rollback()
        time.sleep(0.01)
    worker.stop()


def everything(app: Flask) -> dict[str, Any]:
    """What there is in the end."""
    db.session.rollback()
    db.session.expire_all()
    store = FileStore(app.config["DATA_DIR"] / "files")
    sent = {row.id: row for row in db.session.scalars(select(Submission))}
    return {
        "submissions": sorted(
            (s.instance_id, s.version, s.payload) for s in sent.values()
        ),
        "files": sorted(
            (
                sent[file.submission_id].instance_id,
                file.name,
                store.path(file.sha256).read_bytes(),
            )
            for file in db.session.scalars(select(SubmissionFile))
        ),
        "readings": sorted(
            (sent[r.submission_id].instance_id, r.state, r.problem_codes)
            for r in db.session.scalars(select(Reading))
        ),
        "records": sorted(db.session.scalars(select(SurveyRecordRow.id))),
        "households": told(),
        # A restarted worker also leaves the job of the day, whatever was under way.
        "jobs": sorted(
            (job.kind, job.state)
            for job in db.session.scalars(select(Job).where(Job.kind != NEW_DAY))
        ),
        "broken promises": invariants.verify(),
    }


def prepare(app: Flask, order: dict[str, Any]) -> None:
    """In this process: "prepare" lets a phone in, and "warm up" plays the story once, so
    that no fork has to read standards and forms, or compile statements, again."""
    folder = Path(order["folder"])
    with app.app_context():
        if order["act"] == "prepare":
            (folder / "token").write_text(open_door(app).token)
        else:
            send(app, folder)
            run_due(HANDLERS)
            everything(app)
        # Forks connect for themselves, and need not look through what is here for garbage.
        gc.freeze()
        db.session.remove()
        db.engine.dispose()


def forked(app: Flask, order: dict[str, Any]) -> int:
    """Play in a process of its own; by which signal or status it ended."""
    process = os.fork()
    if not process:
        try:
            play(app, order)
        except BaseException:  # noqa: BLE001 - told to the test by the status
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(process, 0)
    return os.waitstatus_to_exitcode(status)


def main() -> None:
    """Do each order, and tell how it ended."""
    clock.now = lambda: TODAY
    apps: dict[str, Flask] = {}
    for line in sys.stdin:
        order = json.loads(line)
        address = order["address"]
        if address not in apps:
            apps[address] = make_app(Path(order["folder"]) / "data", address)
        if order["act"] in {"prepare", "warm up"}:
            prepare(apps[address], order)
            ended = 0
        else:
            ended = forked(apps[address], order)
        sys.stdout.write(f"{ended}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
