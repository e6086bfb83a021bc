"""The parts of a pack, read from its files and checked one by one."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from server.domain.poverty.conditions import ConditionError, parse_condition
from server.domain.poverty.indicators import PREDICATES
from server.domain.poverty.pack import (
    AreaType,
    Category,
    Choice,
    Gap,
    Indicator,
    Line,
    Measure,
    Parameter,
    PovertyCategory,
    Quality,
    Screening,
    ScreeningItem,
    Source,
    Validity,
)
from server.domain.poverty.reading import Entry, PackError, frozen

Sources = Mapping[str, Source]
Kind = TypeVar("Kind", bound=StrEnum)


def read_source(key: str, entry: Entry) -> Source:
    """A document, and how well its numbers are known."""
    quality = entry.text("quality")
    if quality.upper() not in Quality.__members__:
        raise PackError(f"{entry.place}: no such quality: {quality!r}")
    source = Source(
        key=key,
        document=entry.text("document"),
        quality=Quality[quality.upper()],
        article=entry.optional_text("article"),
        url=entry.optional_text("url"),
        effective=entry.optional_day("effective"),
        note=entry.optional_text("note"),
    )
    entry.close()
    return source


def source_of(entry: Entry, sources: Sources) -> Source:
    """The source an entry names. Raises PackError when it names none that we have."""
    key = entry.text("source")
    if key not in sources:
        raise PackError(f"{entry.place}: no such source: {key!r}")
    return sources[key]


def read_validity(entry: Entry, sources: Sources) -> Validity:
    """The days between which something holds."""
    validity = Validity(entry.day("from"), entry.day("to"), source_of(entry, sources))
    entry.close()
    if validity.valid_to < validity.valid_from:
        raise PackError(f"{entry.place}: it ends before it begins")
    return validity


def read_line(entry: Entry, measure: Measure, sources: Sources) -> Line:
    """An amount of money below which a household counts as poor."""
    line = Line(
        measure=measure,
        area_type=_one_of(AreaType, entry, "area_type"),
        name=entry.text("name"),
        amount=entry.whole("amount"),
        source=source_of(entry, sources),
    )
    entry.close()
    return line


def read_number(entry: Entry, sources: Sources) -> tuple[int, Source]:
    """A single legal number with its source."""
    number = entry.whole("value"), source_of(entry, sources)
    entry.close()
    return number


def read_category(entry: Entry, sources: Sources) -> Category:
    """A class, and the condition under which a household belongs to it."""
    measures = tuple(_as(Measure, each, entry) for each in entry.texts("measures"))
    try:
        when = parse_condition(entry.text("when"))
    except ConditionError as error:
        raise PackError(f"{entry.place}: {error}") from error
    category = Category(
        code=_one_of(PovertyCategory, entry, "code"),
        when=when,
        source=source_of(entry, sources),
        sub=entry.optional_text("sub"),
        measures=measures or tuple(Measure),
    )
    entry.close()
    return category


def read_indicator(entry: Entry, sources: Sources) -> Indicator:
    """A basic service, and from when on a household is deprived of it."""
    parameters = tuple(
        _read_parameter(each, sources) for each in entry.entries("parameters")
    )
    indicator = Indicator(
        number=entry.whole("number"),
        code=entry.text("code"),
        dimension_vi=entry.text("dimension_vi"),
        dimension_en=entry.text("dimension_en"),
        name_vi=entry.text("name_vi"),
        name_en=entry.text("name_en"),
        threshold_vi=entry.text("threshold_vi"),
        threshold_en=entry.text("threshold_en"),
        predicate=entry.text("predicate"),
        parameters=parameters,
        source=source_of(entry, sources),
    )
    entry.close()
    _check_parameters(indicator, entry.place)
    return indicator


def read_choice(entry: Entry, sources: Sources) -> Choice:
    """One row of a code list."""
    choice = Choice(
        code=entry.text("code"),
        vi=entry.text("vi"),
        en=entry.text("en"),
        source=source_of(entry, sources),
        replaces=entry.texts("from"),
        is_sensitive=entry.flag("is_sensitive"),
    )
    entry.close()
    return choice


def read_screening(entry: Entry, sources: Sources) -> Screening:
    """The quick identification sheet and its cut."""
    cut, cut_source = read_number(entry.entry("cut"), sources)
    stated, stated_source = read_number(entry.entry("stated_items"), sources)
    screening = Screening(
        items=tuple(_read_item(each, sources) for each in entry.entries("items")),
        cut=cut,
        cut_source=cut_source,
        stated_items=stated,
        stated_items_source=stated_source,
    )
    entry.close()
    if len(screening.items) > stated or not 0 < cut <= stated:
        raise PackError(f"{entry.place}: more items than stated, or an idle cut")
    return screening


def read_gap(entry: Entry, _: Sources) -> Gap:
    """What is not known, in words for both kinds of readers."""
    gap = Gap(entry.text("code"), entry.text("vi"), entry.text("en"))
    entry.close()
    return gap


def _read_item(entry: Entry, sources: Sources) -> ScreeningItem:
    item = ScreeningItem(
        code=entry.text("code"),
        vi=entry.text("vi"),
        en=entry.text("en"),
        source=source_of(entry, sources),
    )
    entry.close()
    return item


def _read_parameter(entry: Entry, sources: Sources) -> Parameter:
    value: Any = frozen(entry.take("value"))
    if value is None:
        raise PackError(f"{entry.place}: 'value' must not be empty")
    parameter = Parameter(entry.text("name"), value, source_of(entry, sources))
    entry.close()
    return parameter


def _check_parameters(indicator: Indicator, place: str) -> None:
    if indicator.predicate not in PREDICATES:
        raise PackError(f"{place}: no such predicate: {indicator.predicate!r}")
    _, needed = PREDICATES[indicator.predicate]
    given = [each.name for each in indicator.parameters]
    if sorted(given) != sorted(needed):
        wanted = ", ".join(sorted(needed)) or "none"
        raise PackError(f"{place}: {indicator.predicate} takes parameters: {wanted}")


def _one_of(kind: type[Kind], entry: Entry, key: str) -> Kind:
    return _as(kind, entry.text(key), entry)


def _as(kind: type[Kind], value: str, entry: Entry) -> Kind:
    try:
        return kind(value)
    except ValueError:
        allowed = ", ".join(kind)
        raise PackError(f"{entry.place}: {value!r} is none of {allowed}") from None
