"""Whether a phone may speak for the ward it names.

A settings card opens a door, ours or ODK Central's, for the areas of whoever carries it.
A survey of another ward is kept and waits for a person: a wrong choice on the list, a
borrowed phone or a copied card must not put households into a ward nobody sent that phone
to.
"""

from collections.abc import Callable

from flask import current_app

from server.accounts.tables import Phone, User
from server.areas.queries import current_area, scope_of
from server.db import db
from server.domain.problems import Problem
from server.domain.survey.record import SurveyRecord
from server.inbox.queries import amendments_of
from server.inbox.tables import Submission

WARD = "place/ward"


def objection(submission: Submission, record: SurveyRecord) -> Problem | None:
    """Why this ward is not for this phone; None when it is.

    A person who confirmed or changed the ward has vouched for it. A ward that was
    divided since leads to a guess only, and nobody is refused for a guess.
    """
    phone = _sender(submission)
    carrier = db.session.get(User, phone.user_id) if phone else None
    code = record.household.ward_code or ""
    area, is_certain = current_area(code, record.review_date)
    if carrier is None or area is None or not is_certain:
        return None
    if scope_of(carrier).holds(area.id):
        return None
    if any(each.path == WARD for each in amendments_of(submission.id)):
        return None
    values = {"value": area.name, "name": carrier.name, "place": WARD}
    return Problem("phone_outside_its_areas", "ward_code", values)


def _sender(submission: Submission) -> Phone | None:
    """The phone it was sent by, to us or to ODK Central. What an app user at Central is
    here is known by a feature above this one, which leaves its way to find out in
    `extensions["sender_at_central"]`."""
    if submission.actor_kind == "phone":
        return db.session.get(Phone, submission.actor_id)
    find: Callable[[Submission], Phone | None] = current_app.extensions.get(
        "sender_at_central", lambda _submission: None
    )
    return find(submission)
