"""Changes to phones are left for whoever goes to ODK Central, where there is one."""

import pytest
from flask import Flask
from sqlalchemy import select

from server.accounts.actions import change_user, disable_user
from server.accounts.phones import add_phone, revoke_phone
from server.db import db
from server.domain.actor import SYSTEM
from server.jobs.tables import Job
from tests.factories import make_area, make_user

pytestmark = pytest.mark.sqlite_only


def errands() -> int:
    db.session.rollback()
    kind = Job.kind == "central_app_users_changed"
    return len(db.session.scalars(select(Job).where(kind)).all())


def test_each_change_of_a_phone_is_left_as_an_errand(app: Flask) -> None:
    app.config["CENTRAL_URL"] = "https://odk.example.vn"
    user = make_user(role="enumerator")
    ward = make_area()
    phone = add_phone(by=SYSTEM, user_id=user.id, name="Máy")
    assert errands() == 1
    revoke_phone(by=SYSTEM, phone_id=phone.id)
    revoke_phone(by=SYSTEM, phone_id=phone.id)
    assert errands() == 2
    for area_ids in ([ward.id], [ward.id]):
        change_user(
            by=SYSTEM, user_id=user.id, name="Lan", role="enumerator", area_ids=area_ids
        )
    assert errands() == 3
    disable_user(by=SYSTEM, user_id=user.id)

    assert errands() == 4


def test_without_odk_central_nobody_is_told(app: Flask) -> None:
    user = make_user(role="enumerator")
    phone = add_phone(by=SYSTEM, user_id=user.id, name="Máy")

    revoke_phone(by=SYSTEM, phone_id=phone.id)

    assert errands() == 0
