"""A real server on this machine, and a phone that comes in by one of its two doors."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from server.accounts.phones import add_phone
from server.accounts.tables import Phone
from server.areas.tables import Area
from server.domain.actor import SYSTEM
from server.openrosa.actions import release
from tests.contract.collect import Collect
from tests.factories import make_area, make_user
from tests.journeys.posts import real_form

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)


@dataclass
class Field:
    """A ward with one enumerator, the form, and the server's address."""

    app: Flask
    base_url: str
    ward: Area
    phone: Phone
    door: str = "token"

    def collect(self, phone: Phone | None = None) -> Collect:
        """Another installation of Collect with this phone's settings."""
        secrets = (phone or self.phone).secrets
        if self.door == "token":
            return Collect(f"{self.base_url}/key/{secrets['token']}")
        return Collect(
            f"{self.base_url}/openrosa",
            username=(phone or self.phone).username,
            password=secrets["password"],
        )

    def another_phone(self, *areas: Area) -> Phone:
        """A phone of somebody else, in the same ward unless `areas` are given."""
        user = make_user(areas=areas or [self.ward], role="enumerator")
        return add_phone(by=SYSTEM, user_id=user.id, name="Máy khác")


@pytest.fixture(autouse=True)
def november(monkeypatch: pytest.MonkeyPatch) -> None:
    """The surveys of these tests were made four days ago."""
    monkeypatch.setattr("server.clock.now", lambda: NOW)
    monkeypatch.setattr("server.clock.today", lambda: date(2026, 11, 24))


@pytest.fixture(params=["token", "digest"])
def door(request: pytest.FixtureRequest) -> str:
    """Every check is made at both doors."""
    name: str = request.param
    return name


@pytest.fixture
def field(app: Flask, base_url: str, door: str) -> Field:
    converted, sha256 = real_form()
    release(by=SYSTEM, form=converted, workbook_sha256=sha256)
    ward = make_area(code="00229", name="Phường Khâm Thiên")
    make_area(code="00229-15", name="Tổ 15", level="group", parent_id=ward.id)
    make_area(code="00202", name="Phường Láng")
    user = make_user(areas=[ward], role="enumerator", name="Phạm Thị Ngọc")
    phone = add_phone(by=SYSTEM, user_id=user.id, name="Máy của Ngọc")
    return Field(app, base_url, ward, phone, door)


@pytest.fixture
def collect(field: Field) -> Iterator[Collect]:
    client = field.collect()
    yield client
    client.close()


@pytest.fixture
def more_phones(field: Field) -> Iterator[Callable[[], Collect]]:
    """More installations with the same settings, closed afterwards."""
    clients: list[Collect] = []

    def make() -> Collect:
        clients.append(field.collect())
        return clients[-1]

    yield make
    for client in clients:
        client.close()
