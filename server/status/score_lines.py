"""The items of a score table behind an assessment, in words, and who vouched for it.

A stored assessment names its table by number and checksum and keeps codes and points. The
words are read from the transcription itself, which stays when its signature is taken back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from server.domain.households.corrections import SCORES
from server.domain.poverty.score_table import ScoreTable
from server.domain.problems import Refused
from server.domain.survey.score_answers import item_path
from server.standards.queries import get_completion, get_pack, is_signed, reading_of
from server.web.i18n import _, language, number


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One item: what was answered, and the points; None for one not answered."""

    number: int
    name: str
    answer: str
    points: int | None


@dataclass(frozen=True, slots=True)
class ScoreLines:
    """The items of a household. `typed` is a total that somebody wrote beside them."""

    table_number: int
    standard: str
    is_standing: bool  # still signed: its items can be put right
    document: str
    checksum: str
    transcribed_by: str
    signed_by: str
    signed_on: date
    region: str
    lines: tuple[ScoreLine, ...]
    computed: int | None
    typed: int | None
    strange: tuple[str, ...]

    @property
    def is_disputed(self) -> bool:
        """Two totals, of which a person has to say which is right."""
        known = (self.typed, self.computed)
        return None not in known and self.typed != self.computed

    def path_of(self, item: int) -> str:
        """Where a correction of an item goes."""
        return f"{SCORES}.{item_path(self.standard, item)}"

    @property
    def brief(self) -> str:
        """All on one line, for paper: "1. Số người: hai người 55; …"."""
        return "; ".join(
            f"{each.number}. {each.name}: {each.answer}"
            + ("" if each.points is None else f" {each.points}")
            for each in self.lines
        )


def score_lines(trace: Mapping[str, Any]) -> ScoreLines | None:
    """What an assessment says of the items; None where none were answered."""
    kept = trace.get("b1")
    if kept is None:
        return None
    table = kept["table"]
    where = (table["document"], table["article"])
    return ScoreLines(
        table_number=table["number"],
        standard=table["standard"],
        is_standing=is_signed(table["number"]),
        document=", ".join(each for each in where if each),
        checksum=table["sha256"],
        transcribed_by=table["transcribed_by"],
        signed_by=table["signed_by"],
        signed_on=date.fromisoformat(table["signed_on"]),
        region=kept["region"] or "",
        lines=_lines(kept, _table(table["number"])),
        computed=kept["computed"],
        typed=kept["typed"],
        strange=tuple(kept["strange"]),
    )


def totals_text(trace: Mapping[str, Any]) -> str:
    """Both totals with where they are from; empty where no items were answered."""
    kept = trace.get("b1")
    if kept is None:
        return ""
    parts = []
    if kept["computed"] is not None:
        points = number(kept["computed"])
        parts.append(_("tính từ các mục: {points} điểm", points=points))
    else:
        parts.append(_("chưa tính được từ các mục"))
    if kept["typed"] is not None:
        parts.append(_("ghi tay: {points} điểm", points=number(kept["typed"])))
    return _("điểm B1 {parts}", parts="; ".join(parts))


def _table(completion_id: int) -> ScoreTable | None:
    """The words; None where the transcription cannot be read any more."""
    try:
        row = get_completion(completion_id)
        return reading_of(get_pack(row.standard), row).table
    except Refused:
        return None


def _lines(kept: Mapping[str, Any], table: ScoreTable | None) -> tuple[ScoreLine, ...]:
    answered: dict[int, list[tuple[str, int]]] = {}
    for item, option, points in kept["points"]:
        answered.setdefault(item, []).append((option, points))
    items = {*answered, *kept["none_of_these"], *kept["unanswered"], *kept["unread"]}
    return tuple(
        _line(item, answered.get(item, []), kept, table) for item in sorted(items)
    )


def _line(
    item: int,
    answered: list[tuple[str, int]],
    kept: Mapping[str, Any],
    table: ScoreTable | None,
) -> ScoreLine:
    at = 0 if language() == "vi" else 1
    name = table.name_of(item)[at] if table else str(item)
    if item in kept["unread"]:
        return ScoreLine(item, name, _("bảng thiếu mục này"), None)
    if item in kept["unanswered"]:
        return ScoreLine(item, name, _("chưa trả lời"), None)
    words = {
        each.option: each.words[at]
        for each in (table.options_of(item) if table else ())
        if each.words
    }
    said = ", ".join(words.get(option, option) for option, _points in answered)
    points = sum(each for _option, each in answered)
    return ScoreLine(item, name, said or _("không thuộc mức nào"), points)
