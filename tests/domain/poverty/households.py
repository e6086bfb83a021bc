"""Households for the poverty tests: nobody lacks anything until a case says so."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from server.domain.people.birth_dates import parse_birth
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


def household_of(case: Mapping[str, Any]) -> Household:
    """The household that a case of a `cases.yaml` describes."""
    members = [
        member(
            each.get("is", "adult"),
            number,
            **{k: v for k, v in each.items() if k != "is"},
        )
        for number, each in enumerate(case.get("members", [{}]), start=1)
    ]
    information = dict(case.get("information", {}))
    if isinstance(information.get("devices"), list):
        information["devices"] = tuple(information["devices"])
    return household(
        *members,
        lacks=case.get("lacks", ()),
        dwelling=case.get("dwelling"),
        information=information,
        overrides=tuple(Override(**each) for each in case.get("overrides", ())),
        **case.get("economy", {}),
    )
