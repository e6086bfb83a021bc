"""Why an indicator is deprived, in words people read, in Vietnamese and English.

An assessment stores codes; this page of code turns them into sentences when somebody
looks, so that a stored assessment follows better wording and holds no names.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from server.domain.poverty.assessment import IndicatorVerdict
from server.domain.poverty.pack import Pack
from server.domain.poverty.verdicts import Answer, Value

QUESTIONS = Path(__file__).with_name("answers.yaml")

_YES_NO = {"vi": ("có", "không"), "en": ("yes", "no")}
_UNKNOWN = {"vi": "chưa biết", "en": "not known"}
_NOTHING = {"vi": "không có", "en": "none"}
_VERDICTS: dict[str, dict[bool | None, str]] = {
    "vi": {True: "thiếu hụt", False: "không thiếu hụt", None: "chưa rõ"},
    "en": {True: "deprived", False: "not deprived", None: "not known"},
}
_BECAUSE = {"vi": "rà soát viên kết luận: ", "en": "the reviewer's word: "}


@cache
def questions() -> dict[str, dict[str, Any]]:
    """Question -> its name `vi` and `en`, and the names of its `values`."""
    loaded: dict[str, dict[str, Any]] = yaml.safe_load(
        QUESTIONS.read_text(encoding="utf-8")
    )
    return loaded


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
