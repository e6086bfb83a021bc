"""From answers to a category: `assess()`, its reasons and the question to ask next.

Gaps do not stop a classification that they cannot change. Every combination that the
known answers leave open is tried (`intervals.py`); when all lead to the same category,
that is the category. The alternative, refusing whenever something is unknown, would
leave most households of a real survey unclassified.
"""

from datetime import date
from typing import Any

from server.domain.poverty.assessment import Assessment, IndicatorVerdict, Outcome
from server.domain.poverty.b1 import amounts_of, answers_under, b1_of, differing
from server.domain.poverty.explain import questions
from server.domain.poverty.indicators import THRESHOLD, evaluate
from server.domain.poverty.intervals import possible_outcomes, reachable_counts
from server.domain.poverty.pack import AreaType, Measure, Pack, PovertyCategory
from server.domain.poverty.verdicts import Answer
from server.domain.problems import Problem
from server.domain.survey.record import Household

_AREA_TYPES = {
    "ward": AreaType.URBAN,  # phường
    "township": AreaType.URBAN,  # thị trấn
    "commune": AreaType.RURAL,  # xã
}
_QUESTIONS = {
    Measure.SCORE: "b1_score",
    Measure.INCOME: "income_per_capita",
}


def area_type_of(level: str) -> AreaType:
    """Urban for a ward or township, rural for a commune (reference 1.2, recalled).

    Raises KeyError for any other level.
    """
    return _AREA_TYPES[level]


def assess(
    household: Household,
    review_date: date,
    pack: Pack,
    area_type: AreaType | str | None = None,
) -> Assessment:
    """Classify a household as the standard words it, on the day of its review.

    `area_type` None means that the kind of area is not known; it then matters only
    where the lines differ. B1 points are used where the pack has cut-offs for them,
    otherwise income. Overrides of a reviewer count, and the computed verdict is kept.
    """
    area = AreaType(area_type) if area_type is not None else None
    case = _Case(pack, household, review_date, area)
    outcomes = case.outcomes()
    is_clear = len(outcomes) == 1
    missing = () if is_clear else case.missing()
    return Assessment(
        pack_id=pack.id,
        pack_hash=pack.content_hash,
        review_date=review_date,
        in_force=pack.holds_on(review_date),
        area_type=area,
        outcome=outcomes[0] if is_clear else None,
        possible=outcomes,
        indicators=case.indicators,
        deprivations_low=case.counts[0],
        deprivations_high=case.counts[-1],
        indicator_points=pack.indicator_points,
        measure=case.measure if case.measured is not None else None,
        measured=case.measured,
        lines=case.lines(),
        not_examined=case.not_examined(),
        missing=missing,
        ask=case.first_question() if missing else None,
        warnings=case.warnings(),
        b1=case.b1,
        verified=pack.verified,
        unverified_sources=tuple(each.key for each in pack.unverified_sources),
    )


def judge_indicators(
    household: Household, review_date: date, pack: Pack
) -> tuple[IndicatorVerdict, ...]:
    """Every indicator of the pack, computed and after the reviewer's overrides.

    Overrides of the standard that a pack inherits its indicators from count too: the
    question asked at the door was the same.
    """
    standards = (pack.indicator_standard, pack.id)
    overrides = {
        each.indicator: each
        for standard in standards
        for each in household.overrides
        if each.standard == standard
    }
    phone: dict[str, bool] = {}
    for standard in standards:
        phone.update(household.phone_results.get(standard, {}))
    judged = []
    for indicator in pack.indicators:
        computed = evaluate(indicator, household, review_date)
        override = overrides.get(indicator.code)
        judged.append(
            IndicatorVerdict(
                code=indicator.code,
                computed=computed,
                deprived=override.deprived if override else computed.deprived,
                override_reason=override.reason if override else None,
                phone=phone.get(indicator.code),
            )
        )
    return tuple(judged)


class _Case:
    """One household under one pack, while it is being assessed."""

    def __init__(
        self, pack: Pack, household: Household, on: date, area: AreaType | None
    ) -> None:
        self.pack = pack
        self.on = on
        self.area = area
        self.economy = household.economy
        self.indicators = judge_indicators(household, on, pack)
        verdicts = (each.deprived for each in self.indicators)
        self.counts = reachable_counts(verdicts, pack.weights)
        self.b1 = b1_of(household, pack, area)
        self.is_asked = answers_under(household, pack) is not None
        self.measure, self.amounts = amounts_of(household.economy, pack, self.b1)
        self.measured = self._settled()

    def outcomes(self, **known: Any) -> tuple[Outcome, ...]:
        """The outcomes left open; `known` supposes an answer (area_type, ...)."""
        supposed = {
            "measure": self.measure,
            "area_type": self.area,
            "deprivations": self.counts,
            **known,
        }
        amounts = [supposed.pop("measured")] if "measured" in known else self.amounts
        each_way = [
            possible_outcomes(self.pack, measured=amount, **supposed)
            for amount in amounts or (None,)
        ]
        if len(each_way) == 1:
            return each_way[0]
        found = {outcome for outcomes in each_way for outcome in outcomes}
        ordered = (Outcome(each.code, each.sub) for each in self.pack.categories)
        return tuple(each for each in dict.fromkeys(ordered) if each in found)

    def _settled(self) -> int | None:
        """The amount that counts: of two totals the computed one, when both lead to the
        same; none while a person has to say which is right."""
        if len(self.amounts) < 2:
            return next(iter(self.amounts), None)
        found = {self.outcomes(measured=each) for each in self.amounts}
        return self.amounts[-1] if len(found) == 1 else None

    def lines(self) -> tuple[tuple[str, int], ...]:
        if self.area is None or self.measured is None:
            return ()
        return tuple(self.pack.lines_for(self.measure, self.area).items())

    def not_examined(self) -> tuple[PovertyCategory, ...]:
        """Categories that B1 points cannot tell, such as an average living standard."""
        if self.measured is None:
            return ()
        return tuple(
            each.code
            for each in self.pack.categories
            if self.measure not in each.measures
        )

    def missing(self) -> tuple[Problem, ...]:
        """Why the household cannot be classified, most telling reason first."""
        reasons = []
        if self.measured is None:
            reasons += self._lacks_measure()
        if self._area_matters():
            reasons.append(Problem("assessment_needs_area", "area_type"))
        if self._count_matters():
            reasons += [self._lacks(each) for each in self._unknown()]
        return tuple(reasons)

    def first_question(self) -> Answer | None:
        """The one answer to get first: the economy tells most, then the area.

        None when only the text of the law could help, which no household knows.
        """
        if self.measured is None and not self._waits_for_area():
            if self.b1 and not self.amounts:
                return self.b1.question()
            return None if self._lacks_table() else Answer(_QUESTIONS[self.measure])
        if self._area_matters() or self._waits_for_area():
            return Answer("area_type")
        asked = (answer for each in self._unknown() for answer in each.computed.missing)
        return next((each for each in asked if each.question != THRESHOLD), None)

    def warnings(self) -> tuple[Problem, ...]:
        """What a person should look at although the household can be classified."""
        found = []
        if self.pack.is_draft:
            values = {"name_vi": self.pack.name_vi, "name_en": self.pack.name_en}
            found.append(Problem("assessment_of_draft", "review_date", values, False))
        elif not self.pack.holds_on(self.on):
            values = {"standard": self.pack.id, "date": self.on.isoformat()}
            found.append(
                Problem("assessment_not_in_force", "review_date", values, False)
            )
        for each in self.indicators:
            if each.phone_disagrees:
                values = self._named(each.code)
                found.append(
                    Problem("assessment_phone_disagrees", each.code, values, False)
                )
        if self.b1:
            found += self.b1.warnings(is_settled=self.measured is not None)
        if self._income_disagrees():
            found.append(
                Problem(
                    "assessment_income_disagrees", "income_per_capita", blocking=False
                )
            )
        return tuple(found)

    def _lacks_measure(self) -> list[Problem]:
        if len(self.amounts) > 1:
            return [differing(self.amounts, blocking=True)]
        if self.b1 and (why := self.b1.missing()):
            return [why]
        if self._waits_for_area():
            return [Problem("assessment_needs_area", "area_type")]
        if self._lacks_table():
            return [Problem("assessment_needs_table", "b1_score")]
        return [Problem(f"assessment_needs_{self.measure}", _QUESTIONS[self.measure])]

    def _waits_for_area(self) -> bool:
        """Every item was answered, and the column of the table is not known."""
        has_all = self.b1 is not None and self.b1.result.total is not None
        return has_all and not self.amounts

    def _lacks_table(self) -> bool:
        """Items were answered, and nobody vouches for a table any more."""
        is_scored = self.measure is Measure.SCORE
        return is_scored and self.is_asked and self.b1 is None

    def _area_matters(self) -> bool:
        if self.area is not None or self._waits_for_area():
            return False
        if not self.amounts:  # any amount may turn out to lie between the lines
            lines = [self.pack.lines_for(self.measure, area) for area in AreaType]
            return lines[0] != lines[1]
        return len({self.outcomes(area_type=area) for area in AreaType}) > 1

    def _count_matters(self) -> bool:
        if len(self.counts) == 1:
            return False
        return len({self.outcomes(deprivations=[count]) for count in self.counts}) > 1

    def _unknown(self) -> list[IndicatorVerdict]:
        return [each for each in self.indicators if each.deprived is None]

    def _lacks(self, verdict: IndicatorVerdict) -> Problem:
        asked = dict.fromkeys(each.question for each in verdict.computed.missing)
        if THRESHOLD in asked:
            values = self._named(verdict.code)
            return Problem("assessment_needs_threshold", verdict.code, values)
        answers = {
            f"answers_{language}": ", ".join(
                questions()[question][language] for question in asked
            )
            for language in ("vi", "en")
        }
        values = {**self._named(verdict.code), **answers}
        return Problem("assessment_needs_indicator", verdict.code, values)

    def _named(self, code: str) -> dict[str, str]:
        indicator = self.pack.indicator(code)
        return {"name_vi": indicator.name_vi, "name_en": indicator.name_en}

    def _income_disagrees(self) -> bool:
        """Points and income are both known and put the household in other classes."""
        income = self.economy.income_per_capita
        if self.measure is not Measure.SCORE or self.measured is None or income is None:
            return False
        poor = {PovertyCategory.POOR, PovertyCategory.NEAR_POOR}
        by_points = {each.category for each in self.outcomes()}
        by_income = {
            each.category
            for each in self.outcomes(measure=Measure.INCOME, measured=income)
        }
        return not (by_points & by_income or not (by_points | by_income) & poor)
