"""B1 of one household from the items that were answered, with the table that was signed.

The total that somebody typed stays beside it. Where the two differ a person is asked:
either may be wrong, and neither is written over the other.
"""

from dataclasses import dataclass
from typing import Any

from server.domain.poverty.pack import AreaType, Measure, Pack
from server.domain.poverty.score_table import ScoreTable, Signature
from server.domain.poverty.scoring import ScoreResult, score
from server.domain.poverty.verdicts import Answer
from server.domain.problems import Problem
from server.domain.survey.record import Economy, Household, ScoreAnswers

QUESTION = "b1_item"


@dataclass(frozen=True, slots=True)
class B1:
    """The items of a household under the signed table of a standard."""

    table: ScoreTable
    signature: Signature
    answers: ScoreAnswers
    region: str | None  # None: not known whether the area is urban or rural
    result: ScoreResult
    strange: tuple[str, ...]  # answers that this table does not have
    typed: int | None

    @property
    def computed(self) -> int | None:
        """The total by the table; None while anything of it is missing."""
        return None if self.region is None else self.result.total

    @property
    def totals(self) -> tuple[int, ...]:
        """The totals that are known, the computed one last: two when they differ."""
        known = (each for each in (self.typed, self.computed) if each is not None)
        return tuple(dict.fromkeys(known))

    def missing(self) -> Problem | None:
        """Why there is no computed total, beside the kind of area."""
        for code, items in (
            ("assessment_needs_whole_table", self.result.unread_items),
            ("assessment_needs_item", self.result.unanswered_items),
        ):
            if items:
                return Problem(code, QUESTION, self._named(items))
        return None

    def question(self) -> Answer | None:
        """The first item to ask; none that would help while the table lacks some."""
        if self.result.unread_items or not self.result.unanswered_items:
            return None
        item = self.result.unanswered_items[0]
        vi, en = self.table.name_of(item)
        return Answer(QUESTION, words=(f"{item}. {vi}", f"{item}. {en}"))

    def warnings(self, *, is_settled: bool) -> list[Problem]:
        """What a person should look at although a total is known."""
        found = []
        if len(self.totals) > 1 and is_settled:
            found.append(differing(self.totals, blocking=False))
        phone, is_same = self.answers.phone_total, self._is_asked_table()
        if is_same and self.computed is not None and phone not in (None, self.computed):
            values = {"phone": phone, "computed": self.computed}
            found.append(
                Problem("assessment_phone_total_differs", QUESTION, values, False)
            )
        if self.computed is None and self.totals and (why := self.missing()):
            found.append(
                Problem("assessment_items_missing", QUESTION, why.values, False)
            )
        return found

    def as_dict(self) -> dict[str, Any]:
        """JSON-safe: the table by its checksum and who vouched, and every point."""
        signature, source = self.signature, self.table.source
        where: dict[str, str] = {}  # only what is said, so that older traces stay equal
        if signature.province:
            where["province"] = signature.province
        if signature.applies_from:
            where["applies_from"] = signature.applies_from.isoformat()
        return {
            "table": {
                "number": signature.number,
                "standard": signature.standard,
                "sha256": self.table.sha256,
                "document": source.document,
                "article": source.article,
                "transcribed_by": signature.transcribed_by,
                "signed_by": signature.signed_by,
                "signed_on": signature.signed_on.isoformat(),
                **where,
            },
            "region": self.region,
            "typed": self.typed,
            "computed": self.computed,
            "phone": self.answers.phone_total,
            "asked_table": self.answers.table,
            "points": [list(each) for each in self.result.points],
            "none_of_these": [
                int(item) for item, chosen in self.answers.items.items() if not chosen
            ],
            "unread": list(self.result.unread_items),
            "unanswered": list(self.result.unanswered_items),
            "strange": list(self.strange),
        }

    def _is_asked_table(self) -> bool:
        return self.answers.table == self.table.sha256

    def _named(self, items: tuple[int, ...]) -> dict[str, str]:
        return {
            f"items_{language}": ", ".join(
                f"{item} ({self.table.name_of(item)[at]})" for item in items
            )
            for at, language in enumerate(("vi", "en"))
        }


def b1_of(household: Household, pack: Pack, area: AreaType | None) -> B1 | None:
    """None where no signed table stands behind the standard, or no item was answered."""
    answers = answers_under(household, pack)
    table = pack.score_table
    if answers is None or table is None or table.signature is None:
        return None
    if not pack.has_scores():
        return None
    chosen, strange = _understood(answers, table)
    region = table.signature.column(area)
    result = score(table, region or table.signature.urban, chosen)
    return B1(
        table=table,
        signature=table.signature,
        answers=answers,
        region=region,
        result=result,
        strange=strange,
        typed=household.economy.b1_score,
    )


def total_of(household: Household, pack: Pack, area: AreaType | None) -> int | None:
    """The B1 total for a list: the computed one where there is one, else the typed."""
    found = b1_of(household, pack, area)
    return found.totals[-1] if found and found.totals else household.economy.b1_score


def answers_under(household: Household, pack: Pack) -> ScoreAnswers | None:
    """The items answered under a standard, or under the one whose table it inherits."""
    standards = (pack.id, pack.inherits)
    found = {each.standard: each for each in household.scores}
    return next((found[each] for each in standards if each in found), None)


def differing(totals: tuple[int, ...], *, blocking: bool) -> Problem:
    """The question for staff: which of two totals is right."""
    typed, computed = totals
    values = {"typed": typed, "computed": computed}
    code = "assessment_needs_one_total" if blocking else "assessment_totals_differ"
    return Problem(code, "b1_score", values, blocking)


def amounts_of(
    economy: Economy, pack: Pack, b1: B1 | None
) -> tuple[Measure, tuple[int, ...]]:
    """Points go first, being what the procedure prescribes: the total typed in and the
    one computed from the items, both where they differ. Else income; else none, with the
    measure to ask for.
    """
    if pack.has_scores():
        typed = () if economy.b1_score is None else (economy.b1_score,)
        if totals := b1.totals if b1 else typed:
            return Measure.SCORE, totals
    income = economy.income_per_capita
    if income is not None or not pack.has_scores():
        return Measure.INCOME, () if income is None else (income,)
    return Measure.SCORE, ()


def measured_by(economy: Economy, pack: Pack) -> tuple[Measure, int | None]:
    """The same of a household whose total is settled, or was never computed."""
    measure, amounts = amounts_of(economy, pack, None)
    return measure, next(iter(amounts), None)


def _understood(
    answers: ScoreAnswers, table: ScoreTable
) -> tuple[dict[int, tuple[str, ...]], tuple[str, ...]]:
    """The answers that this table knows. One that it does not, because another table was
    asked, leaves its item unanswered: guessing which line was meant would be scoring."""
    known = {(each.item, each.option) for each in table.options}
    read = {each.item for each in table.options}
    chosen: dict[int, tuple[str, ...]] = {}
    strange = []
    for text, options in answers.items.items():
        item = int(text)
        fits = all((item, option) in known for option in options)
        is_one = len(options) <= 1 or item in table.several
        if item in read and fits and is_one:
            chosen[item] = options
        else:
            strange.append(f"{item} {' '.join(options)}".strip())
    return chosen, tuple(sorted(strange))
