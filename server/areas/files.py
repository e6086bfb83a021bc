"""The areas that come with the product: `data/areas.csv` and `data/successions.csv`.

Each line says how well it is sourced. Codes of 2025 differ between published lists; the
ones here are those on which two of three lists agree, and `note` names the other.
"""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

DATA = Path(__file__).with_name("data")


@dataclass(frozen=True, slots=True)
class ListedArea:
    """One line of areas.csv."""

    code: str
    name: str
    level: str
    valid_from: date
    valid_to: date | None
    parent_code: str | None


@dataclass(frozen=True, slots=True)
class ListedSuccession:
    """One line of successions.csv."""

    on: date
    from_code: str
    to_code: str
    is_default: bool


def listed_areas(folder: Path = DATA) -> list[ListedArea]:
    """Every area, parents before what lies below them."""
    return [
        ListedArea(
            code=row["code"],
            name=row["name"],
            level=row["level"],
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            parent_code=row["parent_code"] or None,
        )
        for row in _rows(folder / "areas.csv")
    ]


def listed_successions(folder: Path = DATA) -> list[ListedSuccession]:
    """Every succession."""
    return [
        ListedSuccession(
            on=date.fromisoformat(row["on"]),
            from_code=row["from_code"],
            to_code=row["to_code"],
            is_default=row["is_default"] == "yes",
        )
        for row in _rows(folder / "successions.csv")
    ]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
