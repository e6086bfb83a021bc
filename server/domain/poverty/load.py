"""Loads standards from `packs/`, strictly: a pack that is not understood is refused.

A pack may inherit: what its folder does not say, its parent says. `score_cutoffs: null`
is something said, namely that points cannot place a household under this standard.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from server.domain.poverty import pack_parts as parts
from server.domain.poverty.conditions import Condition
from server.domain.poverty.pack import (
    Line,
    Measure,
    Pack,
    Quality,
    ScoreTable,
    Screening,
    Source,
)
from server.domain.poverty.pack_rules import check_pack
from server.domain.poverty.reading import Entry, PackError, entries_of, read_yaml
from server.domain.poverty.score_sheet import read_score_table

__all__ = ["PACKS", "PackError", "all_packs", "load_pack", "packs_in_force"]

PACKS = Path(__file__).with_name("packs")
Part = TypeVar("Part")


def load_pack(pack_id: str, folder: Path = PACKS) -> Pack:
    """One standard by its id ("vn-2022").

    Raises `PackError` when there is no such pack or its files are wrong.
    """
    return _load(pack_id, folder)


def all_packs(folder: Path = PACKS) -> tuple[Pack, ...]:
    """Every standard, by id. Raises `PackError` when one of them is wrong."""
    ids = sorted(each.parent.name for each in folder.glob("*/pack.yaml"))
    return tuple(_load(pack_id, folder) for pack_id in ids)


def packs_in_force(
    on: date, province_code: str | None = None, folder: Path = PACKS
) -> tuple[Pack, ...]:
    """The standards that apply on a day in a province: national first, then its own.

    Several may hold at once, and none: the law has gaps between its decrees.
    """
    found = [
        pack
        for pack in all_packs(folder)
        if pack.holds_on(on) and pack.applies_in(province_code)
    ]
    return tuple(sorted(found, key=lambda pack: (bool(pack.province_codes), pack.id)))


@cache
def _load(pack_id: str, folder: Path, heirs: tuple[str, ...] = ()) -> Pack:
    if pack_id in heirs:
        raise PackError(f"{pack_id}: inherits from itself by {' and '.join(heirs)}")
    place = folder / pack_id
    if Path(pack_id).name != pack_id or not (place / "pack.yaml").is_file():
        raise PackError(f"{pack_id}: there is no such pack")
    entry = Entry(read_yaml(place / "pack.yaml"), f"{pack_id}/pack.yaml")
    if entry.text("id") != pack_id:
        raise PackError(f"{entry.place}: the id must be the name of the folder")
    parent_id = entry.optional_text("inherits")
    parent = _load(parent_id, folder, (*heirs, pack_id)) if parent_id else None
    reader = _Reader(place, entry, parent)
    pack = reader.read(pack_id)
    entry.close()
    check_pack(pack)
    used = {source.key: source for source in _sources_in(pack)}
    unused = reader.own_sources - set(used)
    if unused:
        raise PackError(f"{entry.place}: sources nobody uses: {', '.join(unused)}")
    pack = replace(pack, sources=tuple(used[key] for key in sorted(used)))
    return replace(pack, content_hash=content_hash(pack))


class _Reader:
    """Reads the parts of one pack, falling back on its parent."""

    def __init__(self, place: Path, entry: Entry, parent: Pack | None) -> None:
        self.place = place
        self.entry = entry
        self.parent = parent
        own = entry.take("sources") or {}
        if not isinstance(own, dict):
            raise PackError(f"{entry.place}: 'sources' must be keys with values")
        self.own_sources = frozenset(own)
        self.sources = {each.key: each for each in parent.sources} if parent else {}
        for key in own:
            where = f"{entry.place} sources {key}"
            self.sources[key] = parts.read_source(key, Entry(own[key], where))

    def read(self, pack_id: str) -> Pack:
        entry, parent = self.entry, self.parent
        cut, cut_source = self._number("deprivation_cut")
        points, points_source = self._number("indicator_points")
        has_indicators = (self.place / "indicators.yaml").is_file()
        standard = (
            pack_id if has_indicators or not parent else parent.indicator_standard
        )
        return Pack(
            id=pack_id,
            is_draft=entry.flag("is_draft"),
            name_vi=entry.text("name_vi"),
            name_en=entry.text("name_en"),
            inherits=parent.id if parent else None,
            indicator_standard=standard,
            province_codes=entry.texts("province_codes"),
            validities=self._list(entry.entries("valid"), parts.read_validity),
            lines=(*self._lines("lines"), *self._lines("score_cutoffs")),
            deprivation_cut=cut,
            deprivation_cut_source=cut_source,
            categories=(
                self._list(entry.entries("categories"), parts.read_category)
                if entry.has("categories") or not parent
                else parent.categories
            ),
            indicator_points=points,
            indicator_points_source=points_source,
            indicators=self._file("indicators", parts.read_indicator),
            causes=self._file("causes", parts.read_choice),
            needs=self._file("needs", parts.read_choice),
            score_table=self._score_table(),
            screening=self._screening(),
            gaps=self._list(entry.entries("unknown"), parts.read_gap),
            sources=(),
            content_hash="",
        )

    def _list(
        self,
        entries: list[Entry],
        read: Callable[[Entry, Mapping[str, Source]], Part],
    ) -> tuple[Part, ...]:
        return tuple(read(each, self.sources) for each in entries)

    def _file(
        self, name: str, read: Callable[[Entry, Mapping[str, Source]], Part]
    ) -> tuple[Part, ...]:
        path = self.place / f"{name}.yaml"
        if self.parent and not path.is_file():
            inherited: tuple[Part, ...] = getattr(self.parent, name)
            return inherited
        place = f"{self.place.name}/{path.name}"
        return self._list(entries_of(read_yaml(path), place), read)

    def _lines(self, key: str) -> tuple[Line, ...]:
        measure = Measure.INCOME if key == "lines" else Measure.SCORE
        if self.parent and not self.entry.has(key):
            return tuple(each for each in self.parent.lines if each.measure is measure)
        given = self.entry.take(key)
        if given is None:
            return ()
        entries = entries_of(given, f"{self.entry.place} {key}")
        return tuple(parts.read_line(each, measure, self.sources) for each in entries)

    def _number(self, key: str) -> tuple[int | None, Source | None]:
        if self.parent and not self.entry.has(key):
            source: Source | None = getattr(self.parent, f"{key}_source")
            return getattr(self.parent, key), source
        given = self.entry.take(key)
        if given is None:
            return None, None
        return parts.read_number(
            Entry(given, f"{self.entry.place} {key}"), self.sources
        )

    def _screening(self) -> Screening | None:
        path = self.place / "screening.yaml"
        if not path.is_file():
            return self.parent.screening if self.parent else None
        entry = Entry(read_yaml(path), f"{self.place.name}/{path.name}")
        return parts.read_screening(entry, self.sources)

    def _score_table(self) -> ScoreTable | None:
        if self.parent and not self.entry.has("score_table"):
            return self.parent.score_table
        given = self.entry.take("score_table")
        if given is None:
            return None
        entry = Entry(given, f"{self.entry.place} score_table")
        table = self._read_table(entry)
        status = entry.text("status")
        entry.close()
        if (status == "complete") is not table.is_complete:
            said = "complete" if table.is_complete else "incomplete"
            raise PackError(f"{entry.place}: the table is {said}, not {status}")
        return table

    def _read_table(self, entry: Entry) -> ScoreTable:
        path = self.place / entry.text("file")
        items = [
            (item.whole("number"), item.text("vi"), item.text("en"))
            for item in entry.entries("items")
        ]
        several = entry.wholes("several")
        if not path.is_file():
            raise PackError(f"{entry.place}: there is no file {path.name}")
        return read_score_table(
            path.read_bytes(),
            entry.text("sha256"),
            tuple(items),
            several,
            parts.source_of(entry, self.sources),
            f"{self.place.name}/{path.name}",
        )


def content_hash(pack: Pack) -> str:
    """sha256 of everything a pack says, however its files are laid out."""
    text = json.dumps(
        _plain(replace(pack, content_hash="")),
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Condition):
        return value.text
    if isinstance(value, Quality):
        return value.name
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        said = {each: getattr(value, each.name) for each in fields(value)}
        return {  # what was added later and says nothing leaves the hash as it was
            each.name: _plain(found)
            for each, found in said.items()
            if "left_out" not in each.metadata or each.metadata["left_out"] != found
        }
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    return value


def _sources_in(value: Any) -> Iterator[Source]:
    if isinstance(value, Source):
        yield value
    elif is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            yield from _sources_in(getattr(value, each.name))
    elif isinstance(value, tuple):
        for part in value:
            yield from _sources_in(part)
