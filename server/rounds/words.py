"""What rounds, their steps and their papers are called."""

from server.domain.procedure.steps import REDO, Step
from server.web.i18n import _
from server.web.labels import category_label


def kind_labels() -> dict[str, str]:
    """Which review it is."""
    return {
        "yearly": _("Rà soát định kỳ hằng năm"),
        "monthly": _("Rà soát thường xuyên trong năm"),
    }


def level_labels() -> dict[str, str]:
    """Who gives an opinion before the commune decides."""
    return {
        "none": _("Không hỏi ý kiến cấp trên"),
        "district": _("Chủ tịch UBND cấp huyện"),
        "province": _("Cấp tỉnh, thành phố"),
    }


def origin_labels() -> dict[str, str]:
    """How a household came onto the list."""
    return {
        "carried_over": _("Đang trong danh sách"),
        "requested": _("Có giấy đề nghị vào danh sách"),
        "new": _("Phát sinh mới"),
        "exit_requested": _("Xin ra khỏi danh sách"),
    }


def short_origins() -> dict[str, str]:
    """The same in a word or two, for tables."""
    return {
        "carried_over": _("Danh sách cũ"),
        "requested": _("Đề nghị vào"),
        "new": _("Phát sinh"),
        "exit_requested": _("Xin ra"),
    }


def step_labels() -> dict[str, str]:
    """What was done."""
    return {
        Step.LISTED: _("Đưa vào danh sách rà soát"),
        Step.SCREENED: _("Phiếu A (nhận dạng nhanh)"),
        Step.SURVEYED: _("Khảo sát (Phiếu B)"),
        Step.SCORED: _("Chốt điểm"),
        Step.MEETING: _("Họp dân"),
        Step.POSTED: _("Niêm yết công khai"),
        Step.ASKED: _("Xin ý kiến cấp trên"),
        Step.ANSWERED: _("Ý kiến cấp trên"),
        Step.DECIDED: _("Quyết định công nhận"),
        Step.COMPLAINT: _("Khiếu nại"),
        Step.RECHECKED: _("Phúc tra"),
        Step.REFUSED: _("Không công nhận"),
        Step.LEFT: _("Ra khỏi đợt rà soát"),
    }


def short_labels() -> dict[str, str]:
    """What a case waits for, as columns of the board say it."""
    return {
        Step.SCREENED: _("Chờ Phiếu A"),
        Step.SURVEYED: _("Chờ khảo sát"),
        Step.SCORED: _("Chờ chốt điểm"),
        Step.MEETING: _("Chờ họp dân"),
        Step.POSTED: _("Chờ niêm yết"),
        Step.RECHECKED: _("Chờ phúc tra"),
        Step.ASKED: _("Chờ xin ý kiến"),
        Step.ANSWERED: _("Chờ ý kiến"),
        Step.DECIDED: _("Chờ quyết định"),
    }


def act_labels() -> dict[str, str]:
    """What was done for many at once."""
    return {
        "meeting": _("Họp dân"),
        "posting": _("Niêm yết công khai"),
        "question": _("Xin ý kiến cấp trên"),
        "answer": _("Ý kiến cấp trên"),
        "decision": _("Quyết định công nhận"),
    }


def screening_labels() -> dict[str, str]:
    """What Phiếu A says."""
    return {
        "survey": _("Cần khảo sát bằng Phiếu B"),
        "not_poor": _("Không có khả năng nghèo"),
        "undecided": _("Chưa rõ, vẫn khảo sát"),
    }


def outcome_text(step: str, outcome: str) -> str:
    """What came of a step, in words."""
    if outcome == REDO:
        if step == Step.MEETING:
            return _("Không đồng ý: khảo sát lại")
        return _("Trả lại để phúc tra")
    if step == Step.LISTED:
        return origin_labels().get(outcome, outcome)
    if step == Step.SCREENED:
        return screening_labels().get(outcome, outcome)
    if step == Step.ANSWERED:
        return _("Đồng ý")
    return category_label(outcome) if outcome else ""
