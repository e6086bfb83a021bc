"""What pairs, marks and verdicts are called on screens."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from server.domain.households.changes import Change
from server.domain.households.corrections import parse_path
from server.domain.matching.facts import Fact
from server.domain.matching.field_answers import assumed
from server.domain.matching.side_by_side import PersonLine
from server.domain.matching.telling import main_fact, sentence, topic
from server.domain.plain import from_plain
from server.domain.survey.record import Position
from server.registry.fields import find_household_field, find_member_field
from server.registry.words import place_label, written
from server.review.tables import MergeProposal
from server.web.i18n import _, day, language, number

# From which score on a pair belongs to a band; certain pairs are a band of their own.
BANDS = (("high", 0.85), ("medium", 0.7), ("low", 0.0))

# Lines whose values are codes of the questionnaire.
_CODED = {"head_sex": "sex", "sex": "sex", "relation": "relation_to_head"}


def band_of(proposal: MergeProposal) -> str:
    """The band of a pair: certain, high, medium or low."""
    if proposal.seems_certain:
        return "certain"
    return next(name for name, start in BANDS if proposal.score >= start)


def band_labels() -> dict[str, str]:
    """How alike two households look, in words."""
    return {
        "certain": _("Gần như chắc chắn"),
        "high": _("Rất giống"),
        "medium": _("Khá giống"),
        "low": _("Hơi giống"),
    }


def verdict_labels() -> dict[str, str]:
    """What can be said about a pair."""
    return {
        "same": _("Cùng một hộ"),
        "different": _("Hai hộ khác nhau"),
        "unsure": _("Chưa rõ"),
    }


def reason_labels() -> dict[str, str]:
    """Why somebody decides as they do, to be chosen from."""
    return {
        "asked_the_family": _("Đã hỏi gia đình"),
        "asked_the_group": _("Đã hỏi tổ trưởng"),
        "saw_the_papers": _("Đã xem giấy tờ"),
        "papers_lent": _("Mượn giấy tờ của nhau"),
        "namesakes": _("Trùng tên"),
        "split_off": _("Hộ đã tách ra"),
        "entered_twice": _("Nhập hai lần"),
        "other": _("Lý do khác"),
    }


def change_labels() -> dict[str, str]:
    """What staff change about households."""
    return {
        "batch": _("Phán quyết cả loạt"),
        "split": _("Tách hộ"),
        "transfer": _("Chuyển người sang hộ khác"),
        "new_head": _("Đổi chủ hộ"),
        "moved_value": _("Chuyển đính chính sang hộ kia"),
    }


def answer_labels() -> dict[str, str]:
    """What a family says at its door about another household."""
    return {
        "same": _("Là một gia đình, ghi hai lần"),
        "split": _("Hai hộ: một hộ đã tách ra từ hộ kia"),
        "different": _("Hai hộ khác nhau"),
        "unknown": _("Không hỏi được"),
    }


def answer_origin(origin: Mapping[str, Any], bits: float) -> str:
    """Why an answer weighs what it does."""
    written = number(round(abs(bits), 1))
    if origin["from"] == "judgements":
        return _(
            "Câu trả lời này đổi điểm {bits} bit, theo {n} cặp đã có trả lời rồi được phán"
            " quyết ở đây (tính đến {day}).",
            bits=written,
            n=number(origin["same"][1] + origin["different"][1]),
            day=day(date.fromisoformat(origin["date"])),
        )
    return _(
        "Câu trả lời này đổi điểm {bits} bit, theo giả định (ngày {day}): người trả lời và"
        " người ghi mỗi người sai {percent} %. Chưa đo được ở sổ này.",
        bits=written,
        day=day(date.fromisoformat(origin["date"])),
        percent=number(assumed().one_errs * 100),
    )


def check_labels() -> dict[str, str]:
    """Where a question to a family stands."""
    return {
        "open": _("Đang hỏi"),
        "answered": _("Đã có trả lời"),
        "withdrawn": _("Đã rút"),
    }


def state_labels() -> dict[str, str]:
    """Where a pair stands."""
    return {
        "open": _("Chờ phán quyết"),
        "decided": _("Đã phán quyết"),
        "stale": _("Đã cùng hộ"),
    }


def mark_labels() -> dict[str, str]:
    """How what the two sides say agrees."""
    return {
        "same": _("Giống"),
        "near": _("Gần giống"),
        "different": _("Khác"),
        "left_only": _("Chỉ A có"),
        "right_only": _("Chỉ B có"),
    }


def line_labels() -> dict[str, str]:
    """What is compared line by line."""
    return {
        "head_name": _("Chủ hộ"),
        "head_birth": _("Ngày sinh chủ hộ"),
        "head_sex": _("Giới tính chủ hộ"),
        "head_number": _("Số giấy tờ chủ hộ"),
        "address": _("Địa chỉ"),
        "ward_code": _("Phường, xã"),
        "group_code": _("Tổ dân phố"),
        "phones": _("Điện thoại"),
        "name": _("họ tên"),
        "birth": _("ngày sinh"),
        "sex": _("giới tính"),
        "number": _("số giấy tờ"),
        "relation": _("quan hệ với chủ hộ"),
    }


def differences(person: PersonLine) -> str:
    """In what the two lines about one person differ, in words."""
    labels = line_labels()
    return ", ".join(labels[line.name] for line in person.lines)


def answer(name: str, value: str) -> str:
    """What one side says on a line, with its codes in words."""
    field = find_member_field(_CODED.get(name, ""))
    return written(field, value) if field else value


def facts_of(proposal: MergeProposal) -> list[Fact]:
    """The facts as they were written, and what a family answered since."""
    found = [from_plain(Fact, each) for each in proposal.evidence]
    if proposal.answer is not None:
        bits = proposal.answer_bits
        found.append(Fact("field_answer", proposal.answer, "", "", bits=bits))
    return found


def main_sentence(proposal: MergeProposal, *, is_masked: bool) -> str:
    """The strongest evidence in words; its topic only when names must not show."""
    facts = facts_of(proposal)
    # What a family said is what brings a pair back to whoever asked.
    strongest = facts[-1] if proposal.answer is not None else main_fact(facts)
    if strongest is None:
        return ""
    if is_masked:
        return topic(strongest.code, language())
    return sentence(strongest, language())


def change_line(change: Change, names: Mapping[str, str]) -> tuple[str, str, str]:
    """What changed, from what, to what; `names` are the people by key."""
    target = parse_path(change.path)
    name = ".".join(target.names) if target else ""
    if target and target.member_key is not None and not name:
        present = [
            _("có trong danh sách") if each else _("không có tên")
            for each in (change.before, change.after)
        ]
        return place_label(change.path, names), present[0], present[1]
    if change.path == "position":
        return _("Vị trí"), *(_position(each) for each in (change.before, change.after))
    is_member = target is not None and target.member_key is not None
    field = find_member_field(name) if is_member else find_household_field(name)
    before, after = (
        (written(field, each) if field else str(each or "")) or _("chưa rõ")
        for each in (change.before, change.after)
    )
    return place_label(change.path, names), before, after


def _position(position: Position | None) -> str:
    if position is None:
        return _("chưa rõ")
    return f"{position.latitude:.5f}, {position.longitude:.5f}"
