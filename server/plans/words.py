"""The words of plans."""

from server.domain.reporting.definition import catalogue
from server.web.i18n import _, language


def quality_label(quality: str) -> str:
    """How well something is known."""
    return {
        "official": _("theo văn bản"),
        "secondary": _("theo nguồn thứ cấp"),
        "recalled": _("theo hiểu biết chung, chưa đối chiếu"),
        "unknown": _("chưa biết"),
    }.get(quality, quality)


def state_label(state: str) -> str:
    """Where an activity stands."""
    return {
        "planned": _("Chưa làm"),
        "doing": _("Đang làm"),
        "done": _("Đã xong"),
        "dropped": _("Không làm nữa"),
    }.get(state, state)


def group_label(group: str) -> str:
    """A group of households."""
    found = catalogue().groups.get(group)
    return found[language()] if found else group
