"""The result of a scenario as one flat table, to be taken home."""

from collections.abc import Iterator
from dataclasses import dataclass

from server.domain.scenarios.result import CLASSES, Line, is_small
from server.scenarios.counting import Counted
from server.scenarios.words import class_label, ethnicity_label, group_labels
from server.web.i18n import _
from server.web.listing import Column


@dataclass(frozen=True, slots=True)
class Row:
    """So many households of one part go from one class to another."""

    part: str
    name: str
    source: str
    target: str
    households: int


def columns() -> tuple[Column, ...]:
    """What a row says."""
    return (
        Column("part", _("Chia theo"), lambda row: row.part),
        Column("name", _("Nhóm"), lambda row: row.name),
        Column("from", _("Theo chuẩn"), lambda row: row.source),
        Column("to", _("Theo kịch bản"), lambda row: row.target),
        Column("households", _("Số hộ"), lambda row: row.households, kind="number"),
        Column("small", _("Lưu ý"), lambda row:
               _("dưới 5 hộ, chỉ dùng nội bộ") if is_small(row.households) else ""),
    )  # fmt: skip


def rows(counted: Counted) -> Iterator[Row]:
    """Every number above zero, part by part."""
    found = counted.breakdown
    yield from _rows(_("Toàn bộ"), "", found.whole)
    for line in found.wards:
        yield from _rows(_("Phường, xã"), counted.places.get(line.key, ""), line)
    for line in found.ethnicity:
        yield from _rows(_("Dân tộc"), ethnicity_label(line.key), line)
    for line in found.groups:
        yield from _rows(_("Nhóm ưu tiên"), group_labels()[line.key], line)


def _rows(part: str, name: str, line: Line) -> Iterator[Row]:
    for start, source in enumerate(CLASSES):
        for end, target in enumerate(CLASSES):
            households = int(line.moved[start, end])
            if households:
                labels = class_label(source), class_label(target)
                yield Row(part, name, *labels, households)
