"""B1 from the items of a signed table, beside a total that somebody typed.

The table is invented: tests/invented_table.py.
"""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from server.domain.households.golden import golden
from server.domain.poverty.assessment import Assessment
from server.domain.poverty.b1 import total_of
from server.domain.poverty.classify import assess
from server.domain.poverty.columns import row_of
from server.domain.poverty.completion import completed, read_transcription, source_of
from server.domain.poverty.explain import explain_outcome
from server.domain.poverty.load import load_pack
from server.domain.poverty.pack import Pack
from server.domain.survey.record import Household, ScoreAnswers
from tests.domain.households.records import correction, view
from tests.domain.poverty.households import household
from tests.invented_table import (
    ANSWERS,
    DOCUMENT,
    ITEMS,
    PARTIAL,
    TABLE,
    pack_with_table,
    signature,
)

ON = date(2026, 11, 20)
LACKS = ("WATER", "TOILET", "TELECOM")
LOW, HIGH = ANSWERS[1][0], ANSWERS[0][0]  # 110 and 190 in a ward; the line is at 175


def answered(
    items: dict[str, list[str]], *, standard: str = "vn-2022", **given: Any
) -> Household:
    chosen = {k: () if v == ["none"] else tuple(v) for k, v in items.items()}
    table = pack_with_table().score_table
    assert table is not None
    scores = (ScoreAnswers(standard, table.sha256, chosen, given.pop("phone", None)),)
    return replace(household(**{"lacks": LACKS, **given}), scores=scores)


def found(of: Household, pack: Pack | None = None, area: Any = "urban") -> Assessment:
    return assess(of, ON, pack or pack_with_table(), area)


def codes(assessment: Assessment) -> list[str]:
    return [each.code for each in assessment.missing]


@pytest.mark.parametrize(
    ("text", "category"), [("119", "POOR"), ("120", "POOR"), ("121", "NON_POOR")]
)
def test_the_items_place_a_household_on_just_below_and_just_above_the_line(
    text: str, category: str
) -> None:
    """Of a ward: 175 points are at the line, 176 above it."""
    changed = TABLE.replace("Hai người,,55,", f"Hai người,,{text},")
    result = found(answered(LOW), pack_with_table(text=changed))

    assert result.measured == 55 + int(text)
    assert result.category == category


def test_each_kind_of_area_has_its_column() -> None:
    of = answered(HIGH)

    assert (found(of).measured, found(of, area="rural").measured) == (190, 155)


def test_without_the_kind_of_area_there_is_no_total_and_that_is_what_is_asked() -> None:
    result = found(answered(LOW), area=None)

    assert result.measured is None
    assert codes(result) == ["assessment_needs_area"]
    assert result.ask is not None
    assert result.ask.question == "area_type"


def test_an_item_that_was_not_answered_is_the_one_question() -> None:
    items = {k: v for k, v in LOW.items() if k != "2"}

    result = found(answered(items))

    assert result.category is None
    assert codes(result) == ["assessment_needs_item"]
    assert "mục 2 (Mái nhà (bịa))" in result.missing[0].what("vi")
    said = explain_outcome(result.as_dict())
    assert "Cần hỏi trước: 2. Mái nhà (bịa)." in said


def test_a_partial_table_claims_no_total_and_names_what_it_lacks() -> None:
    pack = load_pack("vn-2022")
    source = source_of(DOCUMENT, "", "")
    read = read_transcription(pack, PARTIAL.encode(), source, ITEMS)
    partial = completed(pack, read, signature())

    result = found(answered(LOW), partial)

    assert codes(result) == ["assessment_needs_whole_table"]
    assert result.missing[0].values["items_vi"] == "4 (mục 4)"
    assert result.ask is None  # no household can answer what nobody has transcribed


def test_answers_outlive_the_signature_under_the_table() -> None:
    result = found(answered(LOW), load_pack("vn-2022"))

    assert codes(result) == ["assessment_needs_table"]
    assert result.b1 is None


def test_two_totals_of_one_class_are_told_and_the_computed_one_counts() -> None:
    result = found(answered(LOW, b1_score=100))

    assert (result.measured, result.category) == (110, "POOR")
    (warning,) = result.warnings
    assert warning.code == "assessment_totals_differ"
    assert warning.values == {"typed": 100, "computed": 110}
    assert result.b1 is not None
    assert result.b1.typed == 100


def test_two_totals_of_two_classes_wait_for_a_person() -> None:
    result = found(answered(HIGH, b1_score=100))

    assert result.category is None
    assert codes(result) == ["assessment_needs_one_total"]
    assert {each.category for each in result.possible} == {"POOR", "NON_POOR"}
    assert result.ask is not None
    assert result.ask.question == "b1_score"


def test_a_total_typed_in_counts_while_an_item_is_open() -> None:
    items = {k: v for k, v in LOW.items() if k != "4"}

    result = found(answered(items, b1_score=100))

    assert (result.measured, result.category) == (100, "POOR")
    assert [each.code for each in result.warnings] == ["assessment_items_missing"]


def test_another_sum_on_the_phone_is_told() -> None:
    result = found(answered(LOW, phone=95))

    codes_told = [each.code for each in result.warnings]
    assert codes_told == ["assessment_phone_total_differs"]


def test_an_option_that_the_table_does_not_know_leaves_its_item_open() -> None:
    result = found(answered({**LOW, "2": ["golden"]}))

    assert codes(result) == ["assessment_needs_item"]
    assert result.b1 is not None
    assert result.b1.strange == ("2 golden",)


def test_a_standard_that_inherits_uses_the_table_of_the_other() -> None:
    parent, heir = load_pack("vn-2022"), load_pack("vn-hanoi-2022")
    source = source_of(DOCUMENT, "", "")
    read = read_transcription(parent, TABLE.encode(), source, ITEMS)

    assert found(answered(LOW), completed(heir, read, signature())).measured == 110


def test_a_table_may_say_what_an_indicator_adds_to_b2() -> None:
    pack = pack_with_table(text=TABLE + "B2,,,,Một chỉ số,,7,7\n")

    result = found(answered(LOW), pack)

    assert result.b2_points == (21, 21)


def test_scenarios_and_lists_count_with_what_was_settled() -> None:
    pack = pack_with_table()

    assert row_of(answered(LOW, b1_score=100), ON, pack, "urban").b1_score == 110  # type: ignore[arg-type]
    assert row_of(answered(HIGH, b1_score=100), ON, pack, "urban").b1_score is None  # type: ignore[arg-type]
    assert total_of(answered(LOW, b1_score=100), pack, None) == 100
    assert total_of(answered(LOW), load_pack("vn-2022"), None) is None


def test_a_pack_without_a_table_has_the_hash_it_always_had() -> None:
    assert load_pack("vn-2016").content_hash.startswith("51193e5c7cfc")
    assert pack_with_table().content_hash != load_pack("vn-2022").content_hash


def test_the_total_and_the_items_are_of_one_survey() -> None:
    items = answered(LOW)
    typed = household(lacks=LACKS, b1_score=300)
    merged = golden([view("a", typed, 2025), view("b", items, 2026)], []).household
    turned = golden([view("a", items, 2025), view("b", typed, 2026)], []).household

    assert (merged.economy.b1_score, len(merged.scores)) == (None, 1)
    assert (turned.economy.b1_score, len(turned.scores)) == (300, 0)
    said = correction("1", "economy.b1_score", 110, record_id="b")
    corrected = golden([view("b", items, 2026)], [said]).household
    assert (corrected.economy.b1_score, len(corrected.scores)) == (110, 1)
