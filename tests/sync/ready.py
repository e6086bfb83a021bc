"""An installation with wards, enumerators and phones, whose Central is to be made ready."""

import zlib
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import select

from server.accounts.phones import add_phone
from server.accounts.tables import Phone, User
from server.areas.tables import Area
from server.central.tables import AppUser
from server.db import db
from server.domain.actor import SYSTEM
from server.openrosa.actions import release
from sync.central import Central
from sync.deploy import Deployed, deploy
from sync.steps import Steps
from tests.contract.collect import Collect
from tests.factories import make_area, make_user
from tests.fakes.central import FakeCentral
from tests.journeys.posts import real_form
from tests.sync.office import quiet

FORM = "household_review"


class Ready:
    """Two wards of groups, an enumerator in the first with a phone, and a Central."""

    def __init__(self, app: Flask, fake: FakeCentral) -> None:
        self.app, self.fake = app, fake
        fake.world.domain = fake.url
        self.central = Central(
            fake.url, fake.email, fake.password, sleep=lambda _: None
        )
        converted, sha256 = real_form()
        release(by=SYSTEM, form=converted, workbook_sha256=sha256)
        self.version = converted.version
        self.ward = self.area("00229", "Phường Khâm Thiên", "00229-15", "00229-16")
        self.other = self.area("00202", "Phường Láng", "00202-01")
        self.user = make_user(
            areas=[self.ward], role="enumerator", name="Phạm Thị Ngọc"
        )
        self.phone = add_phone(by=SYSTEM, user_id=self.user.id, name="Máy của Ngọc")
        self.said: list[str] = []
        self.project = 0

    def area(self, code: str, name: str, *groups: str) -> Area:
        ward = make_area(code=code, name=name)
        for group in groups:
            label = f"Tổ {group[-2:]}"
            make_area(code=group, name=label, level="group", parent_id=ward.id)
        return ward

    def another(self, *areas: Area, name: str = "Lê Văn Hùng") -> tuple[User, Phone]:
        user = make_user(areas=areas, role="enumerator", name=name)
        return user, add_phone(by=SYSTEM, user_id=user.id, name="Máy khác")

    def deploy(self, *, is_dry: bool = False) -> Deployed:
        self.said = []
        steps = Steps(
            self.central,
            tell=self.said.append,
            progress=quiet,
            sleep=lambda _: None,
            is_dry=is_dry,
        )
        deployed = deploy(steps, self.project)
        self.project = deployed.project or 0
        return deployed

    def writes(self) -> list[tuple[str, str]]:
        """What was asked of Central that changes something, since the last look."""
        asked = [each for each in self.fake.asked if each[0] != "GET"]
        self.fake.asked.clear()
        return [each for each in asked if each[1] != "/v1/sessions"]

    def app_user(self, phone: Phone | None = None) -> AppUser:
        db.session.rollback()
        wanted = select(AppUser).where(AppUser.phone_id == (phone or self.phone).id)
        return db.session.scalars(wanted).one()

    def app_users(self) -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = self.central.get(
            f"projects/{self.project}/app-users",
            None,
            **{"X-Extended-Metadata": "true"},
        )
        return told

    def living(self) -> list[str]:
        return sorted(str(a["displayName"]) for a in self.app_users() if a["token"])

    @contextmanager
    def collect(self, phone: Phone | None = None) -> Iterator[Collect]:
        """Collect, set up by the phone's card."""
        token = self.app_user(phone).token
        client = Collect(f"{self.fake.url}/v1/key/{token}/projects/{self.project}")
        try:
            yield client
        finally:
            client.close()

    def versions(self, form_id: str = FORM) -> list[str]:
        form = self.fake.form(self.project, form_id)
        return [version.xform.version for version in form.published]


def settings_in(code: str) -> str:
    return zlib.decompress(b64decode(code)).decode()
