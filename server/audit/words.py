"""What was done, in words: one place for the actions of every feature."""

from server.web.i18n import _


def action_label(action: str) -> str:
    """Of "user.added": "Đã thêm người dùng". A code not known here stays a code."""
    return {
        **_labels(),
        **_labels_of_rounds(),
        **_labels_of_decisions(),
        **_labels_of_reports(),
        **_labels_of_central(),
        **_labels_of_lists(),
    }.get(action, action)


def subject_label(kind: str) -> str:
    """What an event is about: "household" -> "Hộ gia đình"."""
    labels = {
        "area": _("Địa bàn"),
        "areas": _("Danh mục địa bàn"),
        "change": _("Thay đổi của cán bộ"),
        "correction": _("Đính chính"),
        "entity_link": _("Hộ trong danh sách ở ODK Central"),
        "entity_list": _("Danh sách hộ ở ODK Central"),
        "form": _("Biểu mẫu"),
        "household": _("Hộ gia đình"),
        "import": _("Lần nhập từ Excel"),
        "list": _("Danh sách tải về"),
        "job": _("Việc nền"),
        "judgement": _("Phán quyết"),
        "mirrored_form": _("Biểu mẫu ở ODK Central"),
        "phone": _("Điện thoại khảo sát"),
        "placement": _("Xác nhận phường"),
        "plan": _("Kế hoạch giảm nghèo"),
        "proposal": _("Đề nghị gộp"),
        "recognition": _("Quyết định công nhận"),
        "record": _("Phiếu khảo sát"),
        "registry": _("Sổ hộ"),
        "report": _("Báo cáo đã chốt"),
        "review_round": _("Đợt rà soát"),
        "scenario": _("Kịch bản chuẩn nghèo"),
        "standard": _("Chuẩn nghèo"),
        "submission": _("Phiếu đã gửi"),
        "user": _("Người dùng"),
    }
    return labels.get(kind, kind)


def list_label(name: str) -> str:
    """What was taken home or laid out for paper; its file name where it has no other."""
    labels = {
        "bao-cao-da-chot": _("Báo cáo đã chốt"),
        "bien-ban-hop": _("Biên bản họp dân"),
        "danh-sach": _("Danh sách hộ nghèo"),
        "dien-bien-ho-ngheo": _("Biến động trong năm"),
        "giay-chung-nhan": _("Giấy chứng nhận"),
        "ho-so-ra-soat": _("Các hộ của một đợt rà soát"),
        "households": _("Hộ gia đình"),
        "niem-yet": _("Bản niêm yết công khai"),
        "phieu-b": _("Phiếu B trên giấy"),
        "phieu-can-bo": _("Phiếu cho cán bộ"),
        "phieu-gia-dinh": _("Phiếu kết quả cho gia đình"),
    }
    return labels.get(name, name)


def _labels() -> dict[str, str]:
    return {
        "admin.invited": _("Đã tạo đường dẫn cho quản trị mới"),
        "areas.loaded": _("Đã nạp danh mục địa bàn"),
        "form.released": _("Đã phát hành biểu mẫu"),
        "group.ended": _("Đã ghi tổ dân phố không còn"),
        "groups.added": _("Đã thêm tổ dân phố"),
        "household.arrival_noted": _("Đã ghi hộ chuyển đến hoặc tách hộ"),
        "household.arrival_taken_back": _("Đã lấy lại việc chuyển đến hoặc tách hộ"),
        "household.departure_taken_back": _("Đã lấy lại việc chuyển đi hoặc xoá hộ"),
        "household.dissolved": _("Đã ghi hộ không còn"),
        "household.moved_out": _("Đã ghi hộ chuyển đi"),
        "household.numbers_shown": _("Đã xem đầy đủ số giấy tờ của hộ"),
        "households.recognised": _("Đã nhập quyết định công nhận"),
        "job.tried_again": _("Đã làm lại việc nền"),
        "phone.added": _("Đã thêm điện thoại"),
        "phone.revoked": _("Đã khoá điện thoại"),
        "recognition.withdrawn": _("Đã thu hồi quyết định công nhận"),
        "record.added": _("Đã ghi phiếu khảo sát"),
        "record.matched": _("Đã so phiếu với các hộ đã có"),
        "registry.rebuilt": _("Đã tính lại sổ hộ"),
        "submission.amended": _("Đã sửa câu trả lời của phiếu"),
        "submission.files_added": _("Đã nhận thêm ảnh của phiếu"),
        "submission.quarantined": _("Đã xếp phiếu vào danh sách có vấn đề"),
        "submission.received": _("Đã nhận phiếu"),
        "submission.replaced": _("Phiếu đã được thay bằng bản mới hơn"),
        "submission.retried": _("Đã đọc lại phiếu"),
        "submission.sent_back": _("Đã trả phiếu cho người khảo sát"),
        "submission.withdrawn": _("Phiếu bị rút lại ở nơi gửi đến"),
        "submission.reinstated": _("Phiếu được khôi phục ở nơi gửi đến"),
        "submission.set_aside": _("Đã để phiếu sang một bên"),
        "submission.taken_back": _("Đã lấy lại phiếu để xử lý tiếp"),
        "submission.understood": _("Đã đọc được phiếu"),
        "user.added": _("Đã thêm người dùng"),
        "user.changed": _("Đã sửa tài khoản"),
        "user.disabled": _("Đã khoá tài khoản"),
        "user.enabled": _("Đã mở khoá tài khoản"),
        "user.invited": _("Đã tạo đường dẫn đặt mật khẩu"),
        "user.language_changed": _("Đã đổi ngôn ngữ"),
        "user.password_changed": _("Đã đổi mật khẩu"),
        "user.password_chosen": _("Đã đặt mật khẩu"),
        "user.sessions_ended": _("Đã đăng xuất khỏi mọi máy"),
        "user.signed_in": _("Đã đăng nhập"),
        "user.signed_out": _("Đã đăng xuất"),
    }


def _labels_of_rounds() -> dict[str, str]:
    return {
        "round.opened": _("Mở đợt rà soát"),
        "round.changed": _("Sửa đợt rà soát"),
        "round.given_up": _("Bỏ đợt rà soát"),
        "round.taken_up_again": _("Làm tiếp đợt rà soát"),
        "cases.step_taken": _("Ghi một bước rà soát"),
        "cases.step_taken_back": _("Hoàn tác một bước rà soát"),
    }


def _labels_of_decisions() -> dict[str, str]:
    return {
        "change.made": _("Đã thay đổi hộ"),
        "change.undone": _("Đã lấy lại thay đổi của hộ"),
        "correction.made": _("Đã đính chính"),
        "correction.restored": _("Đính chính có hiệu lực trở lại"),
        "correction.taken_back": _("Đã lấy lại đính chính"),
        "opinion.given": _("Đã nêu ý kiến thứ nhất về một cặp"),
        "judgement.made": _("Đã phán quyết hai phiếu"),
        "judgement.reviewed_blindly": _("Đã xem lại độc lập một phán quyết"),
        "judgement.restored": _("Phán quyết trước có hiệu lực trở lại"),
        "judgement.undone": _("Đã lấy lại phán quyết"),
    }


def _labels_of_reports() -> dict[str, str]:
    return {
        "plan.activity_state_set": _("Đã ghi tình trạng của hoạt động"),
        "plan.edited": _("Đã sửa kế hoạch giảm nghèo"),
        "plan.entered": _("Đã nhập kế hoạch giảm nghèo"),
        "plan.restored": _("Kế hoạch giảm nghèo có hiệu lực trở lại"),
        "plan.taken_back": _("Đã lấy lại kế hoạch giảm nghèo"),
        "scenario.brought_back": _("Đã lấy lại kịch bản"),
        "scenario.edited": _("Đã sửa kịch bản"),
        "scenario.entered": _("Đã lập kịch bản"),
        "scenario.put_away": _("Đã cất kịch bản"),
        "report.frozen": _("Đã chốt báo cáo"),
        "report.withdrawn": _("Đã rút lại báo cáo đã chốt"),
        "residents.entered": _("Đã nhập tổng số hộ dân cư"),
        "residents.taken_back": _("Đã lấy lại tổng số hộ dân cư"),
    }


def _labels_of_central() -> dict[str, str]:
    return {
        "central.sync_asked": _("Đã yêu cầu đồng bộ với ODK Central"),
        "central.losses_allowed": _("Đã cho bỏ các phiếu không còn ở ODK Central"),
        "central.recreated_followed": _("Đã theo biểu mẫu được tạo lại"),
        "central.race_settled": _("Đã chọn một trong các bản sửa"),
        "central.files_looked_for": _("Đã cho tìm lại tệp"),
        "mirror.form_found": _("Đã gặp biểu mẫu ở ODK Central"),
        "mirror.form_followed": _("Đã theo biểu mẫu được tạo lại ở ODK Central"),
        "mirror.form_closed": _("Biểu mẫu không còn ở ODK Central"),
        "mirror.form_stopped": _("Đã ngừng kéo biểu mẫu, chờ cán bộ quyết định"),
        "mirror.losses_found": _("Nhiều phiếu không còn ở ODK Central"),
        "mirror.losses_allowed": _("Đã chấp nhận các phiếu không còn ở ODK Central"),
        "mirror.changes_applied": _("Đã ghi thay đổi từ ODK Central"),
        "entities.published": _("Đã gửi danh sách hộ lên ODK Central"),
        "entities.conflicts_found": _("Danh sách ở ODK Central khác, chờ cán bộ xem"),
        "entity.conflict_settled": _("Đã quyết định về hộ khác nhau ở ODK Central"),
        "entity.settlement_taken_back": _("Đã lấy lại quyết định đó"),
        "entity.failed": _("ODK Central không ghi được phiếu vào danh sách hộ"),
    }


def _labels_of_lists() -> dict[str, str]:
    """Of lists that people bring from Excel."""
    return {
        "households.placed": _("Đã xác nhận phường của hộ ở phường bị chia"),
        "households.placing_undone": _("Đã lấy lại việc xác nhận phường"),
        "standard.table_proposed": _("Đã chép lại bảng điểm của một chuẩn"),
        "standard.table_signed": _("Đã ký bảng điểm của một chuẩn"),
        "standard.table_rejected": _("Đã bác bảng điểm chép lại"),
        "standard.table_withdrawn": _("Đã rút bảng điểm của một chuẩn"),
        "import.brought": _("Đã đưa một danh sách Excel lên"),
        "import.columns_said": _("Đã chọn các cột của danh sách Excel"),
        "list.exported": _("Đã tải hoặc in danh sách"),
        "import.heading_said": _("Đã chọn hàng tiêu đề của danh sách Excel"),
        "import.discarded": _("Đã bỏ một danh sách Excel chưa nhập"),
        "import.settled_again": _(
            "Đã cho ghi lại kết quả công nhận của danh sách Excel"
        ),
        "import.started": _("Đã nhập một danh sách Excel"),
        "import.undone": _("Đã huỷ một lần nhập từ Excel"),
    }
