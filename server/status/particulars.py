"""Who a household was on a past day: its head, address, residential group and ward.

The register holds what it knows now. A list of a past day lays what was known then over
it, as one value of the statement, so that sorting, filters, paper and export agree with
what is read. Households that have not changed since are not read at all.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    cast,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from server import clock
from server.db import db, within
from server.domain.actor import Scope
from server.domain.households.golden import GoldenHousehold
from server.domain.people.names import sort_key
from server.domain.places.addresses import format_address
from server.registry.search import search, words_of
from server.registry.tables import HouseholdRow, SortKey
from server.status.households_then import changed_ones_then
from server.status.queries import codes_of
from server.status.wards_then import wards_then

# Computing one again costs 0.6 ms; beyond this a page would keep people waiting.
MOST = 5_000


@dataclass(frozen=True, slots=True)
class Particulars:
    """A household as it was told by then. `told_on` is empty when no survey had told of
    it: the rest is then as a later survey found it."""

    head_name: str
    head_sort_key: str
    address_text: str
    group_code: str
    member_count: int
    told_on: str  # a day in ISO format
    ward_id: int | None = None  # the ward of that day, where today's did not exist yet

    @classmethod
    def of(cls, golden: GoldenHousehold) -> "Particulars":
        """What the computed household says."""
        found, name = golden.household, golden.household.head_name or ""
        return cls(
            head_name=name,
            head_sort_key=sort_key(name),
            address_text=format_address(found.address),
            group_code=found.group_code or "",
            member_count=found.size,
            told_on=golden.review_date.isoformat(),
        )


@dataclass(frozen=True)
class Told:
    """What a list says of its households, as expressions of its statement.

    `is_then`: of a past day. `is_cut`: too many have changed since that day, so it says
    what is known of them today. `has_wards`: it names the wards of that day.
    """

    head_name: Any
    head_sort_key: Any
    address_text: Any
    group_code: Any
    member_count: Any
    told_on: Any
    ward_id: Any
    overlay: CTE | None = None
    is_then: bool = False
    is_cut: bool = False
    has_wards: bool = False
    # Of the households that have changed since: the words by which they are found.
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[ColumnElement[Any], ...]:
        """To be selected beside the household."""
        return (
            self.head_name.label("head_name"),
            self.address_text.label("address_text"),
            self.group_code.label("group_code"),
            self.member_count.label("member_count"),
            self.told_on.label("told_on"),
            self.ward_id.label("ward_id"),
        )

    def households(self, household_ids: Collection[str]) -> Select[Any]:
        """These households, each as it was told then."""
        bare = select(
            HouseholdRow.id, HouseholdRow.code, HouseholdRow.area_id, *self.columns
        )
        return self.joined(bare.where(HouseholdRow.id.in_(_ids("ids", household_ids))))

    def search(self, scope: Scope) -> Callable[[Select[Any], str], Select[Any]]:
        """Narrowing by name, code or address to what the list shows. Nobody out of sight
        is looked at."""

        def apply(statement: Select[Any], text: str) -> Select[Any]:
            seen = within(statement, HouseholdRow.area_id, scope)
            if not self.words:
                return search(seen, text)
            wanted = words_of(text).split()
            then = [
                household_id
                for household_id, said in self.words.items()
                if wanted and all(any(w.startswith(e) for w in said) for e in wanted)
            ]
            today = search(select(HouseholdRow.id), text)
            unchanged = HouseholdRow.id.not_in(_ids("changed", self.words))
            return seen.where(
                or_(
                    HouseholdRow.id.in_(_ids("then", then)),
                    and_(unchanged, HouseholdRow.id.in_(today)),
                )
            )

        return apply

    def joined(self, statement: Select[Any]) -> Select[Any]:
        """The statement with what was known then beside each household."""
        if self.overlay is None:
            return statement
        return statement.outerjoin(self.overlay, self.overlay.c.id == HouseholdRow.id)


_SAID_TODAY = (
    HouseholdRow.head_name,
    HouseholdRow.head_sort_key,
    HouseholdRow.address_text,
    HouseholdRow.group_code,
    HouseholdRow.member_count,
    literal("", String),
    literal(None, Integer),
)
TODAY = Told(*_SAID_TODAY)


def is_past(on: date, known_at: datetime | None) -> bool:
    """Whether something else may have been told by then than what the register says."""
    return known_at is not None or on < clock.today()


def told_on(
    household_ids: Collection[str], on: date, known_at: datetime | None
) -> Told:
    """What a list of a day says of these households."""
    if not is_past(on, known_at):
        return TODAY
    found = changed_ones_then(household_ids, on, known_at, MOST)
    if found is None:
        return Told(*_SAID_TODAY, is_then=True, is_cut=True)
    said: dict[str, dict[str, Any]] = {
        each: _fields(Particulars.of(golden)) if golden else {"told_on": ""}
        for each, golden in found.items()
    }
    wards = wards_then(household_ids, found, on)
    for household_id, ward_id in wards.items():
        said.setdefault(household_id, {})["ward_id"] = ward_id
    overlay = _overlay(said)

    def either(name: str, otherwise: Any) -> Any:
        return func.coalesce(overlay.c[name], otherwise, type_=otherwise.type)

    return Told(
        head_name=either("head_name", HouseholdRow.head_name),
        head_sort_key=either("head_sort_key", HouseholdRow.head_sort_key),
        address_text=either("address_text", HouseholdRow.address_text),
        group_code=either("group_code", HouseholdRow.group_code),
        member_count=either("member_count", HouseholdRow.member_count),
        told_on=either("told_on", cast(HouseholdRow.review_date, String)),
        ward_id=overlay.c.ward_id,
        overlay=overlay,
        is_then=True,
        has_wards=bool(wards),
        words=_words(found),
    )


def _words(
    found: Mapping[str, GoldenHousehold | None],
) -> dict[str, tuple[str, ...]]:
    codes = codes_of(found)
    told = {each: Particulars.of(golden) for each, golden in found.items() if golden}
    return {
        each: tuple(words_of(codes[each], said.head_name, said.address_text).split())
        for each, said in told.items()
    }


def _fields(said: Particulars) -> dict[str, Any]:
    return {name: getattr(said, name) for name in Particulars.__slots__}


def _ids(name: str, household_ids: Iterable[str]) -> BindParameter[Any]:
    return bindparam(name, sorted(household_ids), expanding=True, literal_execute=True)


_TYPES: Mapping[str, Any] = {
    "head_name": String(),
    "head_sort_key": SortKey,
    "address_text": String(),
    "group_code": String(),
    "member_count": Integer(),
    "told_on": String(),
    "ward_id": Integer(),
}


def _overlay(said: Mapping[str, Mapping[str, Any]]) -> CTE:
    """The values as a table, whatever their number, out of one parameter."""
    names = ("id", *_TYPES)
    rows = [[each, *map(known.get, _TYPES)] for each, known in said.items()]
    plain = literal(json.dumps(rows, ensure_ascii=False), String)
    is_postgresql = db.engine.dialect.name == "postgresql"
    if is_postgresql:
        listed = func.jsonb_array_elements(cast(plain, JSONB)).table_valued("value")
    else:
        listed = func.json_each(plain).table_valued("value")

    def part(place: int, kind: Any) -> Any:
        if is_postgresql:
            text = listed.c.value.op("->>", return_type=String())(place)
            return cast(text, kind) if isinstance(kind, Integer) else text
        return func.json_extract(listed.c.value, f"$[{place}]", type_=kind)

    kinds = (String(), *_TYPES.values())
    parts = [
        part(place, kind).label(name)
        for place, (name, kind) in enumerate(zip(names, kinds, strict=True))
    ]
    return select(*parts).cte("told_then")
