"""The words of the sync pages for their codes."""

from collections.abc import Mapping
from typing import Any

from server.domain.problems import Problem
from server.web.i18n import _, language, number

# How a state looks: names of Bootstrap's colours; the words say it all the same.
TONES = {
    "done": "text-bg-success", "partly": "text-bg-warning", "failed": "text-bg-danger",
    "stopped": "text-bg-secondary", "well": "text-bg-success",
    "attention": "text-bg-warning", "bad": "text-bg-danger",
    "unknown": "text-bg-secondary",
}  # fmt: skip


def work_labels() -> dict[str, str]:
    """What the synchronisation does."""
    return {
        "pull": _("Kéo phiếu mới"),
        "publish": _("Gửi danh sách hộ"),
        "reconcile": _("Đối chiếu toàn bộ"),
        "app_users": _("Cập nhật điện thoại"),
        "jobs": _("Xử lý việc nền"),
        "doctor": _("Tự kiểm tra"),
    }


def outcome_labels() -> dict[str, str]:
    """How it ended."""
    return {
        "done": _("Xong"),
        "partly": _("Xong một phần"),
        "failed": _("Không được"),
        "stopped": _("Bị dừng"),
    }


def count_labels(work: str) -> dict[str, str]:
    """What became of submissions, or of households in the lists."""
    if work == "publish":
        return {
            "created": _("hộ thêm vào danh sách"),
            "changed": _("hộ cập nhật"),
            "removed": _("hộ gỡ khỏi danh sách"),
            "restored": _("hộ đưa lại danh sách"),
            "resolved": _("hộ đã thống nhất"),
            "conflicts": _("hộ khác với sổ"),
            "waiting": _("hộ chờ phiếu của điện thoại"),
            "awaited": _("hộ chờ phiếu của điện thoại"),
            "strays": _("mục lạ trong danh sách"),
            "refused": _("hộ bị từ chối"),
            "failed": _("phiếu không thành hộ"),
        }
    if work == "app_users":
        return {
            "projects": _("dự án được lập"),
            "lists": _("danh sách được lập"),
            "filters": _("bộ lọc danh sách"),
            "forms": _("biểu mẫu được phát hành"),
            "forms_current": _("biểu mẫu đã đúng bảng điểm"),
            "app_users": _("điện thoại được cập nhật"),
            "assignments": _("lần giao biểu mẫu"),
        }
    return {
        "new": _("phiếu mới"),
        "changed": _("phiếu thay đổi"),
        "raced": _("phiếu bị sửa cùng lúc"),
        "deleted": _("phiếu bị xoá"),
        "restored": _("phiếu được khôi phục"),
        "purged": _("phiếu bị xoá hẳn"),
        "unreadable": _("dòng không đọc được"),
        "files": _("tệp đã tải"),
        "comments": _("nhận xét mới"),
    }


def check_labels() -> dict[str, str]:
    """What is examined."""
    return {
        "reachable": _("Kết nối"),
        "tls": _("Mã hoá"),
        "rights": _("Quyền"),
        "versions": _("Phiên bản"),
        "forms": _("Biểu mẫu"),
        "clock": _("Đồng hồ"),
        "disk": _("Ổ đĩa"),
        "backlog": _("Việc bị dồn"),
        "failed_entities": _("Hộ bị từ chối"),
        "reconcile": _("Lần đối chiếu cuối"),
    }


def state_labels() -> dict[str, str]:
    """What the examination says of one thing."""
    return {
        "well": _("Tốt"),
        "attention": _("Cần để ý"),
        "bad": _("Hỏng"),
        "unknown": _("Chưa xem được"),
    }


def decision_labels() -> dict[str, str]:
    """What people decided."""
    return {
        "losses_allowed": _("Đã cho bỏ các phiếu không còn ở ODK Central"),
        "recreated_followed": _("Đã theo biểu mẫu được tạo lại"),
        "race_settled": _("Đã chọn một trong các bản sửa"),
        "files_looked_for": _("Đã cho tìm lại tệp"),
    }


def link_labels() -> dict[str, str]:
    """Where a household stands in a list at Central."""
    return {
        "conflict": _("Khác với sổ, chờ chọn"),
        "refused": _("Bị từ chối"),
        "settled": _("Đã chọn"),
        "waiting": _("Chờ phiếu của điện thoại"),
        "gone": _("Đã xoá ở đó"),
        "flagged": _("Có bản sửa chồng nhau"),
        "new": _("Chưa gửi"),
        "published": _("Khớp với sổ"),
    }


def property_labels() -> dict[str, str]:
    """What a list says of a household."""
    return {
        "label": _("Dòng hiện trên điện thoại"),
        "code": _("Mã hộ"),
        "head_name": _("Chủ hộ"),
        "ward": _("Phường, xã"),
        "group": _("Tổ, thôn"),
        "address": _("Địa chỉ"),
        "search": _("Từ khoá tìm"),
        "given_name_folded": _("Tên không dấu"),
        "last_status": _("Diện hộ"),
        "last_review": _("Lần rà soát cuối"),
        "member_count": _("Số người"),
        "check_id": _("Số câu hỏi cho hộ"),
        "check_about": _("Hỏi có phải một với hộ"),
    }


def stopped_labels() -> dict[str, str]:
    """Why a form is not followed."""
    return {
        "form_recreated": _("Biểu mẫu đã bị xoá và tạo lại cùng mã"),
        "form_missing": _("Biểu mẫu không còn ở ODK Central"),
    }


def counts_in_words(work: str, counts: Mapping[str, Mapping[str, int]]) -> str:
    """What a run brought about: "household_review: 3 phiếu mới, 1 tệp đã tải"."""
    labels = count_labels(work)
    return "; ".join(
        f"{place}: "
        + ", ".join(f"{number(n)} {labels.get(what, what)}" for what, n in each.items())
        for place, each in sorted(counts.items())
        if each
    )


def problems_in_words(problems: list[dict[str, Any]]) -> list[str]:
    """What went wrong, each with where, and what to do."""
    said = []
    for each in problems:
        kept = {name: each[name] for name in ("code", "path", "values", "blocking")}
        text = Problem(**kept).sentence(language())
        said.append(f"{each['place']}: {text}" if each["place"] else text)
    return said
