"""What waits for whom."""

from datetime import timedelta

import pytest
from flask import Flask

from server import clock
from server.accounts.tables import Phone, User
from server.areas.tables import Area
from server.db import transaction
from server.domain.actor import EVERYWHERE, Scope
from server.inbox.tables import Reading
from server.jobs.tables import Job
from server.reports import waiting
from server.status import actions
from tests.browsing import Browser, signed_in
from tests.factories import make_submission, make_user
from tests.server.status.households import (
    at,
    make_household,
    make_ward,
    merge,
    recognise,
)


@pytest.fixture
def ward(app: Flask) -> Area:
    return make_ward()


@pytest.fixture
def officer(app: Flask, ward: Area) -> Browser:
    return signed_in(app, make_user(areas=[ward]))


def sight(area: Area) -> Scope:
    return Scope(frozenset({area.id}))


def park(area: Area, days_ago: int) -> None:
    row = make_submission(
        area_id=area.id, received_at=clock.now() - timedelta(days=days_ago)
    )
    with transaction() as session:
        session.add(
            Reading(
                submission_id=row.id, state="quarantined", problems=[],
                changed_at=clock.now(),
            )
        )  # fmt: skip


def add_phone(user: User, days_silent: int, **given: object) -> None:
    with transaction() as session:
        number = str(session.query(Phone).count())
        session.add(
            Phone(
                name="Máy", user_id=user.id, username=number, secrets={},
                token_index=number, created_at=clock.now() - timedelta(days=30),
                last_seen_at=clock.now() - timedelta(days=days_silent), **given,
            )
        )  # fmt: skip


def test_parked_submissions_of_the_own_areas_are_counted_with_the_oldest(
    ward: Area,
) -> None:
    park(ward, 0)
    park(ward, 5)
    park(make_ward(), 9)

    found = waiting.quarantined(sight(ward))

    assert (found.count, found.oldest) == (2, clock.now() - timedelta(days=5))
    assert waiting.quarantined(EVERYWHERE).count == 3
    assert waiting.quarantined(Scope(frozenset())).count == 0


def test_the_day_begins_at_midnight_in_vietnam(
    ward: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_submission(area_id=ward.id, received_at=at(2026, 11, 24, 0))
    make_submission(
        area_id=ward.id, received_at=at(2026, 11, 24, 0) - timedelta(seconds=1)
    )

    assert waiting.received_today(sight(ward)) == 1


def test_phones_that_have_not_called_for_days_are_counted(ward: Area) -> None:
    here = make_user(areas=[ward], role="enumerator")
    there = make_user(areas=[make_ward()], role="enumerator")
    add_phone(here, 4)
    add_phone(here, 2)
    add_phone(here, 9, revoked_at=clock.now())
    add_phone(there, 9)

    assert waiting.silent_phones(sight(ward)) == 1
    assert waiting.silent_phones(EVERYWHERE) == 2


def test_what_the_commune_has_to_decide_is_counted_per_standard(ward: Area) -> None:
    first, second, third = (make_household(ward) for _ in range(3))
    far = make_household(make_ward())
    rich = make_household(ward, "NON_POOR")
    everybody = [first, second, third, far, rich]
    actions.assess(household_ids=[each.id for each in everybody])
    recognise(ward, [(first, "POOR"), (third, "NEAR_POOR")])
    merge(third, first, at(2026, 11, 24, 10))

    (found,) = waiting.undecided(sight(ward))

    assert (found.standard, found.unrecognised, found.contradictions) == (
        "vn-2022",
        1,
        1,
    )


def test_an_empty_product_shows_the_first_steps(app: Flask) -> None:
    admin = signed_in(app, make_user(role="admin"))

    page = admin.get("/").text

    assert "Nhập các tổ dân phố" in page
    assert "đã xong" not in page


def test_steps_that_are_done_are_ticked(app: Flask, ward: Area) -> None:
    make_ward(level="group", parent_id=ward.id)
    make_user(role="ward")

    done = {step.name: step.is_done for step in waiting.first_steps()}

    assert done == {
        "users": True,
        "groups": True,
        "enumerators": False,
        "phones": False,
        "connected": False,
    }


def test_what_waits_is_a_link(officer: Browser, ward: Area) -> None:
    park(ward, 1)
    found = make_household(ward)
    actions.assess(household_ids=[found.id])

    page = officer.get("/").text

    assert "phiếu có vấn đề chưa xử lý" in page
    assert 'href="/lists?kind=unrecognised&amp;standard=vn-2022' in page


def test_failed_jobs_are_for_administrators(
    app: Flask, officer: Browser, ward: Area
) -> None:
    make_household(ward)
    with transaction() as session:
        session.add(
            Job(kind="x", payload={}, state="failed", run_at=clock.now(),
                created_at=clock.now())
        )  # fmt: skip
    admin = signed_in(app, make_user(role="admin"))

    assert "việc nền bị hỏng" in admin.get("/").text
    assert "việc nền bị hỏng" not in officer.get("/").text


def test_administrators_are_told_of_an_address_that_nobody_said(
    app: Flask, officer: Browser, ward: Area
) -> None:
    app.config["HOST"] = "0.0.0.0"  # noqa: S104
    admin = signed_in(app, make_user(role="admin"))

    assert "Chưa đặt PUBLIC_URL" in admin.get("/").text
    assert "PUBLIC_URL" not in officer.get("/").text
    app.config["PUBLIC_URL"] = "https://rasoat.example.vn"
    assert "PUBLIC_URL" not in admin.get("/").text


def test_an_enumerator_is_sent_to_the_phone(app: Flask) -> None:
    browser = signed_in(app, make_user(role="enumerator"))

    assert "ODK Collect" in browser.get("/").text
