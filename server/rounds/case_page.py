"""The page of one case: what was done, what comes next, and by when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from server import clock
from server.domain.poverty.pack import Pack, Screening
from server.domain.procedure.deadlines import Due
from server.domain.procedure.steps import NEVER_SKIPPED, Step
from server.domain.procedure.working_days import days_late, working_calendar
from server.registry.tables import HouseholdRow
from server.rounds import evidence, queries
from server.rounds.standing import due_of, plan_for, standing_of
from server.rounds.tables import CaseStep, ReviewCase, ReviewRound, RoundAct
from server.rounds.taking import last_of
from server.status import queries as status
from server.status.score_lines import ScoreLines, score_lines
from server.status.sheet import measured_text
from server.status.standards import find_standard
from server.status.tables import AssessmentRow
from server.web.i18n import language


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline. `can_undo`: it is the last that holds."""

    row: CaseStep
    act: RoundAct | None
    can_undo: bool
    reruns: Sequence[evidence.Rerun]


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything about one case."""

    case: ReviewCase
    review: ReviewRound
    household: HouseholdRow
    entries: Sequence[Entry]
    next_step: Step | None
    later_steps: Sequence[str]
    due: Due | None
    posted_until: date | None
    assessment: AssessmentRow | None
    recognised: str | None
    pack: Pack | None
    has_changed: bool  # since it was scored

    @property
    def can_skip(self) -> bool:
        """Whether the next step may be left out."""
        return self.next_step is not None and self.next_step not in NEVER_SKIPPED

    @property
    def can_complain(self) -> bool:
        """Whether it was posted and is not decided."""
        return self.posted_until is not None and self.next_step not in (
            None,
            Step.RECHECKED,
        )

    @property
    def screening(self) -> Screening | None:
        """The lines of Phiếu A, where somebody has read them."""
        return self.pack.screening if self.pack else None

    @property
    def scores(self) -> ScoreLines | None:
        """The items of a signed score table, where the household was asked them."""
        return score_lines(self.assessment.trace) if self.assessment else None

    @property
    def measured(self) -> str:
        """The B1 total or the income behind the assessment."""
        return measured_text(self.assessment.trace) if self.assessment else ""

    @property
    def days_left(self) -> int | None:
        """Working days until the next step is due; negative when it is late."""
        if self.due is None:
            return None
        today = clock.today()
        if today > self.due.day:
            return -days_late(self.due.day, today)
        return working_calendar().working_days_between(today, self.due.day)


def page_of(case: ReviewCase, review: ReviewRound, household: HouseholdRow) -> CasePage:
    """What the page of a case shows."""
    every = queries.every_step(case.id)
    live = [row for row in every if row.superseded_at is None]
    now = standing_of(case, review, live)
    acts = {act.id: act for act in queries.acts_of(review.id)}
    found = status.statuses_on([household.id], clock.today()).get(household.id, {})
    held = found.get(review.standard)
    scored = last_of(live, Step.SCORED)
    return CasePage(
        case=case,
        review=review,
        household=household,
        entries=_entries(every, live, acts),
        next_step=now.next_step if live else None,
        later_steps=_later(case, review, now.next_step),
        due=due_of(case, review, live) if live else None,
        posted_until=now.posted_until,
        assessment=status.find_assessment(household.id, review.standard),
        recognised=held.category if held else None,
        pack=find_standard(review.standard),
        has_changed=scored is not None and evidence.has_changed(scored, household),
    )


def _entries(
    every: Sequence[CaseStep],
    live: Sequence[CaseStep],
    acts: Mapping[int, RoundAct],
) -> list[Entry]:
    last = live[-1].id if live else None
    return [
        Entry(
            row,
            acts.get(row.act_id) if row.act_id is not None else None,
            row.id == last and row.step != Step.DECIDED,
            evidence.rerun(row) if row.step in (Step.COMPLAINT, Step.SCORED) else (),
        )
        for row in every
    ]


def _later(
    case: ReviewCase, review: ReviewRound, next_step: Step | None
) -> Sequence[str]:
    """What still lies ahead after the next step."""
    steps = plan_for(case, review).steps
    if next_step is None or next_step not in steps:
        return ()
    return [each.value for each in steps[steps.index(next_step) + 1 :]]


def detail(row: CaseStep, key: str) -> Any:
    """Something that was kept with a step, such as who complained."""
    return row.details.get(key, "")


@dataclass(frozen=True, slots=True)
class AnsweredLine:
    """A line as it was answered; None: it was left open."""

    name: str
    answer: bool | None


def answered(row: CaseStep, sheet: Screening | None) -> list[AnsweredLine]:
    """The lines kept with a step; a line that the sheet no longer has by its code."""
    kept: Mapping[str, Any] = row.details.get("sheet_a", {})
    items = {each.code: each for each in sheet.items} if sheet else {}
    return [
        AnsweredLine(getattr(items[code], language()) if code in items else code, said)
        for code, said in kept.items()
    ]
