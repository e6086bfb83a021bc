"""Words of assessments that screens and papers share."""

from collections.abc import Iterable

from server.status.sheet import Sheet
from server.web.i18n import _
from server.web.labels import category_label


def verdict_word(deprived: bool | None) -> str:
    """What was found of one indicator."""
    if deprived is None:
        return _("Chưa rõ")
    return _("Thiếu hụt") if deprived else _("Không thiếu hụt")


def deprived_text(sheet: Sheet) -> str:
    """How many indicators a household lacks, and the points that makes: "3 chỉ số, 30
    điểm B2"."""
    low, high = sheet.trace["deprivations"]
    points = sheet.trace["b2_points"]
    if points is None:  # the standard gives no points, or nobody knows how many
        if low == high:
            return _("{count} chỉ số", count=low)
        return _("từ {low} đến {high} chỉ số", low=low, high=high)
    points_low, points_high = points
    if low == high:
        return _("{count} chỉ số, {points} điểm B2", count=low, points=points_low)
    return _(
        "từ {low} đến {high} chỉ số, {points_low} đến {points_high} điểm B2",
        low=low,
        high=high,
        points_low=points_low,
        points_high=points_high,
    )


def category_words(categories: Iterable[str]) -> str:
    """Several categories in a sentence."""
    return ", ".join(category_label(each).lower() for each in categories)
