"""What was found of a household, said in a sentence that an officer can read out."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain.poverty.classify import assess
from server.domain.poverty.explain import explain_outcome, law_of
from server.domain.poverty.load import all_packs, load_pack
from server.domain.poverty.wording import REASONS
from server.domain.problems import catalogue
from server.domain.survey.record import Household
from tests.domain.poverty.households import household, member

ON = date(2026, 11, 20)


def found(pack: str, asked: Household, area: str | None = "urban") -> dict[str, Any]:
    trace: dict[str, Any] = json.loads(
        json.dumps(assess(asked, ON, load_pack(pack), area).as_dict())
    )
    return trace


def test_a_sub_type_is_named_with_the_amounts_that_decided() -> None:
    by_income = found("vn-2016", household(income_per_capita=850_000))
    lacks = ["WATER", "TOILET", "TELECOM"]
    by_lack = found("vn-2016", household(lacks=lacks, b1_score=150))

    assert explain_outcome(by_income) == (
        "Hộ nghèo về thu nhập (N1): thu nhập 850.000 đồng; chuẩn nghèo 900.000 đồng; "
        "chuẩn mức sống tối thiểu 1.300.000 đồng; mức sống trung bình 1.950.000 đồng; "
        "thiếu hụt 0 chỉ số."
    )
    assert explain_outcome(by_lack, "en") == (
        "Poor by lack of basic social services (N2): B1 150 points; the poverty line "
        "140 points; the minimum living line 175 points; lacks 3 indicators."
    )


def test_who_cannot_be_classified_hears_why_and_the_one_question_to_ask() -> None:
    trace = found(
        "vn-2022",
        household(member(has_insurance=None), lacks=["WATER", "TOILET"], b1_score=100),
    )

    assert explain_outcome(trace, "vi", {"adult1": "Ông An"}) == (
        "Chưa phân loại được vì chưa rõ chỉ số “Bảo hiểm y tế”. Có thể là hộ nghèo, "
        "hộ cận nghèo. Cần hỏi trước: Ông An, có bảo hiểm y tế."
    )
    assert explain_outcome(trace, "en").endswith("To ask first: has health insurance.")


def test_a_draft_asks_the_household_nothing() -> None:
    said = explain_outcome(found("vn-2027", household(income_per_capita=1)))

    assert "chưa đọc được ngưỡng của chỉ số “Bảo hiểm y tế”" in said
    assert "Cần hỏi trước" not in said


def test_indicators_that_stay_unknown_are_counted_from_to() -> None:
    trace = found("vn-2022", household(information={"devices": None}, b1_score=176))

    assert "lacks 0-1 indicators" in explain_outcome(trace, "en")


def test_the_law_is_named_with_the_hash_of_what_it_said() -> None:
    trace = found("vn-2022", household(b1_score=176))

    assert law_of(trace) == f"vn-2022 · {load_pack('vn-2022').content_hash[:12]}"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_reason_of_an_assessment_has_its_clause(language: str) -> None:
    needs = {code for code in catalogue() if code.startswith("assessment_needs_")}

    assert set(REASONS[language]) == needs


@settings(max_examples=60)
@given(
    st.sampled_from([pack.id for pack in all_packs()]),
    st.sampled_from(["urban", "rural", None]),
    st.none() | st.integers(0, 3_000_000),
    st.none() | st.integers(0, 200),
    st.sampled_from([None, True, False]),
)
def test_every_assessment_is_said_in_both_languages(
    pack: str, area: str | None, income: int | None, score: int | None, insured: bool
) -> None:
    asked = household(
        member(has_insurance=insured),
        lacks=["WATER", "TOILET"],
        income_per_capita=income,
        b1_score=score,
    )

    trace = found(pack, asked, area)

    for language in ("vi", "en"):
        said = explain_outcome(trace, language)
        assert said.endswith(".")
        assert "{" not in said
