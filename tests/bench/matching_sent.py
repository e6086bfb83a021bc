"""Surveys as a phone sends them, for measuring what a whole arrival takes.

Each is posted to the product's own address for phones, and then the jobs that follow from
it are done one after the other: read, compared, joined or proposed, assessed, published.
"""

import statistics
import time
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from xml.etree import ElementTree as ET

from flask import current_app
from sqlalchemy import func, select
from werkzeug.test import Client

from server import clock
from server.accounts.phones import add_phone
from server.areas.queries import area_on
from server.db import db
from server.domain.actor import SYSTEM
from server.domain.matching.features import DAY, MALE, RELATIONS, Features, Person
from server.inbox.tables import Reading
from server.jobs.worker import run_due
from server.openrosa.actions import release_forms
from server.pipeline import HANDLERS
from server.review.tables import MergeProposal
from tests.contract.collect import AGENT, multipart
from tests.domain.survey.submissions import as_xml, person, review
from tests.factories import make_area, make_user

BOUNDARY = "4f9d3c5e-bench"


@dataclass
class _Taken:
    """Seconds of the wall and of the processor, of one thing done many times."""

    wall: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)

    def told(self) -> str:
        tenth = statistics.quantiles(self.wall, n=10)[8] * 1000
        return (
            f"median {statistics.median(self.wall) * 1000:.1f} ms"
            f" ({statistics.median(self.busy) * 1000:.1f} ms of the processor),"
            f" 9th decile {tenth:.1f} ms"
        )


def measure_sent(new: Sequence[Features]) -> list[str]:
    """What it takes to send each survey, and to do what follows from it."""
    token = _phone({each.ward for each in new})
    run_due(HANDLERS)
    client = Client(current_app.wsgi_app)
    before = _proposals()
    received, followed = _Taken(), _Taken()
    for features in new:
        body = multipart(BOUNDARY, _survey(features), {"nha.jpg": b"\xff\xd8 photo"})
        db.session.remove()
        began, worked = time.perf_counter(), time.process_time()
        _post(client, token, body)
        half, half_worked = time.perf_counter(), time.process_time()
        run_due(HANDLERS)
        received.wall.append(half - began)
        received.busy.append(half_worked - worked)
        followed.wall.append(time.perf_counter() - half)
        followed.busy.append(time.process_time() - half_worked)
    states = db.session.scalars(
        select(Reading.state).order_by(Reading.submission_id.desc()).limit(len(new))
    )
    understood = [*states].count("understood")
    return [
        f"received: {received.told()}",
        f"read, compared, assessed and published: {followed.told()}",
        f"{understood} understood, {_proposals() - before} pairs more",
    ]


def _post(client: Client, token: str, body: bytes) -> None:
    answer = client.post(
        f"/key/{token}/submission?deviceID=collect%3Abench",
        data=body,
        headers={
            "User-Agent": AGENT,
            "X-OpenRosa-Version": "1.0",
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        },
    )
    if answer.status_code != 201:
        raise RuntimeError(f"answered {answer.status}: {answer.text[:300]}")


def _phone(wards: Collection[str]) -> str:
    """A phone that may send from all these wards; gives its token."""
    release_forms(by=SYSTEM)
    areas = [
        area_on(code, clock.today()) or make_area(code=code, name=f"Phường {code}")
        for code in wards
    ]
    login = f"bench{uuid.uuid4()}"
    user = make_user(areas=areas, login=login, created_at=clock.now())
    return add_phone(by=SYSTEM, user_id=user.id, name="Bench").secrets["token"]


def _proposals() -> int:
    return db.session.scalar(select(func.count(MergeProposal.id))) or 0


def _survey(features: Features) -> bytes:
    """A form that says what is remembered of a visit; the visit was yesterday."""
    yesterday = clock.today() - timedelta(days=1)
    answers = review(
        household_id=str(uuid.uuid5(uuid.NAMESPACE_URL, features.record_id)),
        visit__review_date=yesterday.isoformat(),
        household__contact={
            "head_name": _name(features.persons[0]) if features.persons else "?",
            "phone_1": features.phones[0] if features.phones else None,
        },
        household__address={
            "house_number": "/".join(features.numbers),
            "street": " ".join(features.street),
        },
        household__location={
            "position": f"{features.latitude} {features.longitude} 12.5 4.9"
            if features.latitude is not None
            else None
        },
        household__roster={"member": [*map(_member, features.persons)]},
        place={"ward": features.ward, "residential_group": features.group or None},
    )
    form = as_xml(answers, instance_id=f"uuid:{uuid.uuid4()}")
    return ET.tostring(form, encoding="utf-8")


def _member(person_: Person) -> dict[str, object]:
    birth = {"birth_year": str(person_.year)} if person_.year else {"birth_year": None}
    if person_.precision == DAY:
        birth |= {"birth_month": str(person_.month), "birth_day": str(person_.day)}
    numbers = {
        name: number
        for name, number in (
            ("cccd12_number", person_.personal), ("cmnd9_number", person_.card),
        )
        if number
    }  # fmt: skip
    return person(
        _name(person_),
        RELATIONS[person_.relation] or "other",
        member_key=str(uuid.uuid4()),
        person={"sex": "male" if person_.sex == MALE else "female"},
        papers=numbers,
        **birth,
    )


def _name(person_: Person) -> str:
    return " ".join(person_.words).title() or "?"
