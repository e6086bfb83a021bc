"""The movement table as people ask for it and read it: on screen, on paper, in Excel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from server import clock
from server.areas.tables import Area
from server.domain.actor import Scope
from server.domain.poverty.pack import PovertyCategory
from server.domain.poverty.transitions import MovementRow
from server.reports.movement import (
    Movement,
    movement_of,
    row_of,
)
from server.reports.question import LOOK_BACK_YEARS, Question
from server.status.asked import Asked, asked
from server.web.i18n import _

LISTS = (PovertyCategory.POOR, PovertyCategory.NEAR_POOR)
COLUMNS = (
    "start", "exited", "to_other", "moved_out", "decrease",
    "from_other", "fell_again", "new", "moved_in", "increase", "end",
)  # fmt: skip
MOVING = COLUMNS[1:-1]
FARTHEST_BACK = 20


@dataclass(frozen=True)
class MovementPage:
    """A table with what was asked; `units` are its wards."""

    asked: Asked
    found: Movement
    units: Sequence[Area]

    @property
    def question(self) -> Question:
        return self.found.question

    @property
    def unit_name(self) -> str:
        """What the table is of, for its title."""
        if self.asked.ward is not None:
            return self.asked.ward.name
        return _("Các phường, xã được giao")

    @property
    def households(self) -> int:
        """How many households stand in it, at its start or its end."""
        return sum(len(line.start | line.end) for line in self.found.lines)

    def rows(self, of: PovertyCategory) -> list[tuple[str, str, MovementRow]]:
        """Key, name and numbers of every row of one list."""
        return [
            (line.key, line.name or _("Chưa rõ tổ"), row_of(line.table, of))
            for line in self.found.lines
        ]

    def is_shown(self, column: str) -> bool:
        """Between two yardsticks nothing has moved: only both ends are shown."""
        return not (self.question.standard_changed and column in MOVING)

    def address(self, **changes: Any) -> dict[str, Any]:
        """The query by which this page is found again."""
        question = self.question
        kept = {
            "ward": self.asked.ward.id if self.asked.ward else None,
            "standard": question.standard.id,
            "from": question.start.isoformat(),
            "to": question.end.isoformat(),
            "known": question.known_on.isoformat() if question.known_on else None,
            "look_back": question.look_back_years,
        }
        return {**kept, **changes}


def page_of(args: Mapping[str, str], scope: Scope) -> MovementPage:
    """The table that an address asks for: by default this year until today."""
    end = clock.day_of(args.get("to", "")) or clock.today()
    start = clock.day_of(args.get("from", "")) or date(end.year, 1, 1)
    if start > end:
        start, end = end, start
    wanted = asked({**args, "on": end.isoformat()}, scope)
    question = Question(
        standard=wanted.standard,
        start=start,
        end=end,
        known_on=wanted.known_on,
        look_back_years=_years(args.get("look_back", "")),
    )
    units = [wanted.ward] if wanted.ward else list(wanted.wards)
    return MovementPage(wanted, movement_of(question, units), units)


def column_labels(of: PovertyCategory) -> dict[str, str]:
    """What the columns are called in the table of one list."""
    is_poor = of is PovertyCategory.POOR
    return {
        "start": _("Đầu kỳ"),
        "exited": _("Thoát nghèo") if is_poor else _("Thoát cận nghèo"),
        "to_other": _("Thành cận nghèo") if is_poor else _("Rơi xuống nghèo"),
        "moved_out": _("Chuyển đi, nhập hộ, xoá hộ"),
        "decrease": _("Cộng giảm"),
        "from_other": _("Từ cận nghèo") if is_poor else _("Từ nghèo"),
        "fell_again": _("Tái nghèo") if is_poor else _("Tái cận nghèo"),
        "new": _("Phát sinh mới"),
        "moved_in": _("Chuyển đến, tách hộ"),
        "increase": _("Cộng tăng"),
        "end": _("Cuối kỳ"),
    }


def list_title(of: PovertyCategory) -> str:
    """The title of one list's table."""
    if of is PovertyCategory.POOR:
        return _("Diễn biến hộ nghèo")
    return _("Diễn biến hộ cận nghèo")


def _years(text: str) -> int:
    if text.isdecimal() and len(text) < 3 and int(text) <= FARTHEST_BACK:
        return int(text)
    return LOOK_BACK_YEARS
