"""What the levels of areas are called."""

from server.web.i18n import _


def level_label(level: str) -> str:
    """A level in words: "group" -> "Tổ dân phố"."""
    labels = {
        "province": _("Tỉnh, thành phố"),
        "district": _("Quận, huyện"),
        "ward": _("Phường"),
        "commune": _("Xã"),
        "township": _("Thị trấn"),
        "group": _("Tổ dân phố"),
    }
    return labels[level]
