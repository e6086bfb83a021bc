"""What would follow is computed with the values chosen so far."""

import pytest
from sqlalchemy import select

from server.areas.tables import Area
from server.db import db
from server.domain.matching.judgement import Verdict
from server.domain.problems import Refused
from server.registry.queries import golden_of
from server.registry.tables import Correction, HouseholdRow
from server.review.actions import decide
from server.review.choosing import Choice
from server.review.outcome import find_outcome, suppose
from server.review.tables import MergeProposal
from tests.browsing import Browser
from tests.server.review.surveys import STAFF, arrive, survey
from tests.server.review.test_views import AN, LAN


@pytest.fixture
def pair(ward: Area) -> MergeProposal:
    arrive(survey(others=(LAN, AN), phones=("0912345678",)))
    arrive(survey("Nguyen Van Binh", others=(LAN,), phones=("0912345678",)))
    return db.session.scalars(select(MergeProposal)).one()


def test_what_is_supposed_is_what_comes(pair: MergeProposal) -> None:
    choices = [
        Choice("address.lane", "47", pair.left_record_id),
        Choice("members[an]", None, pair.left_record_id),
        Choice("members[lan].sex", "male", pair.left_record_id),
    ]
    outcome = find_outcome(pair)
    assert outcome is not None
    supposed = suppose(pair, outcome, choices)
    assert db.session.scalars(select(Correction)).all() == []

    decide(by=STAFF, proposal_id=pair.id, verdict=Verdict.SAME, choices=choices)

    made = golden_of(db.session.get_one(HouseholdRow, pair.left_household_id))
    assert supposed.result.household == made.household
    assert supposed.row_id == pair.left_household_id


def test_what_cannot_be_chosen_cannot_be_supposed(pair: MergeProposal) -> None:
    outcome = find_outcome(pair)
    assert outcome is not None

    with pytest.raises(Refused):
        suppose(pair, outcome, [Choice("address.planet", "x", pair.left_record_id)])


def test_the_page_keeps_what_was_chosen_and_tells_what_follows(
    officer: Browser, pair: MergeProposal
) -> None:
    before = officer.get(f"/review/{pair.id}").text
    page = officer.post(
        f"/review/{pair.id}/suppose", data={"person:an": "stay", "verdict": ""}
    )

    assert page.status_code == 200
    count = 'data-label="Sau khi gộp">{}</td>'
    assert count.format(2) in before
    assert count.format(3) in page.text
    assert 'name="person:an" value="stay" form="decide-form" checked' in page.text
    assert db.session.get_one(MergeProposal, pair.id).state == "open"
