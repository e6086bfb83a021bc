"""Why an indicator is deprived, in words people read, in Vietnamese and English.

An assessment stores codes; this page of code turns them into sentences when somebody
looks, so that a stored assessment follows better wording and holds no names.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from server.domain.data_files import read_data
from server.domain.poverty.assessment import IndicatorVerdict
from server.domain.poverty.pack import Measure, Pack, PovertyCategory
from server.domain.poverty.verdicts import Answer, Value
from server.domain.poverty.wording import (
    LINES,
    REASONS,
    amount_words,
    category_words,
)

QUESTIONS = Path(__file__).with_name("answers.yaml")

_YES_NO = {"vi": ("có", "không"), "en": ("yes", "no")}
_UNKNOWN = {"vi": "chưa biết", "en": "not known"}
_NOTHING = {"vi": "không có", "en": "none"}
_VERDICTS: dict[str, dict[bool | None, str]] = {
    "vi": {True: "thiếu hụt", False: "không thiếu hụt", None: "chưa rõ"},
    "en": {True: "deprived", False: "not deprived", None: "not known"},
}
_UNCLASSIFIED = {
    "vi": {
        "because": "Chưa phân loại được vì {}.",
        "possible": "Có thể là {}.",
        "ask": "Cần hỏi trước: {}.",
    },
    "en": {
        "because": "Cannot be classified because {}.",
        "possible": "It may be {}.",
        "ask": "To ask first: {}.",
    },
}
_BECAUSE = {"vi": "rà soát viên kết luận: ", "en": "the reviewer's word: "}


@cache
def questions() -> dict[str, dict[str, Any]]:
    """Question -> its name `vi` and `en`, and the names of its `values`."""
    loaded: dict[str, dict[str, Any]] = read_data(QUESTIONS)
    return loaded


def question_words(answer: Answer, language: str = "vi") -> str:
    """What to ask: the item of a score table as it is written there, or a question."""
    if answer.words is not None:
        return answer.words[0 if language == "vi" else 1]
    return str(questions()[answer.question][language])


def explain_verdict(
    verdict: IndicatorVerdict,
    pack: Pack,
    language: str = "vi",
    names: Mapping[str, str] | None = None,
) -> str:
    """One sentence: indicator, verdict, and the answers it rests on.

    "Bảo hiểm y tế: thiếu hụt (tuổi: 46; có bảo hiểm y tế: không)".
    `names` gives the people behind member keys; without it they are not named.
    """
    indicator = pack.indicator(verdict.code)
    title = indicator.name_vi if language == "vi" else indicator.name_en
    said = _VERDICTS[language][verdict.deprived]
    answers = (*verdict.computed.evidence, *verdict.computed.missing)
    reasons = [explain_answer(each, language, names) for each in answers]
    if verdict.override_reason is not None:
        reasons.insert(0, _BECAUSE[language] + verdict.override_reason)
    return f"{title}: {said} ({'; '.join(reasons)})" if reasons else f"{title}: {said}"


def explain_answer(
    answer: Answer, language: str = "vi", names: Mapping[str, str] | None = None
) -> str:
    """One answer with its value in words: "nhà tiêu: Hai ngăn"."""
    entry = questions()[answer.question]
    text = f"{entry[language]}: {_value(answer.value, entry, language)}"
    person = (names or {}).get(answer.member_key or "")
    return f"{person}, {text}" if person else text


def explain_outcome(
    trace: Mapping[str, Any],
    language: str = "vi",
    names: Mapping[str, str] | None = None,
) -> str:
    """What was found of a household and by what, from an assessment's `as_dict()`.

    "Hộ nghèo về thu nhập (N1): thu nhập 850.000 đồng; chuẩn nghèo 900.000 đồng; thiếu
    hụt 3 chỉ số.", or "Chưa phân loại được vì chưa có tổng điểm B1. Có thể là hộ nghèo,
    hộ cận nghèo. Cần hỏi trước: tổng điểm B1."
    """
    if trace["category"] is None:
        return _unclassified(trace, language, names)
    category = PovertyCategory(trace["category"])
    named = category_words(category, trace["sub"], language)
    parts = _measured(trace, language)
    low, high = trace["deprivations"]
    if trace["indicators"]:
        count = str(low) if low == high else f"{low}-{high}"
        lacking = {"vi": "thiếu hụt {} chỉ số", "en": "lacks {} indicators"}
        parts.append(lacking[language].format(count))
    return f"{named[0].upper()}{named[1:]}: {'; '.join(parts)}."


def law_of(trace: Mapping[str, Any]) -> str:
    """The law an assessment was made under, for print: "vn-2022 · 5d80d1cf3a77"."""
    return f"{trace['pack']['id']} · {trace['pack']['content_hash'][:12]}"


def _unclassified(
    trace: Mapping[str, Any], language: str, names: Mapping[str, str] | None
) -> str:
    reasons = [
        REASONS[language][each["code"]].format_map(each["values"])
        for each in trace["missing"]
    ]
    open_ones = [
        category_words(PovertyCategory(each["category"]), each["sub"], language)
        for each in trace["possible"]
    ]
    words = _UNCLASSIFIED[language]
    said = [
        words["because"].format("; ".join(reasons)),
        words["possible"].format(", ".join(open_ones)),
    ]
    if trace["ask"] is not None:
        answer = Answer.from_dict(dict(trace["ask"]))
        person = (names or {}).get(answer.member_key or "")
        asked = question_words(answer, language)
        said.append(words["ask"].format(f"{person}, {asked}" if person else asked))
    return " ".join(said)


def amount_parts(
    measure: Measure, amount: int, lines: Mapping[str, int], language: str
) -> list[str]:
    """The amount of a household and the lines it is held against, each in words."""
    title = {
        "vi": {Measure.INCOME: "thu nhập", Measure.SCORE: "B1"},
        "en": {Measure.INCOME: "income", Measure.SCORE: "B1"},
    }[language][measure]
    parts = [f"{title} {amount_words(measure, amount, language)}"]
    parts += [
        f"{LINES[language][name]} {amount_words(measure, line, language)}"
        for name, line in lines.items()
    ]
    return parts


def _measured(trace: Mapping[str, Any], language: str) -> list[str]:
    if trace["measure"] is None:
        return []
    measure = Measure(trace["measure"])
    return amount_parts(measure, trace["measured"], trace["lines"], language)


def _value(value: Value, entry: Mapping[str, Any], language: str) -> str:
    if value is None:
        return _UNKNOWN[language]
    if isinstance(value, bool):
        return _YES_NO[language][0 if value else 1]
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple):
        listed = [_value(each, entry, language) for each in value]
        return ", ".join(listed) or _NOTHING[language]
    labels = entry.get("values", {}).get(value)
    return str(labels[language]) if labels else str(value)
