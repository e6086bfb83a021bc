"""Packs load strictly, say how well they are sourced, and hash what they say."""

from dataclasses import replace
from datetime import date

import pytest

from server.domain.poverty.load import (
    PACKS,
    PackError,
    all_packs,
    load_pack,
    packs_in_force,
)
from server.domain.poverty.pack import (
    AreaType,
    Measure,
    Quality,
    Source,
    Validity,
)
from tests.domain.poverty.conftest import Folder

MISTAKES = [
    ("vn-2022/pack.yaml", "id: vn-2022", "id: vn-2023", "name of the folder"),
    ("vn-2022/pack.yaml", "name_en:", "nam_en:", "'name_en' is missing"),
    ("vn-2022/pack.yaml", "province_codes: []", "provinces: []", "unknown keys"),
    (
        "vn-2022/pack.yaml",
        "name: policy, amount: 1500000, source: decree_07_2021",
        "name: policy, amount: 1500000",
        "'source' is missing",
    ),
    (
        "vn-2022/pack.yaml",
        "amount: 1500000, source: decree_07_2021",
        "amount: 1500000, source: rumour",
        "no such source: 'rumour'",
    ),
    ("vn-2022/pack.yaml", "amount: 1500000", "amount: 1.5", "whole number"),
    ("vn-2022/pack.yaml", "amount: 1500000", "amount: -1", "whole number"),
    ("vn-2022/pack.yaml", "amount: 1500000", "amount: yes", "whole number"),
    ("vn-2022/pack.yaml", "amount: 1500000", "amount: 2500000", "ascending"),
    ("vn-2022/pack.yaml", "area_type: rural", "area_type: forest", "none of"),
    ("vn-2022/pack.yaml", "area_type: rural", "area_type: urban", "written twice"),
    ("vn-2022/pack.yaml", "name: average", "name: rich", "lines"),
    ("vn-2022/pack.yaml", "from: 2022-01-01", "from: soon", "must be a date"),
    ("vn-2022/pack.yaml", "from: 2022-01-01", "from: 2025-12-32", "not YAML"),
    ("vn-2022/pack.yaml", "from: 2026-01-01", "from: 2025-06-01", "overlap"),
    ("vn-2022/pack.yaml", "from: 2026-01-01", "from: 2025-12-31", "overlap"),
    ("vn-2022/pack.yaml", "to: 2026-12-31", "to: 2025-12-31", "before it begins"),
    ("vn-2022/pack.yaml", "quality: secondary", "quality: sure", "no such quality"),
    (
        "vn-2022/pack.yaml",
        "when: income <= policy and",
        "when: exit() and",
        "neither a comparison",
    ),
    (
        "vn-2022/pack.yaml",
        "when: income <= policy and",
        "when: wealth <= policy and",
        "unknown: wealth",
    ),
    ("vn-2022/pack.yaml", 'when: "true"', "when: income > policy", "must be `true`"),
    (
        "vn-2022/pack.yaml",
        "measures: [income]",
        "measures: [score]",
        "AVERAGE by score: unknown: average",
    ),
    ("vn-2022/pack.yaml", "code: NEAR_POOR", "code: NEARLY", "none of"),
    ("vn-2022/pack.yaml", "{value: 3,", "{value: 30,", "fewer indicators than the cut"),
    ("vn-2022/pack.yaml", "sources:", "sources:\n  a: 1\n", "expected keys"),
    (
        "vn-2022/pack.yaml",
        "sources:",
        "sources:\n  idle: {document: X, quality: official}",
        "nobody uses: idle",
    ),
    ("vn-2022/pack.yaml", "name_vi:", "name_en:", "written twice"),
    ("vn-2022/pack.yaml", "valid:", "valid: ]", "not YAML"),
    ("vn-2022/indicators.yaml", "number: 12", "number: 13", "numbered"),
    ("vn-2022/indicators.yaml", "code: WATER", "code: TOILET", "written twice"),
    (
        "vn-2022/indicators.yaml",
        "predicate: area_below",
        "predicate: area_beneath",
        "no such predicate",
    ),
    (
        "vn-2022/indicators.yaml",
        "name: square_metres",
        "name: metres",
        "takes parameters: square_metres",
    ),
    ("vn-2022/indicators.yaml", "value: 8,", "value: null,", "must not be empty"),
    ("vn-2022/causes.yaml", "code: land", "code: capital", "written twice"),
    ("vn-2022/needs.yaml", "en: Health", "en: ''", "'en' must be text"),
    ("vn-2016/b1_scores.csv", "75,75,70", "76,75,70", "checksum"),
    ("vn-2016/pack.yaml", "status: incomplete", "status: complete", "incomplete"),
    ("vn-2016/pack.yaml", "file: b1_scores.csv", "file: b1.csv", "no file"),
    (
        "vn-2022/pack.yaml",
        "code: screening",
        "code: quick_sheet",
        "no such kind of gap",
    ),
    ("vn-2022/pack.yaml", "- code: screening", "- code: lines", "without a word"),
    (
        "vn-2022/pack.yaml",
        "- code: average_line",
        "- code: needs",
        "and is there: needs",
    ),
    ("vn-2016/screening.yaml", "{value: 9,", "{value: 7,", "more items than stated"),
    ("vn-2016/screening.yaml", "{value: 3,", "{value: 0,", "idle cut"),
    ("vn-2016/screening.yaml", "code: cooling", "code: vehicle", "written twice"),
    ("vn-2011/pack.yaml", "when: income <=", "when: deprivations >=", "unknown: depri"),
    (
        "vn-2022/pack.yaml",
        "{value: 3, source: decree_07_2021}",
        "null",
        "unknown: deprivation",
    ),
    ("vn-2027/pack.yaml", "is_draft: true", "is_draft: maybe", "true or false"),
    ("vn-hanoi-2016/pack.yaml", "inherits: vn-2016", "inherits: vn-1", "no such pack"),
    (
        "vn-hanoi-2016/pack.yaml",
        "inherits: vn-2016",
        "inherits: vn-hanoi-2016",
        "inherits from itself",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "message"), MISTAKES)
def test_a_mistake_in_a_pack_is_refused_with_its_place(
    edited: Folder, file: str, old: str, new: str, message: str
) -> None:
    folder = edited(file, old, new)
    pack_id = file.split("/", maxsplit=1)[0]

    with pytest.raises(PackError) as refused:
        load_pack(pack_id, folder)

    assert message in str(refused.value)
    assert pack_id in str(refused.value) or "vn-1" in str(refused.value)


@pytest.mark.parametrize("pack_id", ["vn-1999", "", "../packs/vn-2022", "."])
def test_a_pack_that_is_not_there_is_refused(pack_id: str) -> None:
    with pytest.raises(PackError):
        load_pack(pack_id)


def test_every_national_standard_and_hanoi_load() -> None:
    cities = ["vn-hanoi-2016", "vn-hanoi-2022"]

    national = ["vn-2011", "vn-2016", "vn-2022", "vn-2027"]
    assert [pack.id for pack in all_packs()] == [*national, *cities]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2010-12-31", []),
        ("2011-01-01", ["vn-2011"]),
        ("2015-12-31", ["vn-2011"]),
        ("2016-01-01", ["vn-2016", "vn-hanoi-2016"]),
        ("2020-12-31", ["vn-2016", "vn-hanoi-2016"]),
        ("2021-01-01", ["vn-2016"]),
        ("2021-12-31", ["vn-2016"]),
        ("2022-01-01", ["vn-2022", "vn-hanoi-2022"]),
        ("2025-12-31", ["vn-2022", "vn-hanoi-2022"]),
        ("2026-01-01", ["vn-2022"]),
        ("2026-12-31", ["vn-2022"]),
        ("2027-01-01", []),
    ],
)
def test_the_standards_in_force_in_hanoi_follow_their_documents(
    on: str, expected: list[str]
) -> None:
    found = packs_in_force(date.fromisoformat(on), "01")

    assert [pack.id for pack in found] == expected


@pytest.mark.parametrize("province", ["48", None])
def test_the_standard_of_hanoi_applies_only_there(province: str | None) -> None:
    found = packs_in_force(date(2018, 6, 1), province)

    assert [pack.id for pack in found] == ["vn-2016"]


def test_a_national_standard_comes_before_a_citys_own(edited: Folder) -> None:
    folder = edited("vn-hanoi-2016/pack.yaml", "id: vn-hanoi-2016", "id: city-2016")
    (folder / "vn-hanoi-2016").rename(folder / "city-2016")

    found = packs_in_force(date(2018, 6, 1), "01", folder)

    assert [pack.id for pack in found] == ["vn-2016", "city-2016"]


def test_the_extension_of_2022_to_2026_has_a_document_of_its_own() -> None:
    first, extension = load_pack("vn-2022").validities

    assert first.source.document == "Nghị định 07/2021/NĐ-CP"
    assert extension.source.document == "Nghị định 351/2025/NĐ-CP"
    assert (extension.valid_from, extension.valid_to) == (
        date(2026, 1, 1),
        date(2026, 12, 31),
    )


def test_hanoi_inherits_everything_but_its_lines() -> None:
    national, hanoi = load_pack("vn-2016"), load_pack("vn-hanoi-2016")

    assert hanoi.indicators == national.indicators
    assert hanoi.categories == national.categories
    assert hanoi.causes == national.causes
    assert hanoi.indicator_standard == "vn-2016"
    assert hanoi.lines_for(Measure.INCOME, AreaType.URBAN)["policy"] == 1_400_000
    assert not hanoi.has_scores()
    assert hanoi.score_table is None


def test_hanoi_of_2022_is_the_national_standard_until_its_decision_is_read() -> None:
    national, hanoi = load_pack("vn-2022"), load_pack("vn-hanoi-2022")

    assert hanoi.lines == national.lines
    assert hanoi.indicators == national.indicators
    assert hanoi.indicator_standard == "vn-2022"
    assert not hanoi.verified
    assert hanoi.content_hash != national.content_hash


def test_a_draft_is_in_force_on_no_day() -> None:
    draft = load_pack("vn-2027")
    issued = replace(draft, is_draft=False)

    assert draft.is_draft and not draft.verified
    assert not any(draft.holds_on(date(year, 6, 1)) for year in range(2010, 2040))
    assert issued.holds_on(date(2027, 1, 1)) and issued.holds_on(date(2030, 12, 31))


def test_a_standard_by_income_alone_counts_no_deprivations() -> None:
    pack = load_pack("vn-2011")

    assert pack.indicators == ()
    assert pack.deprivation_cut is pack.indicator_points is None


def test_every_pack_says_what_is_not_known_of_it() -> None:
    for pack in all_packs():
        assert all(gap.vi and gap.en for gap in pack.gaps)

    assert {gap.code for gap in load_pack("vn-2027").gaps} >= {"thresholds", "needs"}
    assert {gap.code for gap in load_pack("vn-hanoi-2022").gaps} >= {"lines"}


def test_a_value_below_official_makes_a_pack_unverified() -> None:
    pack = load_pack("vn-2022")
    official = tuple(replace(each, quality=Quality.OFFICIAL) for each in pack.sources)
    one_recalled = (replace(official[0], quality=Quality.RECALLED), *official[1:])

    assert not pack.verified
    assert replace(pack, sources=official).verified
    assert not replace(pack, sources=one_recalled).verified


def test_every_source_names_a_document_and_every_pack_its_sources_page() -> None:
    for pack in all_packs():
        page = (PACKS / pack.id / "SOURCES.md").read_text(encoding="utf-8")

        assert all(source.document.strip() for source in pack.sources)
        assert "unverified" in page if not pack.verified else True


def test_both_ends_of_a_validity_belong_to_it() -> None:
    source = Source("key", "Document", Quality.OFFICIAL)
    year = Validity(date(2022, 1, 1), date(2022, 12, 31), source)

    held = [year.holds_on(date(*day)) for day in ((2021, 12, 31), (2022, 1, 1))]
    ended = [year.holds_on(date(*day)) for day in ((2022, 12, 31), (2023, 1, 1))]

    assert held == [False, True]
    assert ended == [True, False]


@pytest.mark.parametrize("kind", ["causes", "needs"])
def test_every_code_of_2016_becomes_at_most_one_of_2022(kind: str) -> None:
    before = {choice.code for choice in getattr(load_pack("vn-2016"), kind)}
    replaced = [
        code
        for choice in getattr(load_pack("vn-2022"), kind)
        for code in choice.replaces
    ]

    assert len(replaced) == len(set(replaced))
    assert set(replaced) == before
