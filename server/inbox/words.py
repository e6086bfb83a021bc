"""The words of the inbox for its codes."""

import re

from server.domain.problems import catalogue
from server.web.i18n import _, language

_BLANK = re.compile(r"[“\"(]?\{[a-z_]+\}[”\")]?")

# How a state looks: names of Bootstrap's colours; the words say it all the same.
TONES = {
    "waiting": "text-bg-light border",
    "understood": "text-bg-success",
    "quarantined": "text-bg-warning",
    "sent_back": "text-bg-info",
    "set_aside": "text-bg-secondary",
    "withdrawn": "text-bg-secondary",
}


def state_labels() -> dict[str, str]:
    """Where a submission stands."""
    return {
        "waiting": _("Đang chờ đọc"),
        "understood": _("Đã ghi vào hộ"),
        "quarantined": _("Có vấn đề"),
        "sent_back": _("Đã gửi lại người khảo sát"),
        "set_aside": _("Đã bỏ qua"),
        "withdrawn": _("Đã bị xoá ở nơi gửi"),
    }


def action_labels() -> dict[str, str]:
    """What happened to a submission."""
    return {
        "submission.received": _("Nhận phiếu"),
        "submission.files_added": _("Nhận thêm tệp"),
        "submission.understood": _("Đọc xong, ghi vào hộ"),
        "submission.quarantined": _("Thấy có vấn đề"),
        "submission.amended": _("Sửa câu trả lời"),
        "submission.retried": _("Cho xử lý lại"),
        "submission.sent_back": _("Gửi lại người khảo sát"),
        "submission.set_aside": _("Bỏ qua phiếu"),
        "submission.taken_back": _("Lấy lại để xử lý"),
        "submission.replaced": _("Bỏ qua vì đã có bản sửa"),
        "submission.withdrawn": _("Không tính nữa vì đã bị xoá ở nơi gửi"),
        "submission.reinstated": _("Tính lại vì đã được khôi phục ở nơi gửi"),
    }


def withdrawal_labels() -> dict[str, str]:
    """Why a submission counts no longer."""
    return {
        "deleted_at_source": _(
            "Phiếu đã bị xoá ở ODK Central nên không còn tính vào hộ. Nếu xoá nhầm, hãy"
            " khôi phục ở ODK Central trong 30 ngày: phiếu tự được tính lại."
        ),
        "purged_at_source": _(
            "Phiếu không còn ở ODK Central nên không còn tính vào hộ. Bản đã nhận vẫn"
            " được giữ ở đây."
        ),
        "replaced_at_source": _(
            "Phiếu đã được thay bằng một bản sửa ở ODK Central nên không còn tính vào hộ."
        ),
        "import_undone": _(
            "Lần nhập danh sách có hộ này đã được huỷ nên phiếu không còn tính vào hộ."
        ),
    }


def form_labels() -> dict[str, str]:
    """The forms by the names people know them by."""
    return {
        "household_review": _("Phiếu rà soát hộ"),
        "household_register": _("Danh sách nhập từ Excel"),
    }


def problem_label(code: str) -> str:
    """A kind of problem without the values of a case, for lists to choose from."""
    entry = catalogue().get(code)
    return _BLANK.sub("…", entry[language()]) if entry else code
