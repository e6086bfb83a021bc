"""The official tables as data: what each counts, in which rows and columns.

`official_tables.yaml` is the only place that says so; this module reads it and lays a
table out for a standard, whose indicators and lists of support become columns.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from server.domain.data_files import read_data
from server.domain.poverty.pack import Category, Pack
from server.domain.poverty.wording import category_words

TABLES = Path(__file__).with_name("official_tables.yaml")


@dataclass(frozen=True, slots=True)
class Words:
    """The same in both languages."""

    vi: str
    en: str

    def __getitem__(self, language: str) -> str:
        return self.en if language == "en" else self.vi


@dataclass(frozen=True, slots=True)
class Measure:
    """What one column counts. Exactly one of `count`, `rate`, `share` is given.

    `rate` divides two columns, `share` a column by its own total, `rate_of` what is
    counted here by another column.
    """

    code: str
    count: str | None = None  # households | persons | children | residents
    where: Mapping[str, Any] = field(default_factory=dict)
    rate: tuple[str, str] | None = None
    share: str | None = None
    rate_of: str | None = None
    is_movement: bool = False

    @property
    def is_rate(self) -> bool:
        return bool(self.rate or self.share or self.rate_of)


@dataclass(frozen=True, slots=True)
class Heading:
    """A cell of the header: over other headings, or over the column of a measure."""

    name: Words
    below: tuple["Heading", ...] = ()
    measure: Measure | None = None

    @property
    def width(self) -> int:
        return sum(each.width for each in self.below) or 1

    @property
    def depth(self) -> int:
        return 1 + max((each.depth for each in self.below), default=0)

    def measures(self) -> Iterator[Measure]:
        """The columns under this heading, from left to right."""
        if self.measure is not None:
            yield self.measure
        for each in self.below:
            yield from each.measures()


@dataclass(frozen=True, slots=True)
class Balance:
    """Which columns must come out even: start - out + in = end."""

    start: str
    end: str
    decreases: tuple[str, ...]
    increases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """One official table. `uses` are the terms whose meaning is told below it."""

    number: int
    code: str
    title: Words
    rows: str  # places | groups | ethnicities | causes | people
    total: str  # sum | all
    columns: tuple[Mapping[str, Any], ...]
    balance: Balance | None
    uses: tuple[str, ...]
    category: str | None

    @property
    def is_of_places(self) -> bool:
        """Rows that do not overlap, so that the total is their sum."""
        return self.total == "sum"

    @property
    def needs_indicators(self) -> bool:
        """Whether the table says nothing without indicators of the standard."""
        named = (each.get("each") for each in _leaves(self.columns))
        return self.code == "children" or "indicators" in named

    @property
    def needs_facts(self) -> bool:
        """Whether the lists alone cannot fill the table."""
        return self.rows != "places" or any(
            each.get("count") in ("persons", "children")
            or "each" in each
            or "is_agricultural" in each.get("where", {})
            for each in _leaves(self.columns)
        )

    @property
    def categories(self) -> frozenset[str]:
        """The lists that the table counts."""
        found = {
            each.get("where", {}).get("category") for each in _leaves(self.columns)
        }
        return frozenset(found - {None})

    def headings(self, pack: Pack) -> tuple[Heading, ...]:
        """The columns of the table for a standard."""
        return tuple(_headings(self.columns, pack))


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the tables and what we take it to mean, with how well that is known."""

    meaning: Words
    quality: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All tables, and where their names come from."""

    source: Term
    terms: Mapping[str, Term]
    groups: Mapping[str, Words]
    tables: Mapping[str, Definition]


@cache
def catalogue() -> Catalogue:
    """The official tables by their code, in their order."""
    loaded = read_data(TABLES)
    tables = (_definition(each) for each in loaded["tables"])
    return Catalogue(
        source=_term(loaded["source"]),
        terms={key: _term(each) for key, each in loaded["definitions"].items()},
        groups={each["code"]: _words(each) for each in loaded["groups"]},
        tables={each.code: each for each in tables},
    )


def _words(entry: Mapping[str, Any]) -> Words:
    return Words(entry["vi"], entry["en"])


def _term(entry: Mapping[str, Any]) -> Term:
    return Term(_words(entry), entry["quality"])


def _definition(entry: Mapping[str, Any]) -> Definition:
    balance = entry.get("balance")
    return Definition(
        number=entry["number"],
        code=entry["code"],
        title=_words(entry),
        rows=entry["rows"],
        total=entry["total"],
        columns=tuple(entry["columns"]),
        balance=Balance(
            balance["start"],
            balance["end"],
            tuple(balance["out"]),
            tuple(balance["in"]),
        )
        if balance
        else None,
        uses=tuple(entry.get("uses", ())),
        category=entry.get("category"),
    )


def _leaves(columns: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for each in columns:
        if "columns" in each:
            yield from _leaves(each["columns"])
        else:
            yield each


def _headings(columns: Sequence[Mapping[str, Any]], pack: Pack) -> Iterator[Heading]:
    for entry in columns:
        if "columns" in entry:
            below = tuple(_headings(entry["columns"], pack))
            if below:  # a standard without indicators has no such columns
                yield Heading(_words(entry), below)
        elif "each" in entry:
            yield from _one_for_each(entry, pack)
        else:
            yield Heading(_words(entry), measure=_measure(entry, entry["code"]))


def _one_for_each(entry: Mapping[str, Any], pack: Pack) -> Iterator[Heading]:
    condition = {
        "indicators": "lacks",
        "needs": "needs",
        "received": "received",
        "groups": "group",
        "sub_types": "sub",
    }[entry["each"]]
    for code, name in _choices(entry["each"], pack):
        where = {**entry.get("where", {}), condition: code}
        measure = _measure({**entry, "where": where}, f"{entry['code']}.{code}")
        yield Heading(name, measure=measure)


def _choices(each: str, pack: Pack) -> list[tuple[str, Words]]:
    if each == "indicators":
        return [(one.code, Words(one.name_vi, one.name_en)) for one in pack.indicators]
    if each == "groups":
        return list(catalogue().groups.items())
    if each == "sub_types":  # most standards have none, and then no such columns
        return [
            (one.sub, Words(_kind(one, "vi"), _kind(one, "en")))
            for one in pack.categories
            if one.sub is not None
        ]
    return [(one.code, Words(one.vi, one.en)) for one in pack.needs]


def _kind(rule: Category, language: str) -> str:
    named = category_words(rule.code, rule.sub, language)
    return f"{named[0].upper()}{named[1:]}"


def _measure(entry: Mapping[str, Any], code: str) -> Measure:
    rate = entry.get("rate")
    return Measure(
        code=code,
        count=entry.get("count"),
        where=entry.get("where", {}),
        rate=(rate[0], rate[1]) if rate else None,
        share=entry.get("share"),
        rate_of=entry.get("rate_of"),
        is_movement=entry.get("is_movement", False),
    )
