"""Staff values over surveyed values."""

from datetime import timedelta
from typing import Any

import pytest

from server.domain.households.corrections import check_correction
from server.domain.households.golden import golden
from server.domain.survey.record import (
    Address,
    BirthDate,
    Economy,
    Household,
    ScoreAnswers,
)
from tests.domain.households.records import NOON, correction, member, view


def test_a_correction_wins_over_every_survey() -> None:
    record = view("r1", Household(address=Address(lane="9")), 2025)

    found = golden([record], [correction("c1", "address.lane", "19")])

    assert found.household.address.lane == "19"
    assert found.sources["address.lane"] == "correction:c1"


def test_the_later_of_two_corrections_wins() -> None:
    record = view("r1", Household(), 2025)
    first = correction("c2", "note", "first")
    second = correction("c1", "note", "second", at=NOON + timedelta(days=1))

    assert golden([record], [second, first]).household.note == "second"


def test_a_correction_follows_a_person_whose_key_changed() -> None:
    older = view("r1", Household(members=(member("k1", "Lê A", year=1950),)), 2024)
    newer = view("r2", Household(members=(member("k9", "Lê A", year=1950),)), 2025)
    named = correction("c1", "members[k9].full_name", "Lê An", record_id="r2")

    found = golden([older, newer], [named])

    assert [m.full_name for m in found.household.members] == ["Lê An"]
    assert found.sources["members[k1].full_name"] == "correction:c1"


def test_a_person_is_removed_and_leaves_no_sources() -> None:
    record = view(
        "r1", Household(members=(member("k1", "Lê A"), member("k2", "Lê B"))), 2025
    )

    found = golden([record], [correction("c1", "members[k2]", None)])

    assert [m.key for m in found.household.members] == ["k1"]
    assert not any("k2" in path for path in found.sources)


def test_a_person_can_be_added_with_a_birth_date() -> None:
    record = view("r1", Household(members=(member("k1", "Lê A"),)), 2025)
    baby = {"full_name": "Lê Bé", "birth": {"year": 2025, "month": 9, "day": 1}}

    found = golden([record], [correction("c1", "members[k2]", baby)])

    assert found.household.members[1].birth == BirthDate(2025, 9, 1)


def test_the_heads_name_is_that_of_the_corrected_head() -> None:
    head = member("k1", "Lê A", relation_to_head="head")
    record = view("r1", Household(head_name="Lê A", members=(head,)), 2025)

    found = golden([record], [correction("c1", "members[k1].full_name", "Lê An")])

    assert found.household.head_name == "Lê An"
    assert found.sources["head_name"] == "correction:c1"


def test_a_correction_that_fits_nothing_is_reported_and_not_applied() -> None:
    record = view("r1", Household(economy=Economy(b1_score=90)), 2025)
    wrong = [
        correction("c1", "economy.b1_score", "ninety"),
        correction("c2", "members[gone].sex", "male"),
        correction("c3", "no_such_field", 1),
        correction("c4", "members[gone]", None),
        correction("c5", "members[k1].full_name", None),
    ]

    found = golden([record], wrong)

    assert found.unapplied == ("c1", "c2", "c3", "c4", "c5")
    assert found.household.economy.b1_score == 90


def test_a_null_correction_clears_a_value() -> None:
    record = view("r1", Household(phones=("0912345678",), note="x"), 2025)

    found = golden(
        [record], [correction("c1", "phones", None), correction("c2", "note", None)]
    )

    assert (found.household.phones, found.household.note) == ((), None)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("address.lane", "9"),
        ("dwelling.area_m2", 20),
        ("phones", ["0912345678"]),
        ("position", {"latitude": 21.0, "longitude": 105.8}),
        ("economy.assets", []),
        ("members[k1].birth", {"year": 1950}),
        ("members[k1].identifiers", [{"kind": "cmnd9", "number": "011234567"}]),
        ("members[k1]", None),
        ("note", None),
    ],
)
def test_a_value_of_the_right_shape_can_be_corrected(path: str, value: object) -> None:
    assert check_correction(path, value) is None


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("address.colour", "red", "correction_path_unknown"),
        ("members", [], "correction_path_unknown"),
        ("members[k1].key", "k2", "correction_path_unknown"),
        ("phone_results", {}, "correction_path_unknown"),
        ("note.text", "x", "correction_path_unknown"),
        ("dwelling.area_m2", "20", "correction_value_unsuitable"),
        ("economy.b1_score", True, "correction_value_unsuitable"),
        ("phones", "0912345678", "correction_value_unsuitable"),
        ("members[k1].birth", {"month": 2}, "correction_value_unsuitable"),
        ("members[k1].birth", {"year": 1950, "era": 1}, "correction_value_unsuitable"),
        ("members[k1].full_name", None, "correction_value_unsuitable"),
        ("members[k2]", {"sex": "male"}, "correction_value_unsuitable"),
    ],
)
def test_what_cannot_be_corrected_is_said_so(
    path: str, value: object, code: str
) -> None:
    problem = check_correction(path, value)

    assert problem is not None
    assert problem.code == code
    assert problem.sentence("vi")
    assert problem.sentence("en")


@pytest.mark.parametrize(
    ("value", "chosen"),
    [("little", ("little",)), (["a", "b"], ("a", "b")), ("none", ()), (None, None)],
)
def test_an_item_of_a_score_table_is_put_right_by_itself(
    value: Any, chosen: tuple[str, ...] | None
) -> None:
    scores = (ScoreAnswers("vn-2022", "a", {"1": ("one",), "4": ("much",)}, 105),)
    said = correction("1", "scores.vn_2022_item_4", value)

    found = golden([view("r1", Household(scores=scores), 2026)], [said])

    (answers,) = found.household.scores
    assert answers.items.get("4") == chosen
    assert (answers.items["1"], answers.phone_total) == (("one",), None)
    assert found.sources["scores.vn_2022_item_4"] == "correction:1"


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("scores", None, "correction_path_unknown"),
        ("scores.vn_2022_item_x", "a", "correction_path_unknown"),
        ("scores.vn_2022_item_4", "Từ 100", "correction_value_unsuitable"),
        ("scores.vn_2022_item_4", 7, "correction_value_unsuitable"),
    ],
)
def test_what_is_no_answer_to_an_item_is_refused(
    path: str, value: Any, code: str
) -> None:
    problem = check_correction(path, value)

    assert problem is not None
    assert problem.code == code
