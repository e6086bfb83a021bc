"""Every sentence of every pack's cases.yaml is true."""

from datetime import date
from typing import Any

import pytest
import yaml

from server.domain.poverty.classify import assess
from server.domain.poverty.load import PACKS, all_packs, load_pack
from server.domain.poverty.pack import AreaType, Measure
from tests.domain.poverty.households import household_of

REVIEWED_ON = {
    "vn-2016": date(2018, 11, 20),
    "vn-hanoi-2016": date(2018, 11, 20),
    "vn-2022": date(2026, 11, 20),
    "vn-hanoi-2022": date(2024, 11, 20),
}
WORDS = {True: "deprived", False: "not_deprived", None: "unknown"}
Case = dict[str, Any]


def cases_of(pack_id: str) -> list[Case]:
    text = (PACKS / pack_id / "cases.yaml").read_text(encoding="utf-8")
    cases: list[Case] = yaml.safe_load(text)
    return cases


CASES = [(pack.id, case) for pack in all_packs() for case in cases_of(pack.id)]


@pytest.mark.parametrize(
    ("pack_id", "case"), CASES, ids=[f"{pack}: {case['name']}" for pack, case in CASES]
)
def test_a_case_of_a_standard_is_assessed_as_it_says(pack_id: str, case: Case) -> None:
    expected = case["expect"]
    on = case.get("review_date", REVIEWED_ON[pack_id])
    area_type = case.get("area_type", "urban")

    found = assess(household_of(case), on, load_pack(pack_id), area_type)

    verdicts = {each.code: WORDS[each.deprived] for each in found.indicators}
    seen = {
        "category": found.category,
        "sub": found.sub,
        "deprivations": [found.deprivations_low, found.deprivations_high],
        "possible": [each.category for each in found.possible],
        "ask": found.ask.question if found.ask else None,
        "indicators": {code: verdicts[code] for code in expected.get("indicators", ())},
    }
    assert {key: seen[key] for key in expected} == expected


def test_the_names_of_cases_are_different_sentences() -> None:
    for pack in all_packs():
        names = [case["name"] for case in cases_of(pack.id)]

        assert len(set(names)) == len(names)


@pytest.mark.parametrize("pack_id", ["vn-2016", "vn-2022"])
def test_every_indicator_has_cases_deprived_and_not_and_unknown(pack_id: str) -> None:
    tried = {
        (code, verdict)
        for case in cases_of(pack_id)
        for code, verdict in case["expect"].get("indicators", {}).items()
    }

    needed = {
        (indicator.code, word)
        for indicator in load_pack(pack_id).indicators
        for word in WORDS.values()
    }
    assert needed <= tried


def test_every_line_has_cases_on_it_one_below_and_one_above() -> None:
    keys = {Measure.INCOME: "income_per_capita", Measure.SCORE: "b1_score"}
    for pack in all_packs():
        tried = {
            (case.get("area_type", "urban"), key, amount)
            for case in cases_of(pack.id)
            for key, amount in case.get("economy", {}).items()
        }

        for line in pack.lines:
            for amount in (line.amount - 1, line.amount, line.amount + 1):
                assert (line.area_type, keys[line.measure], amount) in tried


def test_every_pack_has_its_own_day_of_review() -> None:
    for pack in all_packs():
        assert pack.holds_on(REVIEWED_ON[pack.id])
        assert {line.area_type for line in pack.lines} == set(AreaType)
