"""The words of the trade for codes that many screens show."""

from server.domain.actor import SYSTEM
from server.web.i18n import _

# Text says it; the tone only underlines it. Names of CSS classes in app.css.
_TONES = {"poor": "poor", "near_poor": "near-poor", "average": "average"}


def category_label(code: str | None) -> str:
    """A poverty category in words: "poor" -> "Hộ nghèo"."""
    labels = {
        "poor": _("Hộ nghèo"),
        "near_poor": _("Hộ cận nghèo"),
        "average": _("Hộ có mức sống trung bình"),
        "non_poor": _("Hộ không nghèo"),
    }
    if not code:
        return _("Chưa phân loại")
    return labels.get(code.lower(), code)


def category_tone(code: str | None) -> str:
    """Which colour accompanies the words."""
    if not code:
        return "unknown"
    return _TONES.get(code.lower(), "non-poor")


def actor_label(name: str) -> str:
    """Who did something: people as they are called, the program in the reader's words."""
    return _("Hệ thống") if name == SYSTEM.name else name


def role_label(code: str) -> str:
    """What somebody is to the system: "ward" -> "Cán bộ phường, xã"."""
    labels = {
        "admin": _("Quản trị"),
        "district": _("Cán bộ quận, huyện"),
        "ward": _("Cán bộ phường, xã"),
        "enumerator": _("Điều tra viên"),
    }
    return labels.get(code, code)
