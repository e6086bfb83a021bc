"""An ODK Central beside a ward, where things happened that only people can decide."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from server import clock
from server.central.leases import Doing, beat, take_lease
from server.central.runs import Told, record_run
from server.db import db, transaction
from server.demo.ward import WARD_CODE
from server.domain.problems import Problem
from server.mirror.tables import MirroredForm, MirroredSubmission
from sync.doctor import examine
from tests.fakes.central import Clock, running_central
from tests.sync.office import Office
from tests.sync.surveys import SurveyOffice

HOLDER = "may-chu-huyen/1/demo/sync"


class WardOffice(SurveyOffice):
    """Surveys of the ward of the demo."""

    def xml(self, name: str, code: str, old: str = "", version: str = "") -> bytes:
        sent = super().xml(name, "6" if name.endswith("b") else code, old)
        return sent.replace(b"00229", WARD_CODE.encode())


@contextmanager
def beside(app: Flask) -> Iterator[Office]:
    """Follow a Central in which surveys came, raced, vanished and lack their files."""
    with running_central(clock=Clock(clock.now())) as fake, app.app_context():
        office = WardOffice(app, fake)
        app.config["CENTRAL_URL"] = fake.url
        app.config["CENTRAL_EMAIL"], app.config["CENTRAL_PASSWORD"] = (
            fake.email,
            fake.password,
        )
        app.config["CENTRAL_PROJECT"] = office.project
        office.publish()
        _happen(office)
        _tell(office)
        db.session.remove()
        yield office
        office.central.close()


def _happen(office: WardOffice) -> None:
    for number in range(12):
        office.create(f"uuid:{number}", code=str(4 + number % 4))
    office.attach("uuid:1")
    office.pull()
    office.race("uuid:5", "uuid:5", "uuid:5a", "uuid:5b")
    office.pull()
    for number in (6, 7, 8):
        office.purge(f"uuid:{number}")
    office.reconcile()
    with transaction() as session:
        session.query(MirroredSubmission).filter_by(central_id="uuid:9").update(
            {"files_given_up_at": clock.now(), "files_due_at": None}
        )


def _tell(office: WardOffice) -> None:
    began = clock.now() - timedelta(seconds=7)
    record_run(
        work="pull",
        started_at=began,
        told=Told({"household_review": {"new": 12, "raced": 1}}),
        host="may-chu-huyen",
    )
    problem = Problem(
        "central_unreachable", "", {"address": "https://odk.example.vn", "reason": "-"}
    )
    for _ in range(4):
        told = Told(problems=[("", problem)])
        record_run(work="pull", started_at=began, told=told, host="may-chu-huyen")
    told = Told({"household_review": {"changed": 2}})
    record_run(work="reconcile", started_at=began, told=told, host="may-chu-huyen")
    examine(office.app.config)
    alive = {"holder": HOLDER, "host": "may-chu-huyen", "pid": 1, "silent": None}
    assert take_lease(**alive)
    keep_beating()


def keep_beating() -> None:
    """As a service that runs does."""
    doing = Doing(next_at=clock.now() + timedelta(seconds=50))
    assert beat(holder=HOLDER, doing=doing)


def form_number() -> int:
    """The form from which surveys vanished, as addresses call it."""
    return db.session.scalars(select(MirroredForm.id)).one()


def race_number() -> int:
    """The submission that was edited twice at once."""
    raced = select(MirroredSubmission.id).where(MirroredSubmission.is_raced)
    return db.session.scalars(raced).one()
