"""The B1 table of a standard, and the two people who vouch for a transcription."""

from dataclasses import dataclass, field
from datetime import date

from server.domain.poverty.sources import AreaType, Source


@dataclass(frozen=True, slots=True)
class ScoreOption:
    """Points of one answer in every region of the table, and its words on a phone."""

    item: int
    option: str
    points: tuple[tuple[str, int], ...]
    words: tuple[str, str] | None = field(default=None, metadata={"left_out": None})
    hint: tuple[str, str] | None = field(default=None, metadata={"left_out": None})


@dataclass(frozen=True, slots=True)
class Signature:
    """Who vouches for a table: one transcribed it, another compared it and signed.

    `urban` and `rural` are the columns that the two say apply here; which region a
    province belongs to stands in no table. `province` is where, blank for everywhere that
    no other table names; `applies_from` the first day of the reviews it is for, where not
    of all. `elsewhere` are provinces with other columns of the same table (code, urban,
    rural), for the one form that all phones are given.
    """

    number: int  # of the transcription
    standard: str  # under which its items are asked, also where another inherits it
    transcribed_by: str
    signed_by: str
    signed_on: date
    urban: str
    rural: str
    province: str = field(default="", metadata={"left_out": ""})
    applies_from: date | None = field(default=None, metadata={"left_out": None})
    elsewhere: tuple[tuple[str, str, str], ...] = field(
        default=(), metadata={"left_out": ()}
    )

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that applies anywhere, each once."""
        named = (each[1:] for each in self.elsewhere)
        pairs = ((self.urban, self.rural), *named)
        return tuple(dict.fromkeys(column for pair in pairs for column in pair))

    def column(self, area_type: AreaType | None) -> str | None:
        """The column of a kind of area; None when that is not known and matters."""
        if self.urban == self.rural:
            return self.urban
        return {AreaType.URBAN: self.urban, AreaType.RURAL: self.rural, None: None}[
            area_type
        ]


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """The B1 table. While items are missing it can add up, but not to a total."""

    options: tuple[ScoreOption, ...]
    item_names: tuple[tuple[int, str, str], ...]  # number, Vietnamese, English
    several: tuple[int, ...]  # items of which several options may add up
    sha256: str
    source: Source
    signature: Signature | None = field(default=None, metadata={"left_out": None})
    # What one deprived indicator adds to B2, where the table says it.
    indicator_points: int | None = field(default=None, metadata={"left_out": None})

    def name_of(self, item: int) -> tuple[str, str]:
        """An item in Vietnamese and English; its number where nobody read the words."""
        names = {number: (vi, en) for number, vi, en in self.item_names}
        return names.get(item, (str(item), str(item)))

    def options_of(self, item: int) -> tuple[ScoreOption, ...]:
        """The lines of one item, in the order of the table."""
        return tuple(each for each in self.options if each.item == item)

    def is_exhaustive(self, item: int) -> bool:
        """Whether the table itself has a line worth nothing: then one of the lines
        always applies, and "none of these" would be no answer."""
        return item not in self.several and any(
            not any(points for _, points in each.points)
            for each in self.options_of(item)
        )

    @property
    def missing_items(self) -> tuple[int, ...]:
        """Items whose points nobody has read from the official table."""
        read = {option.item for option in self.options}
        return tuple(item for item, _, _ in self.item_names if item not in read)

    @property
    def is_complete(self) -> bool:
        return not self.missing_items

    @property
    def regions(self) -> tuple[str, ...]:
        return tuple(region for region, _ in self.options[0].points)
