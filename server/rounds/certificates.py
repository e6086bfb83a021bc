"""The certificate of a recognised household, and how its code is checked.

The code leads to a page that tells whether the paper still holds. Its token is made from
the key of this installation, so that nobody can write one who was not given the paper.
"""

import hmac
from dataclasses import dataclass
from datetime import date

import segno
from markupsafe import Markup

from server import clock
from server.areas import queries as areas
from server.columns import blind_index
from server.db import db
from server.domain.problems import Problem, Refused
from server.registry.roster import ListedPerson, people_of
from server.registry.tables import HouseholdRow
from server.status import queries as status
from server.status.tables import RecognisedHousehold, Recognition

TOKEN_LENGTH = 24


@dataclass(frozen=True, slots=True)
class Certificate:
    """What one paper says, and whether it holds today."""

    recognition: Recognition
    household: HouseholdRow
    category: str
    area_name: str
    today: str | None  # what the household is recognised as today
    address: str

    @property
    def people(self) -> list[ListedPerson]:
        """Who belongs to the household now."""
        return people_of(self.household)

    @property
    def number(self) -> str:
        """The number of the paper: that of the decision, and of the household."""
        return f"{self.recognition.document_number} – {self.household.code}"

    @property
    def is_valid(self) -> bool:
        """Whether the household still is what the paper says."""
        is_withdrawn = self.recognition.withdrawn_at is not None
        return not is_withdrawn and self.today == self.category

    @property
    def given_on(self) -> date:
        return self.recognition.decided_on

    def picture(self) -> Markup:
        """The code as SVG."""
        return picture_of(self.address)


def picture_of(address: str) -> Markup:
    """A code that leads to an address, as SVG, black on white."""
    drawing = segno.make(address, error="m", micro=False)
    return Markup(  # noqa: S704 - made by segno of our own text
        drawing.svg_inline(dark="#000", light="#fff", border=2, omitsize=True)
    )


def token_of(recognition_id: int, household_id: str) -> str:
    """What only who holds the paper knows."""
    return blind_index(f"certificate:{recognition_id}:{household_id}")[:TOKEN_LENGTH]


def certificates(recognition_id: int, base_url: str) -> list[Certificate]:
    """A paper for each poor or near-poor household of a decision."""
    return [
        _certificate(item, row, base_url)
        for item, row in status.recognised_by(recognition_id)
        if item.category in status.LISTED
    ]


def checked(recognition_id: int, household_id: str, token: str) -> Certificate:
    """The paper a code leads to. Raises Refused for a code that was not given."""
    expected = token_of(recognition_id, household_id)
    item = db.session.get(RecognisedHousehold, (recognition_id, household_id))
    if item is None or not hmac.compare_digest(expected.encode(), token.encode()):
        raise Refused(Problem("certificate_not_found"), status=404)
    row = db.session.get_one(HouseholdRow, household_id)
    return _certificate(item, row, "")


def _certificate(
    item: RecognisedHousehold, row: HouseholdRow, base_url: str
) -> Certificate:
    recognition = db.session.get_one(Recognition, item.recognition_id)
    held = status.statuses_on([row.id], clock.today()).get(row.id, {})
    now = held.get(recognition.standard)
    path = f"/certificates/{recognition.id}/{row.id}/{token_of(recognition.id, row.id)}"
    return Certificate(
        recognition=recognition,
        household=row,
        category=item.category,
        area_name=areas.get_area(recognition.area_id).name,
        today=now.category if now and row.state == "live" else None,
        address=f"{base_url.rstrip('/')}{path}",
    )
