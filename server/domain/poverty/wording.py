"""Lines, amounts and conditions of a standard in plain words of two languages."""

import re

from server.domain.poverty.conditions import Condition
from server.domain.poverty.pack import AreaType, Category, Measure, PovertyCategory

LANGUAGES = ("vi", "en")

CATEGORIES = {
    "vi": {
        PovertyCategory.POOR: "hộ nghèo",
        PovertyCategory.NEAR_POOR: "hộ cận nghèo",
        PovertyCategory.AVERAGE: "hộ có mức sống trung bình",
        PovertyCategory.NON_POOR: "hộ không nghèo",
    },
    "en": {
        PovertyCategory.POOR: "poor",
        PovertyCategory.NEAR_POOR: "near-poor",
        PovertyCategory.AVERAGE: "of average living standard",
        PovertyCategory.NON_POOR: "not poor",
    },
}
# Names of Circular 14/2018 for the two ways of being poor under the standard of 2016.
SUB_TYPES = {
    "vi": {
        "N1": "hộ nghèo về thu nhập",
        "N2": "hộ nghèo thiếu hụt tiếp cận các dịch vụ xã hội cơ bản",
    },
    "en": {"N1": "poor by income", "N2": "poor by lack of basic social services"},
}
AREAS = {
    "vi": {AreaType.URBAN: "thành thị", AreaType.RURAL: "nông thôn"},
    "en": {AreaType.URBAN: "urban", AreaType.RURAL: "rural"},
}
LINES = {
    "vi": {
        "policy": "chuẩn nghèo",
        "near_poor": "mức trên của hộ cận nghèo",
        "minimum": "chuẩn mức sống tối thiểu",
        "average": "mức sống trung bình",
    },
    "en": {
        "policy": "the poverty line",
        "near_poor": "the upper bound of near-poor",
        "minimum": "the minimum living line",
        "average": "the bound of an average living standard",
    },
}
# Why a household cannot be classified: what follows "because".
REASONS = {
    "vi": {
        "assessment_needs_score": "chưa có tổng điểm B1",
        "assessment_needs_item": "chưa trả lời mục {items_vi} của bảng điểm B1",
        "assessment_needs_whole_table": "bảng điểm B1 đã ký còn thiếu mục {items_vi}",
        "assessment_needs_table": "bảng điểm B1 không còn ai ký",
        "assessment_needs_one_total": "tổng B1 ghi tay ({typed}) khác tổng tính từ các"
        " mục ({computed})",
        "assessment_needs_income": "chưa biết thu nhập bình quân đầu người",
        "assessment_needs_area": "chưa biết hộ ở thành thị hay nông thôn",
        "assessment_needs_indicator": "chưa rõ chỉ số “{name_vi}”",
        "assessment_needs_threshold": "chưa đọc được ngưỡng của chỉ số “{name_vi}”",
    },
    "en": {
        "assessment_needs_score": "the B1 total is not known",
        "assessment_needs_item": "item {items_en} of the B1 table was not answered",
        "assessment_needs_whole_table": "the signed B1 table lacks item {items_en}",
        "assessment_needs_table": "nobody's signature stands under the B1 table",
        "assessment_needs_one_total": "the B1 total typed in ({typed}) is not the one"
        " computed from the items ({computed})",
        "assessment_needs_income": "the income per head is not known",
        "assessment_needs_area": "it is not known whether the area is urban or rural",
        "assessment_needs_indicator": "the indicator “{name_en}” is not known",
        "assessment_needs_threshold": "the threshold of “{name_en}” was not read",
    },
}
_SYMBOLS = {
    "vi": {
        **LINES["vi"],
        "income": "thu nhập (hoặc điểm B1)",
        "deprivations": "số chỉ số thiếu hụt",
        "deprivation_cut": "mức thiếu hụt",
        "<=": "không quá",
        "<": "dưới",
        ">=": "không dưới",
        ">": "trên",
        "==": "bằng",
        "!=": "khác",
        "and": "và",
        "or": "hoặc",
        "not": "không phải",
        "true": "mọi trường hợp còn lại",
        "false": "không trường hợp nào",
    },
    "en": {
        **LINES["en"],
        "income": "income (or B1 points)",
        "deprivations": "the number of deprivations",
        "deprivation_cut": "the cut",
        "<=": "is at most",
        "<": "is below",
        ">=": "is at least",
        ">": "is above",
        "==": "is",
        "!=": "is not",
        "and": "and",
        "or": "or",
        "not": "not",
        "true": "everybody else",
        "false": "nobody",
    },
}
_TOKEN = re.compile(r"[A-Za-z_]\w*|[<>=!]=|[<>]")


def amount_words(measure: Measure, amount: int, language: str) -> str:
    """An amount with its unit: "1.500.000 đồng", "140 điểm"; "1,500,000 VND"."""
    number = f"{amount:,}"
    if language == "vi":
        number = number.replace(",", ".")
    units = {
        "vi": {Measure.INCOME: "đồng", Measure.SCORE: "điểm"},
        "en": {Measure.INCOME: "VND", Measure.SCORE: "points"},
    }
    return f"{number} {units[language][measure]}"


def condition_words(condition: Condition, language: str) -> str:
    """A condition as a sentence: "thu nhập (hoặc điểm B1) không quá chuẩn nghèo"."""
    words = _SYMBOLS[language]
    return _TOKEN.sub(lambda found: words.get(found[0], found[0]), condition.text)


def category_words(category: PovertyCategory, sub: str | None, language: str) -> str:
    """The category with its sub-type, if any: "hộ nghèo về thu nhập (N1)"."""
    if sub is None:
        return CATEGORIES[language][category]
    said = SUB_TYPES[language].get(sub, CATEGORIES[language][category])
    return f"{said} ({sub})"


def rule_words(rule: Category, language: str) -> str:
    """Who belongs to a category: "hộ nghèo: thu nhập ... không quá chuẩn nghèo"."""
    named = category_words(rule.code, rule.sub, language)
    return f"{named}: {condition_words(rule.when, language)}"
