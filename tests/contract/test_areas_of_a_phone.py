"""A phone speaks for the wards of the enumerator who carries it, and for no other."""

from sqlalchemy import func, select

from server.db import db
from server.domain.actor import Actor
from server.inbox import actions as inbox
from server.inbox.tables import Reading
from server.registry.tables import HouseholdRow
from tests.contract.collect import Collect
from tests.contract.conftest import Field
from tests.contract.surveys import new_id, survey, work

STAFF = Actor("user", 1, "Cán bộ")
ELSEWHERE = "00202"


def households() -> int:
    return db.session.scalar(select(func.count()).select_from(HouseholdRow)) or 0


def test_a_survey_of_another_ward_waits_for_a_person(
    field: Field, collect: Collect
) -> None:
    answer = collect.send(survey(new_id(), place__ward=ELSEWHERE))
    work()

    reading = db.session.scalars(select(Reading)).one()
    assert answer.status == 201, "the phone may forget it: it is kept here"
    assert reading.state == "quarantined"
    assert reading.problem_codes == "phone_outside_its_areas"
    assert households() == 0


def test_a_person_who_confirms_the_ward_lets_it_in(
    field: Field, collect: Collect
) -> None:
    collect.send(survey(new_id(), place__ward=ELSEWHERE))
    work()
    waiting = db.session.scalars(select(Reading)).one().submission_id

    inbox.amend_and_retry(
        by=STAFF,
        submission_id=waiting,
        changes={"place/ward": ELSEWHERE},
        reason="Đã hỏi: đi khảo sát giúp phường bên",
    )
    work()

    assert db.session.scalars(select(Reading)).one().state == "understood"
    assert households() == 1


def test_a_survey_of_the_own_ward_is_let_in_at_once(
    field: Field, collect: Collect
) -> None:
    collect.send(survey(new_id()))
    work()

    assert households() == 1
