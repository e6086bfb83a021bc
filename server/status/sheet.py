"""One assessment in words: for the officer, for the family, and for the file.

A stored assessment holds codes and no names. What people read is made when they look,
with the names of today's household and the sources as they are known today.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.domain.households.golden import GoldenHousehold
from server.domain.poverty.assessment import IndicatorVerdict
from server.domain.poverty.explain import explain_answer, question_words
from server.domain.poverty.pack import Indicator, Pack, PovertyCategory, Source
from server.domain.poverty.verdicts import Answer
from server.domain.poverty.wording import category_words
from server.domain.problems import Problem
from server.registry import queries as registry
from server.registry.tables import HouseholdRow
from server.status.score_lines import ScoreLines, score_lines, totals_text
from server.status.standards import find_standard, place_of
from server.status.tables import AssessmentRow
from server.web.i18n import _, language, money, number

ROOM_FOR_REASONS = 2


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """One indicator: what it asks, what was found, and from which answers."""

    code: str
    number: int
    dimension: str
    name: str
    threshold: str
    deprived: bool | None
    computed: bool | None  # by the machine, before the reviewer's word
    reasons: tuple[str, ...]
    override_reason: str | None
    phone_disagrees: bool

    @property
    def brief(self) -> tuple[str, ...]:
        """The reasons as far as a sheet of paper has room: all of them for what is
        lacking or not known, the first ones for what is in order."""
        if self.deprived is not False or len(self.reasons) <= ROOM_FOR_REASONS:
            return self.reasons
        return (*self.reasons[:ROOM_FOR_REASONS], "…")


@dataclass(frozen=True, slots=True)
class Sheet:
    """An assessment as it is read. `is_current_law`: the standard has not changed since
    it was made."""

    assessment: AssessmentRow
    pack: Pack | None
    standard_name: str
    trace: Mapping[str, Any]
    indicators: tuple[IndicatorLine, ...]
    measured: str
    scores: ScoreLines | None  # the items behind it, where a signed table was asked
    lines: tuple[tuple[str, str], ...]
    possible: tuple[str, ...]
    missing: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    question: str
    outcome_words: str  # the class with its sub-type; empty without one
    sources: tuple[Source, ...]
    is_current_law: bool


def sheet_of(row: HouseholdRow, assessment: AssessmentRow) -> Sheet:
    """The assessment of a household, with the names of its people."""
    return make_sheet(registry.golden_of(row), assessment, row.area_id)


def make_sheet(
    golden: GoldenHousehold, assessment: AssessmentRow, area_id: int | None
) -> Sheet:
    """The same, from the computed household and where it lives."""
    place = place_of(area_id)
    pack = find_standard(assessment.standard, place, assessment.review_date)
    trace = assessment.trace
    names = {member.key: member.full_name for member in golden.household.members}
    sources = {source.key: source for source in pack.sources} if pack else {}
    return Sheet(
        assessment=assessment,
        pack=pack,
        standard_name=_named(pack, "name") if pack else assessment.standard,
        trace=trace,
        indicators=_indicator_lines(pack, trace, names) if pack else (),
        measured=measured_text(trace),
        scores=score_lines(trace),
        lines=tuple(
            (line_label(name), _amount(trace["measure"], amount))
            for name, amount in trace["lines"].items()
        ),
        possible=tuple(dict.fromkeys(each["category"] for each in trace["possible"])),
        missing=_at_once([Problem(**each) for each in trace["missing"]]),
        warnings=tuple(Problem(**each) for each in trace["warnings"]),
        question=_question(trace["ask"], names),
        outcome_words=outcome_words(assessment.category, assessment.sub),
        sources=tuple(
            sources[key] for key in trace["unverified_sources"] if key in sources
        ),
        is_current_law=bool(pack and pack.content_hash == assessment.pack_hash),
    )


def _at_once(missing: Sequence[Problem]) -> tuple[Problem, ...]:
    """Several unknown indicators in one sentence: what is not known of a household may
    be ten of them, and its sheet is one page. Each has its line in the table."""
    unknown = [each for each in missing if each.code == "assessment_needs_indicator"]
    if len(unknown) < 2:
        return tuple(missing)
    names = {
        f"names_{word}": "; ".join(str(each.values[f"name_{word}"]) for each in unknown)
        for word in ("vi", "en")
    }
    together = Problem(
        "indicators_not_known", "", {"count": len(unknown), **names}, False
    )
    return (*(each for each in missing if each not in unknown), together)


def outcome_words(category: str | None, sub: str | None) -> str:
    """A class with its sub-type: "Hộ nghèo về thu nhập (N1)"."""
    if category is None:
        return ""
    named = category_words(PovertyCategory(category), sub, language())
    return f"{named[0].upper()}{named[1:]}"


def line_label(name: str) -> str:
    """A threshold in words: "policy" -> "chuẩn nghèo"."""
    labels = {
        "policy": _("chuẩn nghèo"),
        "near_poor": _("mức trên của hộ cận nghèo"),
        "minimum": _("mức sống tối thiểu"),
        "average": _("mức sống trung bình"),
    }
    return labels.get(name, name)


def _indicator_lines(
    pack: Pack, trace: Mapping[str, Any], names: Mapping[str, str]
) -> tuple[IndicatorLine, ...]:
    known = {indicator.code for indicator in pack.indicators}
    return tuple(
        _indicator_line(pack, IndicatorVerdict.from_dict(each), names)
        for each in trace["indicators"]
        if each["code"] in known  # a code may have gone since
    )


def _indicator_line(
    pack: Pack, verdict: IndicatorVerdict, names: Mapping[str, str]
) -> IndicatorLine:
    indicator = pack.indicator(verdict.code)
    answers = (*verdict.computed.evidence, *verdict.computed.missing)
    return IndicatorLine(
        code=indicator.code,
        number=indicator.number,
        dimension=_named(indicator, "dimension"),
        name=_named(indicator, "name"),
        threshold=_named(indicator, "threshold"),
        deprived=verdict.deprived,
        computed=verdict.computed.deprived,
        reasons=tuple(explain_answer(each, language(), names) for each in answers),
        override_reason=verdict.override_reason,
        phone_disagrees=verdict.phone_disagrees,
    )


def _named(thing: Pack | Indicator, name: str) -> str:
    return str(getattr(thing, f"{name}_{language()}"))


def measured_text(trace: Mapping[str, Any]) -> str:
    """The amount that counted, with the totals it stands on where items were asked."""
    if trace["measure"] != "income" and (totals := totals_text(trace)):
        return totals
    if trace["measured"] is None:
        return _("chưa có điểm B1, chưa có thu nhập")
    amount = _amount(trace["measure"], trace["measured"])
    if trace["measure"] == "score":
        return _("điểm B1: {amount}", amount=amount)
    return _("thu nhập bình quân: {amount} một người một tháng", amount=amount)


def _amount(measure: str, amount: int) -> str:
    if measure == "score":
        return _("{points} điểm", points=number(amount))
    return money(amount)


def _question(ask: Mapping[str, Any] | None, names: Mapping[str, str]) -> str:
    """The one answer to get first, and of whom."""
    if ask is None:
        return ""
    answer = Answer.from_dict(dict(ask))
    asked = question_words(answer, language())
    person = names.get(answer.member_key or "")
    return _("{asked} của {person}", asked=asked, person=person) if person else asked
