"""From deploying to a household: a phone that knows nothing but its settings card."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from flask import Flask
from lxml import etree
from sqlalchemy import select

from server.accounts.phones import revoke_phone
from server.accounts.tables import Phone
from server.db import db
from server.domain.actor import SYSTEM
from server.inbox.file_store import FileStore
from server.inbox.tables import Reading, Submission
from server.jobs.worker import run_due
from server.pipeline import HANDLERS
from server.registry.tables import HouseholdRow
from sync.publish import publish_all
from sync.rounds import Office, pull_all
from tests.contract.collect import Collect, Listed
from tests.contract.entities import LocalList
from tests.contract.surveys import survey
from tests.fakes.central import FakeCentral
from tests.sync.office import quiet
from tests.sync.ready import Ready

pytestmark = [
    pytest.mark.sqlite_only,
    pytest.mark.allow_hosts(["127.0.0.1", "localhost"]),
]


@pytest.fixture(params=["filters", "lists of wards"])
def ready(
    app: Flask, fake: FakeCentral, request: pytest.FixtureRequest
) -> Iterator[Ready]:
    fake.world.has_filters = request.param == "filters"
    ready = Ready(app, fake)
    ready.deploy()
    yield ready
    ready.central.close()


def work(ready: Ready) -> None:
    """What one round of the loop does."""
    store = FileStore(ready.app.config["DATA_DIR"] / "files")
    office = Office(ready.central, ready.project, store, wants_files=False)
    assert pull_all(office, quiet).problems == []
    db.session.rollback()
    while run_due(HANDLERS):
        pass
    ready.fake.world.clock.advance(300)
    assert publish_all(office, quiet).problems == []
    db.session.rollback()


def filled(form: Listed, household_id: str, ward: str = "00229") -> bytes:
    """A survey made with the form as the phone has it."""
    xml = survey(
        household_id,
        place__ward=ward,
        place__residential_group=f"{ward}-15" if ward == "00229" else f"{ward}-01",
    )
    root = etree.fromstring(xml)
    root.set("id", form.form_id)
    root.set("version", form.version)
    for node in root.iter("{http://www.opendatakit.org/xforms/entities}entity"):
        name = form.form_id.replace("household_review", "households")
        node.set("dataset", name)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def refresh(collect: Collect) -> tuple[Listed, dict[str, bytes]]:
    """Everything a phone loads when it asks for forms."""
    (form,) = collect.form_list()
    assert collect.get(form.download_url).status == 200
    media = collect.manifest(form.manifest_url or "")
    return form, {m.name: collect.get(m.download_url).body for m in media}


def households() -> list[HouseholdRow]:
    db.session.rollback()
    return list(db.session.scalars(select(HouseholdRow)))


def test_a_survey_becomes_a_household_and_comes_back_to_its_ward_only(
    ready: Ready,
) -> None:
    _, stranger = ready.another(ready.other)
    ready.deploy()
    new = str(uuid4())
    with ready.collect() as collect:
        form, _ = refresh(collect)
        assert collect.send(filled(form, new)).status == 201

    work(ready)

    (household,) = households()
    assert household.id == new
    with ready.collect() as collect, ready.collect(stranger) as elsewhere:
        assert head_names(collect) == ["Nguyễn Văn Bình"]
        assert head_names(elsewhere) == []
    phone = db.session.get_one(Phone, ready.phone.id, populate_existing=True)
    assert phone.last_seen_at is not None


def head_names(collect: Collect) -> list[str]:
    _, content = refresh(collect)
    (name,) = (each for each in content if each.startswith("households"))
    known = LocalList()
    known.receive(content[name], "a hash")
    return [each.properties["head_name"] for each in known.entities.values()]


def test_a_phone_speaks_for_its_own_wards_only(ready: Ready) -> None:
    with ready.collect() as collect:
        form, _ = refresh(collect)
        collect.send(filled(form, str(uuid4()), ward="00202"))

    work(ready)

    assert households() == []
    reading = db.session.scalars(select(Reading)).one()
    assert [p["code"] for p in reading.problems] == ["phone_outside_its_areas"]


def test_what_a_lost_phone_still_sends_is_refused(ready: Ready) -> None:
    with ready.collect() as collect:
        form, _ = refresh(collect)
        revoke_phone(by=SYSTEM, phone_id=ready.phone.id)
        ready.deploy()

        answer = collect.post(filled(form, str(uuid4())))

    assert answer.status == 403
    assert answer.message
    work(ready)
    assert db.session.scalars(select(Submission)).all() == []
