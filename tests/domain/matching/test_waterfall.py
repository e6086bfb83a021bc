"""How the score of a pair comes about."""

from datetime import date

from server.domain.matching.catalogue import WORDS
from server.domain.matching.features import Features
from server.domain.matching.model import load_model
from server.domain.matching.population import population
from server.domain.matching.records import features_of_record
from server.domain.matching.rosters import same_people
from server.domain.matching.scoring import score
from server.domain.matching.waterfall import Said, explain
from server.domain.survey.record import Household, SurveyRecord
from tests.domain.matching.test_facts import AN, BINH, FAMILY, HOA, HOME

MODEL = load_model()


def said(record_id: str, household: Household, day: date) -> Said:
    record = SurveyRecord(
        form_id="household_review",
        form_version="1",
        instance_id=f"uuid:{record_id}",
        deprecated_id=None,
        review_date=day,
        is_unchanged=False,
        reviewer="Phạm Thu Hà",
        entity=None,
        household=household,
    )
    return Said(features_of_record(record_id, record), household)


ONE = said("a", FAMILY, date(2025, 10, 1))
TWO = said("b", Household(members=(HOA, BINH), address=HOME), date(2026, 10, 1))
STRANGERS = said("c", Household(members=(AN,)), date(2026, 10, 1))


def test_steps_add_up_to_the_score() -> None:
    [found] = explain(MODEL, population(), ONE, [TWO])

    total = found.prior[0] + sum(step.bits for step in found.steps)
    whole = score(MODEL, ONE.features, TWO.features, population())
    assert abs(total - whole.bits) < 0.05
    assert abs(found.steps[-1].probability - whole.probability) < 0.001
    assert {step.evidence for step in found.steps} <= WORDS.keys()


def test_people_on_both_rosters_are_named_with_their_masked_numbers() -> None:
    [found] = explain(MODEL, population(), ONE, [TWO])

    assert {(one.key, other.key) for one, other in found.people} == {
        ("binh", "binh"),
        ("hoa", "hoa"),
    }
    best = next(step for step in found.steps if step.evidence == "certain_person")
    assert best.left == best.right != ""
    shown = " ".join(f"{step.left} {step.right}" for step in found.steps)
    assert "001060012345" not in shown
    assert "0912345678" not in shown


def test_the_sides_are_those_of_the_ids_whoever_is_compared() -> None:
    [forward] = explain(MODEL, population(), ONE, [TWO])
    backward = explain(MODEL, population(), TWO, [STRANGERS, ONE])[1]

    assert forward.steps == backward.steps
    assert forward.people == backward.people


def test_a_record_without_people_is_explained_too() -> None:
    bare = Said(Features("d"), Household())

    [found] = explain(MODEL, population(), ONE, [bare])

    assert found.people == ()


def test_who_is_who_does_not_depend_on_the_side() -> None:
    left, right = list(FAMILY.members), [HOA, AN]

    there = {(one.key, other.key) for one, other in same_people(left, right)}
    back = {(other.key, one.key) for one, other in same_people(right, left)}

    assert there == back == {("hoa", "hoa"), ("an", "an")}
