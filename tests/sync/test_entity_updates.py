"""Updates of entities by surveys: Central makes them later than it accepts the survey."""

from typing import Any

import pytest

from server.db import db
from server.dispatch import at_central
from server.dispatch.tables import EntityClaim
from server.domain.actor import EVERYWHERE
from tests.sync.listing import A, ListOffice
from tests.sync.test_publish import later, office, ward

__all__ = ["later", "office", "ward"]
pytestmark = pytest.mark.sqlite_only


@pytest.fixture(autouse=True)
def registered(office: ListOffice, later: Any) -> None:
    office.arrive("uuid:a")
    office.give_back()
    later(minutes=5)


def moved(office: ListOffice, base: int) -> None:
    """A phone sends new answers about the household; they are here at once."""
    office.visit(
        "uuid:b", A, base=base, visit__review_date="2026-11-23",
        household__address__house_number="99",
    )  # fmt: skip
    office.take_over()


def base_of(office: ListOffice) -> int:
    return len(office.entity().versions)


def test_the_update_of_a_phone_comes_before_ours(
    office: ListOffice, later: Any
) -> None:
    moved(office, base_of(office))

    assert office.give_back() == {"awaited": 1}
    office.pass_time()
    office.give_back()

    assert office.entity().conflict is None
    later(minutes=5)
    assert office.give_back() == {}


def test_an_update_that_central_could_not_make_is_told_and_made_good(
    office: ListOffice, later: Any
) -> None:
    moved(office, 99)  # no such version
    office.pass_time()
    assert office.fake.world.audits[-1]["action"] == "entity.error"

    later(minutes=3)
    done = office.give_back()

    assert (done["changed"], done["failed"]) == (1, 1)
    assert "99" in office.held()["address"]
    ((claim, _),) = db.session.execute(at_central.failed(EVERYWHERE))
    assert claim.code == "404.9"


def test_an_update_that_was_made_is_asked_about_no_more_than_once(
    office: ListOffice, later: Any
) -> None:
    moved(office, base_of(office))
    office.pass_time()
    office.give_back()
    later(minutes=20)

    office.give_back()

    assert at_central.count(EVERYWHERE).failed == 0
    assert all(each.looks <= 1 for each in db.session.query(EntityClaim))
