"""A fake Central with one form, and an installation that follows it."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.fakes.central import FakeCentral, running_central
from tests.sync.office import Office


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "office" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1", "localhost"]))


@pytest.fixture
def fake() -> Iterator[FakeCentral]:
    with running_central() as fake:
        yield fake


@pytest.fixture
def office(app: Flask, fake: FakeCentral) -> Iterator[Office]:
    office = Office(app, fake)
    office.publish()
    yield office
    office.central.close()
