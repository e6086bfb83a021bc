"""A broken promise of the register, in words an administrator can act on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# What long work says while it goes on: what it does, how many are done, of how many.
Progress = Callable[[str, int, int], None]

# code: invariant, Vietnamese, English
SENTENCES = {
    "trigger_missing": (
        "I1",
        "Bảng {subject} không còn được cơ sở dữ liệu bảo vệ khỏi sửa, xoá.",
        "The database no longer protects the table {subject} from changes.",
    ),
    "change_accepted": (
        "I1",
        "Cơ sở dữ liệu đã chấp nhận sửa một dòng của bảng {subject}.",
        "The database accepted a change of a row of the table {subject}.",
    ),
    "payload_changed": (
        "I1",
        "Phiếu đã gửi số {subject} không còn đúng như khi nhận.",
        "Submission {subject} is no longer what was received.",
    ),
    "file_missing": (
        "I1",
        "Thiếu tệp {name} của phiếu đã gửi số {subject}.",
        "The file {name} of submission {subject} is missing.",
    ),
    "file_changed": (
        "I1",
        "Tệp {name} của phiếu đã gửi số {subject} không còn đúng như khi nhận.",
        "The file {name} of submission {subject} is no longer what was received.",
    ),
    "record_without_household": (
        "I2",
        "Phiếu khảo sát {subject} không thuộc hộ nào.",
        "Survey record {subject} belongs to no household.",
    ),
    "household_without_record": (
        "I2",
        "Hộ {subject} không có phiếu khảo sát nào.",
        "Household {subject} has no survey record.",
    ),
    "different_pair_together": (
        "I2",
        "Hộ {subject} chứa hai phiếu {left} và {right} đã phán quyết là khác nhau.",
        "Household {subject} holds {left} and {right}, which were judged different.",
    ),
    "record_misplaced": (
        "I2",
        "Phiếu khảo sát {subject} phải thuộc hộ khác theo các phán quyết.",
        "By the judgements, survey record {subject} belongs to another household.",
    ),
    "household_differs": (
        "I3",
        (
            "Hộ {subject} khác với kết quả tính lại từ phiếu, phán quyết và đính chính"
            " ({table})."
        ),
        (
            "Household {subject} differs from what its records, judgements and corrections"
            " give ({table})."
        ),
    ),
    "proposal_differs": (
        "I3",
        "Đề nghị gộp {subject} khác với kết quả tính lại.",
        "Merge proposal {subject} differs from what comparing again gives.",
    ),
    "case_differs_from_steps": (
        "I4",
        "Hồ sơ rà soát {subject} không ở bước mà các việc đã ghi cho thấy.",
        "Case {subject} of a review does not stand where its steps say.",
    ),
    "statuses_overlap": (
        "I4",
        "Hộ {subject} có hai thời kỳ chồng nhau theo chuẩn {standard}.",
        "Household {subject} has two periods that overlap under {standard}.",
    ),
    "status_without_recognition": (
        "I4",
        "Thời kỳ số {subject} không có trong quyết định công nhận nào.",
        "Status period {subject} is not in the recognition it names.",
    ),
    "audit_chain_broken": (
        "I5",
        "Nhật ký bị sửa hoặc mất dòng tại dòng số {subject}.",
        "The audit trail was changed, or lost a row, at row {subject}.",
    ),
    "audit_event_missing": (
        "I5",
        "Không có dòng nhật ký nào về {kind} số {subject}.",
        "The audit trail says nothing about {kind} {subject}.",
    ),
    "published_too_much": (
        "I6",
        "Danh sách trên điện thoại của hộ {subject} có cột không được phép: {columns}.",
        "What phones hold of household {subject} has columns not allowed: {columns}.",
    ),
    "published_differs": (
        "I6",
        "Danh sách trên điện thoại của hộ {subject} khác với mã kiểm tra của nó.",
        "What phones hold of household {subject} does not match its own hash.",
    ),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken promise; `subject` is an id, never a name."""

    code: str
    subject: str
    values: tuple[tuple[str, Any], ...] = ()

    @property
    def invariant(self) -> str:
        """Which of the promises is broken: "I1" to "I6"."""
        return SENTENCES[self.code][0]

    def sentence(self, language: str = "vi") -> str:
        """What is wrong, in words."""
        _, vietnamese, english = SENTENCES[self.code]
        text = vietnamese if language == "vi" else english
        return text.format(subject=self.subject, **dict(self.values))


def finding(code: str, subject: str | int, **values: Any) -> Finding:
    """A finding about one row."""
    return Finding(code, str(subject), tuple(sorted(values.items())))


def silent(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""
