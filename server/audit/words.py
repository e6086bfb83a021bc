"""What was done, in words: one place for the actions of every feature."""

from server.web.i18n import _


def action_label(action: str) -> str:
    """Of "user.added": "Thêm người dùng". A code not known here stays a code."""
    return _labels().get(action, action)


def subject_label(kind: str) -> str:
    """What an event is about: "household" -> "Hộ gia đình"."""
    labels = {
        "area": _("Địa bàn"),
        "areas": _("Danh mục địa bàn"),
        "correction": _("Đính chính"),
        "form": _("Biểu mẫu"),
        "household": _("Hộ gia đình"),
        "job": _("Việc nền"),
        "judgement": _("Phán quyết"),
        "phone": _("Điện thoại khảo sát"),
        "proposal": _("Đề nghị gộp"),
        "recognition": _("Quyết định công nhận"),
        "record": _("Phiếu khảo sát"),
        "submission": _("Phiếu đã gửi"),
        "user": _("Người dùng"),
    }
    return labels.get(kind, kind)


def _labels() -> dict[str, str]:
    return {
        "admin.invited": _("Tạo đường dẫn cho quản trị mới"),
        "areas.loaded": _("Nạp danh mục địa bàn"),
        "form.released": _("Phát hành biểu mẫu"),
        "group.ended": _("Ghi tổ dân phố không còn"),
        "groups.added": _("Thêm tổ dân phố"),
        "job.tried_again": _("Làm lại việc nền"),
        "judgement.made": _("Phán quyết hai phiếu"),
        "judgement.undone": _("Đã lấy lại phán quyết"),
        "phone.added": _("Thêm điện thoại"),
        "phone.revoked": _("Khoá điện thoại"),
        "record.added": _("Ghi phiếu khảo sát"),
        "record.matched": _("So phiếu với các hộ đã có"),
        "registry.rebuilt": _("Tính lại sổ hộ"),
        "user.added": _("Thêm người dùng"),
        "user.changed": _("Sửa tài khoản"),
        "user.disabled": _("Khoá tài khoản"),
        "user.enabled": _("Mở khoá tài khoản"),
        "user.invited": _("Tạo đường dẫn đặt mật khẩu"),
        "user.language_changed": _("Đổi ngôn ngữ"),
        "user.password_changed": _("Đổi mật khẩu"),
        "user.password_chosen": _("Đặt mật khẩu"),
        "user.sessions_ended": _("Đăng xuất khỏi mọi máy"),
        "user.signed_in": _("Đăng nhập"),
        "user.signed_out": _("Đăng xuất"),
    }
