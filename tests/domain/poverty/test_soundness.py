"""What `rules check` proves, and that it notices when it is not so."""

import pytest

from server.domain.poverty.load import PACKS
from server.domain.poverty.soundness import Findings, examine
from tests.domain.poverty.conftest import Folder


def of(pack_id: str, found: list[Findings]) -> Findings:
    return next(each for each in found if each.pack_id == pack_id)


def test_the_standards_that_ship_are_sound() -> None:
    found = examine(PACKS)

    assert {each.pack_id: each.errors for each in found if each.errors} == {}
    assert all(each.case_count for each in found if each.pack)


def test_what_is_not_known_is_told_and_is_no_error() -> None:
    found = examine(PACKS)

    facts = of("vn-2027", found).facts
    assert "DRAFT: never in force" in facts
    assert any(fact.startswith("not known (thresholds)") for fact in facts)
    assert any(fact.startswith("unknown: Nghị định 351/2025") for fact in facts)
    assert "score table incomplete: items 7, 8, 9, 10, 11, 12, 13" in (
        of("vn-2016", found).facts
    )


BROKEN = [
    (
        "vn-2022/pack.yaml",
        "from: 2026-01-01",
        "from: 2026-01-02",
        "vn-2022",
        "GAP: in force neither after 2025-12-31 nor before 2026-01-02",
    ),
    (
        "vn-2016/pack.yaml",
        "to: 2021-12-31",
        "to: 2021-11-30",
        "dates",
        "GAP: no national standard between vn-2016 and vn-2022",
    ),
    (
        "vn-2011/pack.yaml",
        "to: 2015-12-31",
        "to: 2016-01-01",
        "dates",
        "OVERLAP: vn-2011 and vn-2016 both hold on 2016-01-01",
    ),
    (
        "vn-2022/cases.yaml",
        "{b1_score: 175}\n  expect: {category: POOR",
        "{b1_score: 175}\n  expect: {category: NON_POOR",
        "vn-2022",
        "CASE: an urban household exactly at the cut-off with three deprivations",
    ),
    (
        "vn-2022/pack.yaml",
        "urban, name: policy, amount: 2000000",
        "urban, name: policy, amount: 2000100",
        "vn-2022",
        "NO CASE: urban income of 2000099 (policy)",
    ),
    (
        "vn-2016/cases.yaml",
        "HOUSE_QUAL: unknown",
        "HOUSE_AREA: not_deprived",
        "vn-2016",
        "NO CASE: HOUSE_QUAL unknown",
    ),
    (
        "vn-2022/causes.yaml",
        "from: [labour, many_dependants]",
        "from: [labour, many]",
        "dates",
        "MAPPING: vn-2022 causes: vn-2016 has no many",
    ),
    (
        "vn-2022/causes.yaml",
        "from: [labour, many_dependants]",
        "from: [labour]",
        "dates",
        "MAPPING: vn-2022 causes: many_dependants of vn-2016 is lost",
    ),
    (
        "vn-2022/needs.yaml",
        "from: [housing]",
        "from: [housing, health]",
        "dates",
        "MAPPING: vn-2022 needs: health goes over twice",
    ),
    ("vn-2022/cases.yaml", "expect:", "expects:", "vn-2022", "BROKEN"),
    ("vn-2022/pack.yaml", "source: decree_07_2021}", "source: x}", "vn-2022", "BROKEN"),
]


@pytest.mark.parametrize(("file", "old", "new", "place", "said"), BROKEN)
def test_what_is_not_sound_is_found(
    edited: Folder, file: str, old: str, new: str, place: str, said: str
) -> None:
    folder = edited(file, old, new)

    errors = of(place, examine(folder)).errors

    assert any(each.startswith(said) for each in errors), errors


@pytest.mark.parametrize("name", ["SOURCES.md", "cases.yaml"])
def test_a_page_that_is_missing_is_found(edited: Folder, name: str) -> None:
    folder = edited(f"vn-2022/{name}")
    (folder / "vn-2022" / name).unlink()

    assert f"MISSING: {name}" in of("vn-2022", examine(folder)).errors
