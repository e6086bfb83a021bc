"""The examples of a standard, `cases.yaml`: read strictly, and proved by assessing them.

A case is a sentence that a lawyer can check, the household it speaks of and what must
come out. The household lacks nothing but what the case says, so that a case shows one
rule and not the rest of a life.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from server.domain.people.birth_dates import parse_birth
from server.domain.poverty.assessment import Assessment
from server.domain.poverty.classify import assess
from server.domain.poverty.pack import Pack
from server.domain.poverty.reading import Entry, PackError, entries_of, read_yaml
from server.domain.survey.record import (
    Dwelling,
    Economy,
    Household,
    Information,
    Member,
    Override,
)

ADULT = Member(
    key="adult",
    full_name="Nguyễn Văn An",
    relation_to_head="head",
    sex="male",
    birth=parse_birth("1980-06-15"),
    education_level="upper_secondary",
    attending="none",
    has_insurance=True,
    employment="contract",
    can_work=True,
    disability="none",
    social_allowance=False,
    ill_untreated=False,
)
CHILD = Member(
    key="child",
    full_name="Nguyễn Thị Bình",
    relation_to_head="child",
    sex="female",
    birth=parse_birth("2016-09-10"),
    education_level="none",
    attending="primary",
    has_insurance=True,
    disability="none",
    social_allowance=False,
    ill_untreated=False,
    is_malnourished=False,
)
_BASES = {"adult": ADULT, "child": CHILD}
DWELLING = Dwelling(
    house_grade="permanent",
    wall="brick_stone",
    column="reinforced_concrete",
    roof="concrete",
    area_m2=40.0,
    water_source="tap",
    toilet="septic",
)
INFORMATION = Information(True, True, ("tv", "smartphone"))

# Answers that deprive of one indicator under either standard, and of no other.
_LACKS: dict[str, tuple[str, dict[str, Any]]] = {
    "HOUSE_QUAL": (
        "dwelling",
        {"house_grade": "simple", "wall": "bamboo_leaf_earth", "roof": "leaf"},
    ),
    "HOUSE_AREA": ("dwelling", {"area_m2": 1.0}),
    "WATER": ("dwelling", {"water_source": "river_pond"}),
    "TOILET": ("dwelling", {"toilet": "none"}),
    "TELECOM": ("information", {"uses_internet": False, "uses_phone": False}),
    "INFO_ASSET": ("information", {"devices": ()}),
}
_WORDS = {True: "deprived", False: "not_deprived", None: "unknown"}
_EXPECTED = ("category", "sub", "deprivations", "possible", "ask", "indicators")


@dataclass(frozen=True, slots=True)
class Case:
    """One example: `expected` holds only what the sentence speaks of."""

    name: str
    review_date: date
    area_type: str | None
    household: Household
    expected: dict[str, Any]

    def differences(self, pack: Pack) -> dict[str, tuple[Any, Any]]:
        """What comes out otherwise: key -> (expected, found). Empty when it is true."""
        found = _seen(assess(self.household, self.review_date, pack, self.area_type))
        verdicts = self.expected.get("indicators", {})
        found["indicators"] = {code: found["indicators"].get(code) for code in verdicts}
        return {
            key: (wanted, found[key])
            for key, wanted in self.expected.items()
            if found[key] != wanted
        }


def read_cases(path: Path) -> tuple[Case, ...]:
    """The cases of a file. Raises PackError for anything that is not understood."""
    place = f"{path.parent.name}/{path.name}"
    page = Entry(read_yaml(path), place)
    reviewed_on = page.day("reviewed_on")
    given = entries_of(page.take("cases"), place)
    page.close()
    return tuple(_read_case(entry, reviewed_on) for entry in given)


def member(base: str = "adult", number: int = 1, **changes: Any) -> Member:
    """An adult or a child, changed; `birth` as text."""
    if isinstance(changes.get("birth"), str):
        changes["birth"] = parse_birth(changes["birth"])
    return replace(_BASES[base], key=f"{base}{number}", **changes)


def household(
    *members: Member,
    lacks: Iterable[str] = (),
    dwelling: Mapping[str, Any] | None = None,
    information: Mapping[str, Any] | None = None,
    overrides: tuple[Override, ...] = (),
    **economy: Any,
) -> Household:
    """One adult who lacks nothing; `lacks` names the indicators to be deprived of."""
    parts: dict[str, dict[str, Any]] = {"dwelling": {}, "information": {}}
    for code in lacks:
        part, changes = _LACKS[code]
        parts[part].update(changes)
    parts["dwelling"].update(dwelling or {})
    parts["information"].update(information or {})
    return Household(
        members=members or (ADULT,),
        dwelling=replace(DWELLING, **parts["dwelling"]),
        information=replace(INFORMATION, **parts["information"]),
        economy=Economy(**economy),
        overrides=overrides,
    )


def _read_case(entry: Entry, reviewed_on: date) -> Case:
    name = entry.text("name")
    entry.place = f"{entry.place} “{name}”"
    own_day = entry.optional_day("review_date")
    area_type = entry.take("area_type") if entry.has("area_type") else "urban"
    expected = entry.take("expect")
    given = {
        key: entry.take(key)
        for key in ("members", "lacks", "overrides", "dwelling", "information")
        if entry.has(key)
    }
    economy = entry.take("economy") if entry.has("economy") else {}
    entry.close()
    if not isinstance(expected, dict) or not set(expected) <= set(_EXPECTED):
        raise PackError(f"{entry.place}: expected is one of {', '.join(_EXPECTED)}")
    try:
        told = _household(given, economy)
    except (KeyError, TypeError) as error:
        raise PackError(f"{entry.place}: no such answer: {error}") from error
    return Case(name, own_day or reviewed_on, area_type, told, expected)


def _household(given: Mapping[str, Any], economy: Mapping[str, Any]) -> Household:
    members = [
        member(each.pop("is", "adult"), number, **each)
        for number, each in enumerate(map(dict, given.get("members", [{}])), start=1)
    ]
    information = dict(given.get("information", {}))
    if isinstance(information.get("devices"), list):
        information["devices"] = tuple(information["devices"])
    return household(
        *members,
        lacks=given.get("lacks", ()),
        dwelling=given.get("dwelling"),
        information=information,
        overrides=tuple(Override(**each) for each in given.get("overrides", ())),
        **economy,
    )


def _seen(found: Assessment) -> dict[str, Any]:
    return {
        "category": found.category,
        "sub": found.sub,
        "deprivations": [found.deprivations_low, found.deprivations_high],
        "possible": [each.category for each in found.possible],
        "ask": found.ask.question if found.ask else None,
        "indicators": {each.code: _WORDS[each.deprived] for each in found.indicators},
    }
