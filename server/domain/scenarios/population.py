"""All households of a day as columns: what a scenario counts, and by what it sorts.

Reading a household takes longer than assessing it, so a register is read once for a
standard and a day; scenarios then work on its columns. Bytes and back, for keeping them.
"""

import json
import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from server.domain.people.ethnic_groups import UNKNOWN as NO_GROUP
from server.domain.poverty.columns import UNKNOWN, Columns, Row, columns_of, row_of
from server.domain.poverty.pack import AreaType, Pack
from server.domain.scenarios.priority import PRIORITY_GROUPS, priority_of
from server.domain.survey.record import Household

NOWHERE = 0  # the ward or residential group of a household of which it is not known
_LEAST_PRESSED = 1  # quick to write and to read; the columns are narrow anyway
_KINDS = {
    "ids": "S36", "wards": "<i4", "sizes": "<i4", "ethnicity": "<i1",
    "groups": "<i1", "areas": "<i1", "scores": "<i8", "incomes": "<i8",
    "verdicts": "<i1", "residential_groups": "<i4",
}  # fmt: skip
_TABLES = ("groups", "verdicts")  # several columns, one below the other
_VALUES: dict[bool | None, int] = {False: 0, True: 1, None: UNKNOWN}


@dataclass(frozen=True, slots=True)
class Person:
    """One household as a row: who it is, where, how many, and of which groups."""

    household_id: str
    ward: int
    residential_group: int
    size: int  # 0: not known
    ethnicity: str  # of the head, 99 when not known
    groups: tuple[bool | None, ...]
    row: Row


@dataclass(frozen=True, slots=True)
class Population:
    """Rows turned into columns. `groups` has one column per priority group."""

    ids: npt.NDArray[np.bytes_]
    wards: npt.NDArray[np.int32]
    residential_groups: npt.NDArray[np.int32]
    sizes: npt.NDArray[np.int32]
    ethnicity: npt.NDArray[np.int8]
    groups: npt.NDArray[np.int8]
    columns: Columns

    def __len__(self) -> int:
        return len(self.ids)

    def household_id(self, number: int) -> str:
        """The household of a row."""
        return str(self.ids[number], "ascii")

    def only(self, chosen: npt.NDArray[Any]) -> "Population":
        """Some of the rows, by a mask or by their numbers."""
        held = self.columns
        return Population(
            self.ids[chosen],
            self.wards[chosen],
            self.residential_groups[chosen],
            self.sizes[chosen],
            self.ethnicity[chosen],
            self.groups[:, chosen],
            Columns(
                held.areas[chosen],
                held.scores[chosen],
                held.incomes[chosen],
                held.verdicts[:, chosen],
            ),
        )


def person_of(
    household_id: str,
    household: Household,
    on: date,
    pack: Pack,
    area_type: AreaType | None,
    ward: int = NOWHERE,
    residential_group: int = NOWHERE,
) -> Person:
    """The row of a household reviewed on a day, under a standard, by where it lived."""
    head = next((m for m in household.members if m.relation_to_head == "head"), None)
    ethnicity = head.ethnicity if head is not None else None
    return Person(
        household_id=household_id,
        ward=ward,
        residential_group=residential_group,
        size=household.size,
        ethnicity=ethnicity or NO_GROUP,
        groups=priority_of(household, on),
        row=row_of(household, on, pack, area_type),
    )


def population_of(people: Iterable[Person], indicator_count: int) -> Population:
    """Rows as columns."""
    rows = list(people)
    groups = np.array(
        [[_VALUES[each] for each in row.groups] for row in rows], np.int8
    ).reshape(len(rows), len(PRIORITY_GROUPS))
    return Population(
        ids=np.array([each.household_id.encode() for each in rows], "S36"),
        wards=np.array([each.ward for each in rows], np.int32),
        residential_groups=np.array(
            [each.residential_group for each in rows], np.int32
        ),
        sizes=np.array([each.size for each in rows], np.int32),
        ethnicity=np.array([_code(each.ethnicity) for each in rows], np.int8),
        groups=np.ascontiguousarray(groups.T),
        columns=columns_of((each.row for each in rows), indicator_count),
    )


def to_bytes(population: Population) -> bytes:
    """The columns one after the other, behind a line that says how many rows."""
    held = population.columns
    parts = {
        "ids": population.ids, "wards": population.wards, "sizes": population.sizes,
        "ethnicity": population.ethnicity, "groups": population.groups,
        "areas": held.areas, "scores": held.scores, "incomes": held.incomes,
        "verdicts": held.verdicts,
        "residential_groups": population.residential_groups,
    }  # fmt: skip
    head = json.dumps(
        {"rows": len(population), **{name: len(parts[name]) for name in _TABLES}}
    ).encode()
    body = b"".join(
        np.ascontiguousarray(parts[name]).astype(kind, copy=False).tobytes()
        for name, kind in _KINDS.items()
    )
    return struct.pack("<I", len(head)) + head + zlib.compress(body, _LEAST_PRESSED)


def from_bytes(kept: Sequence[bytes]) -> Population:
    """The population that `to_bytes` wrote, of one or several parts."""
    found = [_read(each) for each in kept]
    parts = {
        name: np.concatenate(
            [each[name] for each in found], axis=1 if name in _TABLES else 0
        )
        for name in _KINDS
    }
    return Population(
        parts["ids"],
        parts["wards"],
        parts["residential_groups"],
        parts["sizes"],
        parts["ethnicity"],
        parts["groups"],
        Columns(parts["areas"], parts["scores"], parts["incomes"], parts["verdicts"]),
    )


def _read(kept: bytes) -> dict[str, npt.NDArray[Any]]:
    (length,) = struct.unpack_from("<I", kept)
    head = json.loads(kept[4 : 4 + length])
    body = zlib.decompress(kept[4 + length :])
    found: dict[str, npt.NDArray[Any]] = {}
    at = 0
    for name, kind in _KINDS.items():
        lines = head[name] if name in _TABLES else 1
        values = np.frombuffer(body, kind, head["rows"] * lines, at)
        at += values.nbytes
        found[name] = values.reshape(lines, head["rows"]) if name in _TABLES else values
    return found


def _code(ethnicity: str) -> int:
    return int(ethnicity if ethnicity.isdecimal() and len(ethnicity) < 3 else NO_GROUP)
