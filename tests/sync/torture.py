"""A story at Central that goes wrong in every way, told by a seed.

Writers create, edit, race, review, delete, restore, attach late, purge and publish new
versions, while two pullers run, are killed at a step that the seed names,
and meet faults in a third of their requests; a share of what is written is seen late.
At rest the mirror must be equal to Central, and the register sound.

`python -m tests.sync.torture 1000` plays many seeds, every other on PostgreSQL; a second
number says from which on.
"""

import json
import random
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask

from server import clock, invariants
from server.db import db
from server.domain.actor import SYSTEM
from server.jobs.worker import run_due
from server.mirror import actions
from server.pipeline import HANDLERS
from sync.problems import CentralError
from sync.rounds import Office as Installation
from sync.rounds import pull_all, reconcile_all
from tests.fakes.central import FakeCentral, FaultPlan, running_central
from tests.forking import Program, started
from tests.sync.office import lacking, quiet
from tests.sync.surveys import SurveyOffice

ROUNDS = 4
FAULTS = 0.3


class Writers:
    """People at Central, who do what the seed says and are not told of faults."""

    def __init__(self, office: SurveyOffice, chance: random.Random) -> None:
        self.office = office
        self.chance = chance
        self.versions = 0
        self.names = 0

    def do_some(self, number: int) -> None:
        for _ in range(number):
            act = self.chance.choices(
                [
                    self.create, self.edit, self.race, self.review, self.delete,
                    self.restore, self.attach, self.purge, self.publish, self.wait,
                ],
                weights=[8, 5, 1, 3, 3, 2, 4, 1, 1, 3],
            )[0]  # fmt: skip
            with suppress(CentralError, KeyError, IndexError):
                act()

    def create(self) -> None:
        self.office.create(self.name("s"), str(self.names))

    def edit(self) -> None:
        root, current = self.one()
        self.office.edit(root, current, self.name("e"), str(self.names))

    def race(self) -> None:
        root, current = self.one()
        with self.office.fake.world.lock:
            submission = self.form().submissions[root]
            if len(submission.current()) != 1:
                return
        self.office.race(root, current, self.name("r"), self.name("r"))

    def review(self) -> None:
        root, _ = self.one()
        self.office.review(root, self.chance.choice(["approved", "hasIssues"]))

    def delete(self) -> None:
        self.office.delete(self.one()[0])

    def restore(self) -> None:
        self.office.restore(self.one(deleted=True)[0])

    def attach(self) -> None:
        self.office.attach(self.one()[0], self.name("photo").encode())

    def purge(self) -> None:
        self.office.purge(self.one(deleted=True)[0])

    def publish(self) -> None:
        self.versions += 1
        self.office.publish_again(f"20261201{self.versions:02}")

    def wait(self) -> None:
        self.office.fake.world.clock.advance(self.chance.choice([5, 60, 900]))

    def name(self, kind: str) -> str:
        self.names += 1
        return f"uuid:{kind}{self.names}"

    def one(self, *, deleted: bool = False) -> tuple[str, str]:
        """A submission and its newest version."""
        with self.office.fake.world.lock:
            found = sorted(
                (each.instance_id, each.current()[-1].instance_id)
                for each in self.form().submissions.values()
                if (each.deleted_at is not None) == deleted
            )
        return self.chance.choice(found)

    def form(self) -> Any:
        return self.office.fake.form(self.office.project, self.office.form)


class Pullers:
    """The process that forks pullers, two at a time."""

    def __init__(self, process: Program) -> None:
        self._process = process

    def run(self, orders: list[dict[str, Any]]) -> list[int]:
        self._process.stdin.write(json.dumps(orders) + "\n")
        self._process.stdin.flush()
        ends: list[int] = json.loads(self._process.stdout.readline())
        return ends


@contextmanager
def warm_pullers() -> Iterator[Pullers]:
    with started("tests.sync.pullers", errors=None) as process:
        yield Pullers(process)


def play(app: Flask, address: str, seed: int, pullers: Pullers) -> list[str]:
    """The story of a seed; returns what is not as it should be."""
    chance = random.Random(seed)  # noqa: S311
    plan = FaultPlan(seed, seconds=0.05)
    with running_central(faults=plan, seed=seed, late=0.2) as fake:
        office = SurveyOffice(app, fake)
        office.publish()
        writers = Writers(office, chance)
        writers.do_some(15)
        for number in range(ROUNDS):
            orders = [_order(app, address, office, chance) for _ in range(2)]
            plan.rate = FAULTS
            _beside(writers, pullers, orders)
            plan.rate = 0.0
            if number % 2:
                run_due(HANDLERS)
        return _at_rest(app, office, fake)


def _beside(writers: Writers, pullers: Pullers, orders: list[dict[str, Any]]) -> None:
    thread = threading.Thread(target=writers.do_some, args=(12,))
    thread.start()
    ends = pullers.run(orders)
    thread.join()
    assert set(ends) <= {0, -9}, ends


def _order(
    app: Flask, address: str, office: SurveyOffice, chance: random.Random
) -> dict[str, Any]:
    return {
        "folder": str(app.config["DATA_DIR"]),
        "address": address,
        "url": office.fake.url,
        "email": office.fake.email,
        "password": office.fake.password,
        "project": office.project,
        "work": chance.choice(["pull", "pull", "reconcile"]),
        "dies_at": chance.choice([0, *(chance.randrange(1, 200) for _ in range(2))]),
    }


def _at_rest(app: Flask, office: SurveyOffice, fake: FakeCentral) -> list[str]:
    fake.settle()
    ours = Installation(office.central, office.project, office.store, wants_files=True)
    with _days_later():
        for _ in range(2):
            for work in (pull_all, reconcile_all):
                problems = work(ours, quiet).problems
                assert problems == []
            if office.followed().losses:
                actions.allow_losses(by=SYSTEM, form_id=office.followed().id)
        run_due(HANDLERS)
    db.session.rollback()
    broken = [each.sentence("en") for each in invariants.verify()]
    return office.differences() + lacking(office) + broken


@contextmanager
def _days_later() -> Iterator[None]:
    """Pauses after files that could not be fetched are over."""
    usual, later = clock.now, clock.now() + timedelta(days=2)
    clock.now = lambda: later
    try:
        yield
    finally:
        clock.now = usual


def main() -> None:
    """Play so many seeds from one on, every other on PostgreSQL; say which go wrong."""
    from tests.postgresql import start_postgresql

    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    wrong = []
    with (
        TemporaryDirectory(prefix="ra-soat-") as folder,
        start_postgresql(Path(folder)) as postgresql,
        warm_pullers() as pullers,
    ):
        for seed in range(first, first + seeds):
            found = _play_on(postgresql if seed % 2 else "", seed, pullers)
            if found:
                wrong.append(seed)
            sys.stdout.write(f"seed {seed}: {found or 'equal'}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{seeds - len(wrong)} of {seeds} equal; not: {wrong}\n")
    sys.exit(bool(wrong))


def _play_on(postgresql: str, seed: int, pullers: Pullers) -> list[str]:
    from server.migrations.upgrade import upgrade
    from tests.conftest import make_app
    from tests.factories import make_area
    from tests.postgresql import empty

    with TemporaryDirectory() as name:
        address = postgresql or f"sqlite:///{Path(name) / 'ra-soat.sqlite'}"
        app = make_app(Path(name), address, LOG_LEVEL="ERROR")
        with app.app_context():
            upgrade()
            if postgresql:
                empty(postgresql)
            make_area(code="00229", name="Phường Khâm Thiên")
            try:
                return play(app, address, seed, pullers)
            finally:
                db.session.remove()
                db.engine.dispose()


if __name__ == "__main__":
    main()
