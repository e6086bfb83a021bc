"""Households at a fake Central and here: phones that send, people who change lists."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from sqlalchemy import select

from server import clock
from server.areas.tables import Area
from server.db import db
from server.dispatch.tables import EntityLink
from server.domain.actor import Actor
from server.jobs.worker import run_due
from server.pipeline import HANDLERS
from sync.lists import ListAt
from sync.publish import publish_all
from sync.rounds import Office as Installation
from tests.domain.survey.submissions import as_xml, person, review
from tests.factories import make_area
from tests.fakes.central import FakeCentral
from tests.fakes.central.world import Entity
from tests.sync.office import quiet
from tests.sync.surveys import VERSION, SurveyOffice

Wait = Callable[..., None]
STAFF = Actor("user", 1, "Trần Thị Bình")
ENTITY = ".//{http://www.opendatakit.org/xforms/entities}entity"


def household_id(number: int) -> str:
    return f"5f1c0f6e-8a53-4c6e-9a44-{number:012}"


NAMES = ("Trần Thị Mai", "Lê Văn Đức", "Phạm Quang Huy", "Đỗ Thị Lan", "Vũ Bá Kiên")


def family(number: int) -> dict[str, Any]:
    """Answers of people who are nobody else."""
    name = NAMES[number % len(NAMES)]
    head = person(
        name,
        "head",
        member_key=f"head-{number}",
        birth_year=str(1940 + number),
        papers={"ethnicity": "01", "cccd12_number": f"0010{40 + number}0{number:05}"},
    )
    return {
        "household__contact__head_name": name,
        "household__contact__phone_1": None,
        "household__address__house_number": str(number),
        "household__address__street": f"Phố {number}",
        "household__roster__member": [head],
    }


A, B, C = (household_id(number) for number in (1, 2, 3))


class ListOffice(SurveyOffice):
    """A Central whose clock the test moves, and an installation that publishes."""

    name = "households"

    def guard(self) -> None:
        """Phones are shown the households of their wards only."""
        at = f"projects/{self.project}"
        self.central.send("POST", f"{at}/actor-properties", {"name": "ward"})
        rule = {"datasetProperty": "ward", "actorProperty": "ward"}
        access = {"type": "property", "rules": [rule]}
        self.central.send("PATCH", self.there.path, {"accessFilter": access})

    def visit(
        self, instance: str, household: str = A, base: int | None = None, **more: Any
    ) -> None:
        """A phone sends a survey: of a new household, or of a known one on the version
        `base` of its entity."""
        old = more.pop("old", "")
        answers = review(household_id=household, **more)
        if base is not None:
            answers["known_household"] = household
        root = as_xml(
            answers,
            instance_id=instance,
            deprecated_id=old,
            create="" if base is not None else "1",
            update="" if base is None else "1",
        )
        root.set("version", VERSION)
        if base is not None:
            entity = root.find(ENTITY)
            assert entity is not None
            entity.set("baseVersion", str(base))
        content = ET.tostring(root, encoding="utf-8")
        if old:
            path = f"{self.path}/submissions/{old}"
            self.central.send("PUT", path, content=content)
        else:
            self.central.send("POST", f"{self.path}/submissions", content=content)

    def pass_time(self, seconds: float = 30) -> None:
        """Central's worker makes entities of submissions."""
        with self.fake.world.lock:
            self.fake.world.clock.advance(seconds)
            self.fake.world.catch_up()

    def take_over(self) -> None:
        """Pull, and do all that follows here."""
        self.pull()
        run_due(HANDLERS)

    def arrive(self, instance: str, household: str = A, **more: Any) -> None:
        """A survey comes here, and its entity is made there."""
        self.visit(instance, household, **more)
        self.pass_time()
        self.take_over()

    def give_back(self) -> Counter[str]:
        """Publish; nothing may go wrong."""
        outcome = publish_all(self.installation, quiet)
        assert outcome.problems == []
        return sum(outcome.counts.values(), Counter())

    @property
    def installation(self) -> Installation:
        return Installation(self.central, self.project, self.store, wants_files=False)

    @property
    def there(self) -> ListAt:
        return ListAt(self.central, self.project, self.name)

    def entity(self, uuid: str = A, name: str = "") -> Entity:
        datasets = self.fake.world.projects[self.project].datasets
        return datasets[name or self.name].entities[uuid]

    def held(self, uuid: str = A, name: str = "") -> dict[str, str]:
        """What the entity says now."""
        version = self.entity(uuid, name).versions[-1]
        return {"label": version.label, **version.data}

    def live(self, name: str = "") -> list[str]:
        """The uuids of the list, without deleted ones."""
        datasets = self.fake.world.projects[self.project].datasets
        entities = datasets[name or self.name].entities.values()
        return sorted(e.uuid for e in entities if e.deleted_at is None)

    def by_hand(self, uuid: str = A, **data: str) -> None:
        """Somebody at Central changes an entity."""
        base = self.entity(uuid).versions[-1].number
        self.central.send(
            "PATCH",
            self.there.entity(uuid),
            {"data": data},
            params={"baseVersion": str(base)},
        )

    def link(self, household: str = A) -> EntityLink:
        db.session.rollback()
        return db.session.scalars(
            select(EntityLink).where(
                EntityLink.household_id == household, EntityLink.retired_at.is_(None)
            )
        ).one()

    def sent(self, *methods: str) -> list[str]:
        """The paths of what was written to lists since the last look."""
        asked = [path for method, path in self.fake.asked if method in methods]
        self.fake.asked.clear()
        return [path for path in asked if "/datasets/" in path]


@pytest.fixture
def ward(app: Flask) -> Area:
    district = make_area(code="006", name="Đống Đa", level="district")
    return make_area(code="00229", name="Khâm Thiên", parent_id=district.id)


@pytest.fixture
def office(app: Flask, fake: FakeCentral, ward: Area) -> ListOffice:
    """An installation whose lists at Central each phone sees its own part of."""
    office = ListOffice(app, fake)
    office.publish()
    office.guard()
    return office


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Wait:
    """Let time pass here."""
    usual, passed = clock.now, [timedelta()]
    monkeypatch.setattr(clock, "now", lambda: usual() + passed[0])

    def wait(**given: float) -> None:
        passed[0] += timedelta(**given)

    return wait
