"""A story of the household list that goes wrong in every way, told by a seed.

Phones register and revisit households, people at Central change and delete entities by
hand, staff here merge, part, correct and record departures, while two publishers run,
are killed at a step that the seed names, and meet faults in a third of their requests.
At rest the list must say what the register says, but for what waits for a person, and
nothing may have been made twice.

`python -m tests.sync.publishing_torture 1000` plays many seeds.
"""

import random
import sys
import threading
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from server import clock, invariants
from server.audit.tables import AuditEvent
from server.db import db
from server.dispatch import expected
from server.dispatch.settling import settle_conflict, take_back_settlement
from server.dispatch.tables import EntityLink, Publication
from server.domain.actor import EVERYWHERE
from server.domain.matching.judgement import Verdict
from server.domain.problems import Refused
from server.jobs.worker import run_due
from server.pipeline import HANDLERS
from server.registry.actions import correct, record_departure, take_back_departure
from server.registry.tables import HouseholdEvent
from server.review.actions import decide, undo
from server.review.tables import JudgementRow, MergeProposal
from sync.problems import CentralError
from tests.domain.survey.submissions import person
from tests.factories import make_area
from tests.fakes.central import FakeCentral, FaultPlan, running_central
from tests.fakes.central.world import Entity
from tests.sync.listing import STAFF, ListOffice, family
from tests.sync.torture import Pullers, warm_pullers

ROUNDS = 4
FAULTS = 0.3
TRIES = 6
BY_HAND = "phố Tay"


class Story:
    """Phones, people at Central and staff here, who do what the seed says."""

    def __init__(self, office: ListOffice, chance: random.Random) -> None:
        self.office = office
        self.chance = chance
        self.number = 0
        self.by_hand = 0

    def there(self, number: int) -> None:
        """At Central, beside the publishers."""
        for _ in range(number):
            act = self.chance.choices(
                [self.register, self.revisit, self.change, self.delete, self.add,
                 self.wait],
                weights=[8, 8, 2, 1, 1, 5],
            )[0]  # fmt: skip
            with suppress(CentralError, KeyError, IndexError):
                act()

    def here(self, number: int) -> None:
        """In the register, between two rounds."""
        for _ in range(number):
            act = self.chance.choice(
                [self.judge, self.judge, self.part, self.correct, self.leave,
                 self.return_, self.settle, self.take_back]
            )  # fmt: skip
            with suppress(Refused, IndexError):
                act()
            run_due(HANDLERS)

    def register(self) -> None:
        self.number += 1
        made = str(UUID(int=self.chance.getrandbits(128), version=4))
        self.office.visit(f"uuid:n{self.number}", made, **self.people())

    def revisit(self) -> None:
        entity = self.chance.choice(self.entities())
        self.number += 1
        base = entity.versions[-1].number - self.chance.choice([0, 0, 0, 1])
        self.office.visit(
            f"uuid:u{self.number}",
            entity.uuid,
            base=max(1, base),
            visit__review_date=f"2026-11-{1 + self.number % 20:02}",
            **self.people(),
        )

    def people(self) -> dict[str, Any]:
        number = self.chance.randrange(4)
        if number:
            return family(number)
        # Alike, but not certainly the same: for a person.
        return {"household__roster__member": [person("Nguyễn Văn Bình", "head")]}

    def change(self) -> None:
        self.by_hand += 1
        chosen = self.chance.choice(self.entities())
        self.office.by_hand(chosen.uuid, address=f"số {self.by_hand} {BY_HAND}")

    def delete(self) -> None:
        chosen = self.chance.choice(self.entities())
        self.office.central.send("DELETE", self.office.there.entity(chosen.uuid))

    def add(self) -> None:
        body = {"label": "Nhà văn hoá", "data": {}}
        self.office.central.send("POST", f"{self.office.there.path}/entities", body)

    def wait(self) -> None:
        self.office.fake.world.clock.advance(self.chance.choice([1, 5, 30]))

    def judge(self) -> None:
        found = db.session.scalars(
            select(MergeProposal.id).where(MergeProposal.state == "open")
        ).all()
        verdict = self.chance.choice([Verdict.SAME, Verdict.SAME, Verdict.DIFFERENT])
        decide(by=STAFF, proposal_id=self.chance.choice(found), verdict=verdict)

    def part(self) -> None:
        found = db.session.scalars(
            select(JudgementRow.id).where(JudgementRow.superseded_at.is_(None))
        ).all()
        undo(by=STAFF, judgement_id=self.chance.choice(found), reason="nhầm")

    def correct(self) -> None:
        self.number += 1
        correct(
            by=STAFF, household_id=self.household(), path="address.lane",
            value=str(self.number), reason="x",
        )  # fmt: skip

    def leave(self) -> None:
        record_departure(
            by=STAFF, household_id=self.household(), kind="moved_out",
            on=clock.today(), reason="x",
        )  # fmt: skip

    def return_(self) -> None:
        found = db.session.scalars(
            select(HouseholdEvent.id).where(HouseholdEvent.superseded_at.is_(None))
        ).all()
        take_back_departure(by=STAFF, event_id=self.chance.choice(found))

    def settle(self) -> None:
        link = self.chance.choice(conflicts())
        choice = self.chance.choice(["ours", "theirs"])
        settle_conflict(by=STAFF, link_id=link.id, choice=choice, scope=EVERYWHERE)

    def take_back(self) -> None:
        found = db.session.scalars(
            select(EntityLink).where(EntityLink.wish.is_not(None))
        ).all()
        link = self.chance.choice(found)
        take_back_settlement(by=STAFF, link_id=link.id, scope=EVERYWHERE)

    def household(self) -> str:
        found = db.session.scalars(
            select(Publication.household_id).where(Publication.is_listed)
        ).all()
        return self.chance.choice(sorted(found))

    def entities(self) -> list[Entity]:
        with self.office.fake.world.lock:
            found = self.office.fake.world.projects[self.office.project].datasets
            entities = found["households"].entities.values()
            return [each for each in entities if each.deleted_at is None]


def conflicts() -> list[EntityLink]:
    db.session.rollback()
    return list(
        db.session.scalars(
            select(EntityLink).where(
                EntityLink.conflict.is_not(None), EntityLink.wish.is_(None)
            )
        )
    )


def play(app: Flask, address: str, seed: int, pullers: Pullers) -> list[str]:
    """The story of a seed; returns what is not as it should be."""
    chance = random.Random(seed)  # noqa: S311
    plan = FaultPlan(seed, seconds=0.05)
    make_area(code="00229", name="Phường Khâm Thiên")
    with running_central(faults=plan, seed=seed, late=0.2) as fake:
        office = ListOffice(app, fake)
        office.publish()
        office.guard()
        story = Story(office, chance)
        story.there(12)
        for _ in range(ROUNDS):
            works = ["publish", chance.choice(["publish", "pull"])]
            orders = [_order(app, address, office, chance, work) for work in works]
            thread = threading.Thread(target=story.there, args=(8,))
            plan.rate = FAULTS
            thread.start()
            ends = pullers.run(orders)
            thread.join()
            plan.rate = 0.0
            assert set(ends) <= {0, -9}, ends
            story.here(3)
        return _at_rest(office, fake, story)


def _order(
    app: Flask, address: str, office: ListOffice, chance: random.Random, work: str
) -> dict[str, Any]:
    return {
        "folder": str(app.config["DATA_DIR"]),
        "address": address,
        "url": office.fake.url,
        "email": office.fake.email,
        "password": office.fake.password,
        "project": office.project,
        "work": work,
        "dies_at": chance.choice([0, *(chance.randrange(1, 300) for _ in range(2))]),
    }


def _at_rest(office: ListOffice, fake: FakeCentral, story: Story) -> list[str]:
    fake.settle()
    grace, expected.GRACE = expected.GRACE, timedelta()
    try:
        for _ in range(TRIES):
            office.take_over()
            office.give_back()
            if not conflicts():
                break
            story.settle()
        office.give_back()
        writes = [path for method, path in fake.asked if method != "GET"]
        office.give_back()
        again = [path for method, path in fake.asked if method != "GET"]
    finally:
        expected.GRACE = grace
    found = differences(office) + [e.sentence("en") for e in invariants.verify()]
    return found + [f"written again {path}" for path in again[len(writes) :]]


def differences(office: ListOffice) -> list[str]:
    """What the list holds otherwise than the register, at rest."""
    found = office.fake.world.projects[office.project].datasets["households"].entities
    db.session.rollback()
    links = {
        link.uuid: link
        for link in db.session.scalars(
            select(EntityLink).where(EntityLink.retired_at.is_(None))
        )
    }
    owners = {link.household_id: link for link in links.values() if link.household_id}
    wrong = [
        f"unknown {uuid}" for uuid in found if _is_live(found[uuid]) - links.keys()
    ]
    for row in db.session.scalars(select(Publication)):
        link = owners.get(row.household_id)
        entity = found.get(link.uuid) if link else None
        wrong += _differing(row, link, entity)
    asked = set(
        db.session.scalars(
            select(AuditEvent.subject_id).where(
                AuditEvent.action.in_(
                    ["entity.conflict_settled", "entity.settlement_taken_back"]
                )
            )
        )
    )
    for entity in found.values():
        link = links.get(entity.uuid)
        wrong += _twice(entity)
        if link is None or link.household_id not in asked:
            wrong += _forced(entity)
    return wrong


def _is_live(entity: Entity) -> set[str]:
    return {entity.uuid} if entity.deleted_at is None else set()


def _differing(
    row: Publication, link: EntityLink | None, entity: Entity | None
) -> list[str]:
    is_there = entity is not None and entity.deleted_at is None
    if link is not None and link.conflict:
        return []
    if row.is_listed != is_there:
        return [f"{row.household_id}: listed {row.is_listed}, there {is_there}"]
    if entity is None or not is_there:
        return []
    last = entity.versions[-1]
    blank = dict.fromkeys(("last_status", "check_id", "check_about"), "")
    held = {**blank, "label": last.label, **last.data}
    wanted = {name: v for name, v in row.properties.items() if name != "name"}
    return [] if held == wanted else [f"{row.household_id}: {held} is not {wanted}"]


def _twice(entity: Entity) -> list[str]:
    """A change of ours that was made although nothing changed by it."""
    return [
        f"{entity.uuid}: version {after.number} again"
        for before, after in zip(entity.versions, entity.versions[1:], strict=False)
        if not after.source and (before.label, before.data) == (after.label, after.data)
    ]


def _forced(entity: Entity) -> list[str]:
    """What somebody changed by hand, and we changed back although nobody decided."""
    return [
        f"{entity.uuid}: version {before.number} overwritten"
        for before, after in zip(entity.versions, entity.versions[1:], strict=False)
        if BY_HAND in before.received.get("address", "") and not before.source
        if "address" in after.received and not after.source
        if BY_HAND not in after.received["address"]
    ]


def main() -> None:
    """Play so many seeds on SQLite, and say which go wrong."""
    from server.migrations.upgrade import upgrade
    from tests.conftest import make_app

    wrong = 0
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    with warm_pullers() as pullers:
        for seed in range(first, first + seeds):
            with TemporaryDirectory() as name:
                address = f"sqlite:///{Path(name) / 'ra-soat.sqlite'}"
                app = make_app(Path(name), address)
                with app.app_context():
                    upgrade()
                    found = play(app, address, seed, pullers)
                    db.session.remove()
                    db.engine.dispose()
            wrong += bool(found)
            sys.stdout.write(f"seed {seed}: {found or 'equal'}\n")
            sys.stdout.flush()
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
