"""Answers as one nested mapping, and how a person puts one right."""

import copy
from xml.etree import ElementTree as ET

import pytest

from server.domain.problems import Problem
from server.domain.survey import household_review
from server.domain.survey.answers import (
    Answers,
    amended,
    answers_from_odata,
    answers_from_xml,
    leaves,
    meta_from_xml,
    rows_at,
    text_at,
)
from server.domain.survey.normalise import normalise
from tests.domain.survey.submissions import (
    RECEIVED,
    as_odata,
    as_xml,
    person,
    review,
    sent,
)

TABLE = household_review.TABLES[0]


def blocking(answers: Answers, root: ET.Element) -> list[Problem]:
    result = normalise(answers, meta_from_xml(root), TABLE, RECEIVED)
    return [problem for problem in result.problems if problem.blocking]


def test_one_member_is_a_list_of_one_through_both_doors() -> None:
    answers = review(household__roster__member=[person("Lê A", "head")])

    by_phone = answers_from_xml(as_xml(answers), TABLE)
    by_central = answers_from_odata(as_odata(answers), TABLE)

    assert [place for _, place, _ in leaves(by_phone)] == [
        place for _, place, _ in leaves(by_central)
    ]
    assert text_at(rows_at(by_phone, TABLE.members_path)[0], "birth_year") == "1960"


def test_a_blocking_problem_names_the_answer_and_amending_it_lets_the_survey_in() -> (
    None
):
    answers = review(
        visit__review_date="1970-01-01",
        household__dwelling__area_m2="-4",
        household__roster__member=[person("Lê A", "head", birth_year="hai nghìn")],
    )
    root = as_xml(answers)
    read = answers_from_xml(root, TABLE)
    fixes = {
        "visit/review_date": "2026-11-20",
        "household/dwelling/area_m2": "4",
        "household/roster/member[0]/birth_year": "1961",
    }

    places = [p.values["place"] for p in blocking(read, root)]
    without_date = amended(read, {"visit/review_date": "2026-11-20"})
    places += [p.values["place"] for p in blocking(without_date, root)]

    assert set(places) == set(fixes)
    assert blocking(amended(read, fixes), root) == []


def test_amending_leaves_the_answers_as_they_were_sent() -> None:
    read = answers_from_xml(as_xml(review()), TABLE)
    before = copy.deepcopy(read)

    changed = amended(read, {"closing/remarks": "", "visit/reviewer": "Lê B"})

    assert read == before
    assert text_at(changed, "closing/remarks") == ""
    assert text_at(changed, "visit/reviewer") == "Lê B"


@pytest.mark.parametrize(
    "place",
    ["household/roster/member[9]/birth_year", "household", "a[0]/b", "", "closing[0]"],
)
def test_a_place_that_cannot_be_is_refused(place: str) -> None:
    read = answers_from_xml(as_xml(review()), TABLE)

    with pytest.raises(ValueError, match="no answer"):
        amended(read, {place: "x"})


def test_every_problem_of_an_answer_has_its_place() -> None:
    result = sent(household__dwelling__area_m2="nhiều", visit__notice_given="maybe")

    assert {problem.values["place"] for problem in result.problems} == {
        "household/dwelling/area_m2",
        "visit/notice_given",
    }
