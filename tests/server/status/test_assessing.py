"""What the machine makes of households, and that it never touches the commune's word."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from server.db import db, transaction
from server.domain.poverty.classify import assess as classify
from server.domain.poverty.load import load_pack
from server.domain.survey.record import Household
from server.registry.tables import HouseholdRow
from server.status import actions, queries
from server.status.tables import AssessmentRow, PovertyStatus
from tests.domain.poverty.households import household
from tests.server.status.households import (
    REVIEWED,
    TODAY,
    at,
    depart,
    make_household,
    make_ward,
    merge,
    recognise,
)


def assessed(row: HouseholdRow) -> dict[str, str | None]:
    found = queries.assessments_of([row.id]).get(row.id, [])
    return {each.standard: each.category for each in found}


def test_a_household_is_assessed_under_the_standard_of_its_review_date(
    app: Flask,
) -> None:
    poor = make_household(make_ward(), "POOR")

    actions.assess(household_ids=[poor.id])

    assert assessed(poor) == {"vn-2022": "POOR"}
    expected = classify(
        household(lacks=("WATER", "TOILET", "TELECOM"), b1_score=100),
        REVIEWED,
        load_pack("vn-2022"),
        "urban",
    )
    row = queries.find_assessment(poor.id, "vn-2022")
    assert row is not None
    assert row.trace == expected.as_dict()
    assert (row.is_verified, row.pack_hash) == (False, expected.pack_hash)


@pytest.mark.parametrize(
    ("province", "expected"),
    [("01", ["vn-2016", "vn-hanoi-2016"]), ("48", ["vn-2016"])],
)
def test_a_city_of_its_own_standard_adds_it_to_the_national_one(
    app: Flask, province: str, expected: list[str]
) -> None:
    ward = make_ward(province)
    poor = make_household(ward, "POOR", reviewed=date(2018, 11, 1))

    actions.assess(household_ids=[poor.id])

    assert sorted(assessed(poor)) == expected


@pytest.mark.parametrize(
    ("level", "expected"), [("ward", "POOR"), ("commune", "NON_POOR")]
)
def test_a_ward_is_urban_and_a_commune_rural(
    app: Flask, level: str, expected: str
) -> None:
    lacking = household(lacks=("WATER", "TOILET", "TELECOM"), b1_score=160)
    found = make_household(make_ward(level=level), content=lacking)

    actions.assess(household_ids=[found.id])

    assert assessed(found) == {"vn-2022": expected}


def test_a_household_of_a_group_is_assessed_like_its_ward(app: Flask) -> None:
    ward = make_ward()
    lacking = household(lacks=("WATER", "TOILET", "TELECOM"), b1_score=160)
    group = make_ward(level="group", parent_id=ward.id)
    found = make_household(group, content=lacking)

    actions.assess(household_ids=[found.id])

    assert assessed(found) == {"vn-2022": "POOR"}


def test_a_household_without_an_area_is_assessed_as_far_as_the_lines_allow(
    app: Flask,
) -> None:
    poor = make_household(None, "POOR")

    actions.assess(household_ids=[poor.id])

    assert assessed(poor) == {"vn-2022": "POOR"}


def test_what_cannot_be_told_is_kept_with_what_is_missing(app: Flask) -> None:
    empty = make_household(make_ward(), content=Household())

    actions.assess(household_ids=[empty.id])

    row = queries.find_assessment(empty.id, "vn-2022")
    assert row is not None
    assert row.category is None
    assert row.trace["missing"][0]["code"] == "assessment_needs_score"


def test_assessing_again_writes_nothing(app: Flask) -> None:
    poor = make_household(make_ward())
    actions.assess(household_ids=[poor.id])
    sealed = "SELECT trace FROM assessments"
    before = db.session.connection().exec_driver_sql(sealed).scalar()

    actions.assess(household_ids=[poor.id, poor.id])

    assert db.session.connection().exec_driver_sql(sealed).scalar() == before


def test_new_answers_change_the_assessment_and_not_the_status(app: Flask) -> None:
    ward = make_ward()
    risen = make_household(ward, "POOR")
    actions.assess(household_ids=[risen.id])
    recognise(ward, [(risen, "POOR")])
    other = make_household(ward, "NON_POOR")
    with transaction() as session:
        row = session.get_one(HouseholdRow, risen.id)
        row.content, row.content_hash = other.content, "new"

    actions.assess(household_ids=[risen.id])

    assert assessed(risen) == {"vn-2022": "NON_POOR"}
    assert queries.status_map(None, "vn-2022", TODAY) == {risen.id: "POOR"}
    assert len(db.session.scalars(select(PovertyStatus)).all()) == 1


def test_the_standard_of_an_older_review_is_forgotten(app: Flask) -> None:
    found = make_household(make_ward("48"), reviewed=date(2018, 11, 1))
    actions.assess(household_ids=[found.id])
    with transaction() as session:
        row = session.get_one(HouseholdRow, found.id)
        row.content = {**row.content, "review_date": "2026-11-01"}

    actions.assess(household_ids=[found.id])

    assert sorted(assessed(found)) == ["vn-2022"]


@pytest.mark.parametrize("how", ["merged", "departed"])
def test_who_is_not_live_any_more_has_no_assessment(app: Flask, how: str) -> None:
    ward = make_ward()
    gone, other = make_household(ward), make_household(ward)
    actions.assess(household_ids=[gone.id])
    if how == "merged":
        merge(gone, other, at(2026, 11, 1))
    else:
        depart(gone, TODAY)

    actions.assess(household_ids=[gone.id])

    assert db.session.scalars(select(AssessmentRow)).all() == []
