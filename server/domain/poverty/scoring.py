"""B1: adding up the points that stand for income, from a table that may be incomplete.

The official table is long and only part of it could be read. A sum of some items looks
like a total and is not one: the engine adds up what it has, says which items are
missing, and claims a total only when the table is whole and every item was answered.
Meanwhile a reviewer types in the officially computed total.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.domain.poverty.pack import ScoreTable

_NO_TOTAL = {
    "vi": ("Chưa có tổng điểm B1", "bảng điểm thiếu mục", "chưa trả lời mục"),
    "en": ("No B1 total", "the table lacks items", "not answered are items"),
}


@dataclass(frozen=True, slots=True)
class ScoreResult:
    """Points found so far; `total` is None until nothing is missing."""

    region: str
    points: tuple[tuple[int, str, int], ...]  # item, option, points
    unread_items: tuple[int, ...]  # not in the table
    unanswered_items: tuple[int, ...]  # in the table, not answered

    @property
    def subtotal(self) -> int:
        """The points known so far. Not a total: never compare it with a cut-off."""
        return sum(points for _, _, points in self.points)

    @property
    def total(self) -> int | None:
        missing = self.unread_items or self.unanswered_items
        return None if missing else self.subtotal


def score(
    table: ScoreTable, region: str, chosen: Mapping[int, Sequence[str]]
) -> ScoreResult:
    """Add up the options chosen per item, for one region of the table.

    An item with an empty sequence was answered "none of these" and scores nothing; an
    item that is not in `chosen` was not answered. Raises ValueError for a region, item
    or option that the table does not know, and for two options where one is allowed.
    """
    if region not in table.regions:
        raise ValueError(f"the table has no region {region!r}")
    points = {
        (each.item, each.option): dict(each.points)[region] for each in table.options
    }
    read = {each.item for each in table.options}
    found = []
    for item, options in sorted(chosen.items()):
        if item not in read:
            raise ValueError(f"the points of item {item} are not known")
        if len(options) > 1 and item not in table.several:
            raise ValueError(f"item {item} takes one option, not {len(options)}")
        for option in options:
            if (item, option) not in points:
                raise ValueError(f"item {item} has no option {option!r}")
            found.append((item, option, points[item, option]))
    return ScoreResult(
        region=region,
        points=tuple(found),
        unread_items=table.missing_items,
        unanswered_items=tuple(sorted(read - set(chosen))),
    )


def why_no_total(
    result: ScoreResult, table: ScoreTable, language: str = "vi"
) -> str | None:
    """Why the points found are not a total, item by item; None when they are one.

    "Chưa có tổng điểm B1: bảng điểm thiếu mục 7 (Diện tích bình quân đầu người)."
    """
    if result.total is not None:
        return None
    words = _NO_TOTAL[language]
    parts = []
    for items, said in (
        (result.unread_items, words[1]),
        (result.unanswered_items, words[2]),
    ):
        if items:
            at = 0 if language == "vi" else 1
            listed = ", ".join(f"{item} ({table.name_of(item)[at]})" for item in items)
            parts.append(f"{said} {listed}")
    return f"{words[0]}: {'; '.join(parts)}."
