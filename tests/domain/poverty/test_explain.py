"""Verdicts in words, and the same words as on the form."""

from datetime import date

import yaml

from server.domain.poverty.classify import judge_indicators
from server.domain.poverty.explain import explain_verdict, questions
from server.domain.poverty.load import PACKS, load_pack
from server.domain.survey.record import Override
from tests.domain.poverty.households import household, member

ON = date(2026, 11, 20)
NATIONAL = load_pack("vn-2022")
BEFORE = load_pack("vn-2016")
REPOSITORY = PACKS.parents[3]


def test_a_verdict_is_explained_in_both_languages() -> None:
    judged = judge_indicators(household(member(has_insurance=False)), ON, NATIONAL)
    insurance = next(each for each in judged if each.code == "HEALTH_INS")

    vietnamese = explain_verdict(insurance, NATIONAL, "vi", {"adult1": "Ông An"})
    english = explain_verdict(insurance, NATIONAL, "en")

    assert vietnamese == (
        "Bảo hiểm y tế: thiếu hụt (Ông An, tuổi: 46; Ông An, có bảo hiểm y tế: không)"
    )
    assert english == "Health insurance: deprived (age: 46; has health insurance: no)"


def test_explanations_say_codes_lists_gaps_and_overrides_in_words() -> None:
    override = Override("vn-2022", "TOILET", False, "Nhà tiêu chung sạch")
    asked = household(
        lacks=["TOILET"],
        information={"uses_internet": None, "devices": ("tv", "radio")},
        overrides=(override,),
    )

    said = {
        each.code: explain_verdict(each, NATIONAL)
        for each in judge_indicators(asked, ON, NATIONAL)
    }

    assert said["TOILET"] == (
        "Nhà tiêu hợp vệ sinh: không thiếu hụt "
        "(rà soát viên kết luận: Nhà tiêu chung sạch; nhà tiêu: Không có nhà tiêu)"
    )
    assert said["TELECOM"].endswith("chưa rõ (sử dụng internet: chưa biết)")
    assert said["INFO_ASSET"].endswith("thông tin: Ti vi, Đài (radio))")


def test_an_area_is_said_without_idle_decimals() -> None:
    judged = judge_indicators(household(dwelling={"area_m2": 7.5}), ON, NATIONAL)
    area = next(each for each in judged if each.code == "HOUSE_AREA")

    said = explain_verdict(area, NATIONAL, "en")

    assert said.endswith("(area of the house (m²): 7.5; number of members: 1)")


def test_values_are_called_as_on_the_form() -> None:
    path = REPOSITORY / "forms" / "shared" / "choices.yaml"
    rows = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
    on_form: dict[str, dict[str, dict[str, str]]] = {}
    for row in rows:
        if row["name"] != "unknown":
            words = {
                "vi": row["label::Tiếng Việt (vi)"],
                "en": row["label::English (en)"],
            }
            on_form.setdefault(row["list_name"], {})[row["name"]] = words
    lists = {"devices": "device"}

    for question, entry in questions().items():
        if "values" in entry:
            assert entry["values"] == on_form[lists.get(question, question)]


def test_the_form_names_the_indicators_of_the_standards() -> None:
    path = REPOSITORY / "forms" / "shared" / "choices.yaml"
    rows = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
    for pack, name in ((NATIONAL, "indicator_2022"), (BEFORE, "indicator_2016")):
        listed = [row["name"] for row in rows if row["list_name"] == name]

        assert listed == [each.code for each in pack.indicators]
