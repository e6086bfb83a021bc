"""Words of assessments that screens and papers share."""

from collections.abc import Iterable

from server.domain.poverty.chronicle import Event
from server.domain.poverty.transitions import Arrival, Departure, Transition
from server.status.sheet import Sheet, outcome_words
from server.status.standards import find_shipped
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


def sub_text(standard: str, category: str | None, sub: str | None) -> str:
    """Which kind of poor, under a standard that tells kinds apart; of a status that
    was recorded without it nothing is guessed."""
    pack = find_shipped(standard)
    rules = pack.categories if pack and category else ()
    if not any(each.sub for each in rules if each.code == category):
        return ""
    return outcome_words(category, sub) if sub else _("chưa ghi nhận N1 hay N2")


def category_words(categories: Iterable[str]) -> str:
    """Several categories in a sentence."""
    return ", ".join(category_label(each).lower() for each in categories)


def transition_labels() -> dict[Transition, str]:
    """What happened to one household."""
    return {
        Transition.STAY_POOR: _("Vẫn là hộ nghèo"),
        Transition.POOR_TO_NEAR: _("Từ hộ nghèo thành hộ cận nghèo"),
        Transition.EXIT_POOR: _("Thoát nghèo"),
        Transition.NEAR_TO_POOR: _("Từ hộ cận nghèo thành hộ nghèo"),
        Transition.STAY_NEAR: _("Vẫn là hộ cận nghèo"),
        Transition.EXIT_NEAR: _("Thoát cận nghèo"),
        Transition.NEW_POOR: _("Hộ nghèo mới"),
        Transition.NEW_NEAR: _("Hộ cận nghèo mới"),
        Transition.RE_POOR: _("Tái nghèo"),
        Transition.RE_NEAR: _("Tái cận nghèo"),
        Transition.STAY_OUT: _("Không thuộc danh sách"),
        Transition.IN_MOVE: _("Chuyển đến"),
        Transition.OUT_MOVE: _("Chuyển đi, nhập hộ hoặc xoá hộ"),
    }


def event_text(event: Event) -> str:
    """The same with how the household came or left."""
    if event.arrival is Arrival.SPLIT:
        return _("Tách ra từ hộ khác, mang theo diện")
    if event.departure is Departure.MERGE:
        return _("Nhập vào hộ khác")
    if event.departure is Departure.DISSOLVED:
        return _("Hộ không còn")
    if event.departure is Departure.OUT_MOVE:
        return _("Chuyển đi")
    return transition_labels()[event.code]


def arrival_labels() -> dict[str, str]:
    """How a household came with its status."""
    return {
        "moved_in": _("Chuyển đến, đã được công nhận ở nơi cũ"),
        "split": _("Tách ra từ hộ khác"),
    }
