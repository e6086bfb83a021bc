"""Why a household has its class, from the columns that placed it: in one sentence, for
lists of many."""

from server.domain.poverty.b1 import measured_by
from server.domain.poverty.columns import Row
from server.domain.poverty.explain import amount_parts
from server.domain.poverty.pack import Pack
from server.domain.poverty.wording import REASONS
from server.domain.survey.record import Economy

_WORDS = {
    "vi": {
        "lacks": "thiếu hụt {count} chỉ số: {names}",
        "nothing": "không thiếu hụt chỉ số nào",
        "unclear": "chưa rõ: {names}",
    },
    "en": {
        "lacks": "lacks {count}: {names}",
        "nothing": "lacks nothing",
        "unclear": "not known: {names}",
    },
}


def reason_of(row: Row, pack: Pack, language: str) -> str:
    """What was held against which lines, and what is lacking or not known.

    "Thu nhập 850.000 đồng; chuẩn nghèo 900.000 đồng; thiếu hụt 1 chỉ số: Nguồn nước".
    """
    economy = Economy(b1_score=row.b1_score, income_per_capita=row.income)
    measure, amount = measured_by(economy, pack)
    reasons = REASONS[language]
    parts = []
    if amount is None:
        parts.append(reasons[f"assessment_needs_{measure}"])
    elif row.area_type is None:
        parts += amount_parts(measure, amount, {}, language)
        parts.append(reasons["assessment_needs_area"])
    else:
        lines = pack.lines_for(measure, row.area_type)
        parts += amount_parts(measure, amount, lines, language)
    parts += _lacks(row, pack, language)
    said = "; ".join(parts)
    return f"{said[0].upper()}{said[1:]}"


def _lacks(row: Row, pack: Pack, language: str) -> list[str]:
    if not pack.indicators:
        return []
    words = _WORDS[language]
    names: dict[bool | None, list[str]] = {True: [], False: [], None: []}
    for indicator, verdict in zip(pack.indicators, row.verdicts, strict=True):
        is_vi = language == "vi"
        names[verdict].append(indicator.name_vi if is_vi else indicator.name_en)
    lacking, unclear = names[True], names[None]
    said = []
    if lacking:
        listed = ", ".join(lacking)
        said.append(words["lacks"].format(count=len(lacking), names=listed))
    elif not unclear:
        said.append(words["nothing"])
    if unclear:
        said.append(words["unclear"].format(names=", ".join(unclear)))
    return said
