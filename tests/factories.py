"""Rows for tests, made the short way. What a test is about it says itself."""

import hashlib
from collections.abc import Iterable
from datetime import date
from itertools import count
from typing import Any

from server import clock
from server.accounts.tables import User, UserArea
from server.areas.tables import Area
from server.db import transaction
from server.domain.actor import SYSTEM
from server.domain.people.names import fold
from server.inbox.tables import Submission

_numbers = count(1)


def make_area(**given: Any) -> Area:
    """A ward, valid since 2000, unless told otherwise."""
    number = next(_numbers)
    name = given.get("name", f"Phường {number}")
    values: dict[str, Any] = {
        "code": f"{90000 + number:05}",
        "name": name,
        "name_folded": fold(name),
        "level": "ward",
        "valid_from": date(2000, 1, 1),
        **given,
    }
    with transaction() as session:
        area = Area(**values)
        session.add(area)
        session.flush()
    return area


def make_user(*, areas: Iterable[Area] = (), **given: Any) -> User:
    """A person of a ward, responsible for `areas`, who cannot sign in yet."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "login": f"user{number}",
        "name": f"Nguyễn Thị {number}",
        "role": "ward",
        "created_at": clock.now(),
        **given,
    }
    with transaction() as session:
        user = User(**values)
        session.add(user)
        session.flush()
        session.add_all(UserArea(user_id=user.id, area_id=area.id) for area in areas)
    return user


def make_submission(**given: Any) -> Submission:
    """A row of the inbox as `receive` writes it, without a reading or a job."""
    payload = given.get("payload", b"<data/>")
    values: dict[str, Any] = {
        "source": "openrosa",
        "form_id": "household_review",
        "form_version": "1",
        "instance_id": f"uuid:{next(_numbers)}",
        "version": 1,
        "payload_kind": "xml",
        "payload": payload,
        "payload_sha256": hashlib.sha256(payload).hexdigest(),
        "expected_files": [],
        "received_at": clock.now(),
        "actor_kind": SYSTEM.kind,
        "actor_id": SYSTEM.id,
        "actor_name": SYSTEM.name,
        **given,
    }
    with transaction() as session:
        submission = Submission(**values)
        session.add(submission)
        session.flush()
    return submission
