"""The steps of a review for one household: what comes next, and what may not be yet.

A case is the list of what was done for it, each with the day on which it happened. What
was taken back is not in the list. Where the case stands follows from that list alone, so
nothing has to be kept in step by hand. A step may be left out, but only by saying so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from server.domain.problems import Problem


class Step(StrEnum):
    """What is done for a household, in the order of Decision 24/2021, Article 4."""

    LISTED = "listed"
    SCREENED = "screened"  # Phiếu A
    SURVEYED = "surveyed"  # Phiếu B
    SCORED = "scored"
    MEETING = "meeting"
    POSTED = "posted"
    ASKED = "asked"  # the upper level for its opinion
    ANSWERED = "answered"
    DECIDED = "decided"
    # Beside the way: they happen to some.
    COMPLAINT = "complaint"
    RECHECKED = "rechecked"  # phúc tra
    REFUSED = "refused"
    LEFT = "left"


class Origin(StrEnum):
    """How a household came onto the list to review."""

    CARRIED_OVER = "carried_over"
    REQUESTED = "requested"
    NEW = "new"
    EXIT_REQUESTED = "exit_requested"


ENDS = frozenset({Step.DECIDED, Step.REFUSED, Step.LEFT})
REDO = "redo"  # what the meeting, or the upper level, wants when it does not agree
# Steps that nobody leaves out: without them there is no case and no result.
NEVER_SKIPPED = frozenset({Step.LISTED, Step.SCORED, Step.DECIDED})


@dataclass(frozen=True, slots=True)
class Done:
    """A step that was taken on a day, or left out on purpose.

    `outcome` is what came of it: a category, `REDO`, the result of Phiếu A. `until` is
    the last day of a posting.
    """

    step: Step
    on: date
    outcome: str = ""
    is_skip: bool = False
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Which steps a case goes through."""

    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands. `next_step` is None when it is over.

    `category` is what it comes to so far: by the scoring, the meeting or the re-check,
    whichever spoke last.
    """

    next_step: Step | None
    since: date | None
    category: str = ""
    posted_until: date | None = None
    skipped: tuple[Step, ...] = ()
    has_complaint: bool = False

    @property
    def is_open(self) -> bool:
        return self.next_step is not None


def plan_of(origin: Origin, *, asks_upper_level: bool) -> Plan:
    """Phiếu A is for those who ask to be listed; the opinion for whom a round asks."""
    left_out = set()
    if origin is not Origin.REQUESTED:
        left_out.add(Step.SCREENED)
    if not asks_upper_level:
        left_out |= {Step.ASKED, Step.ANSWERED}
    steps = list(Step)
    way = steps[: steps.index(Step.DECIDED) + 1]
    return Plan(tuple(each for each in way if each not in left_out))


def standing(plan: Plan, done: Sequence[Done]) -> Standing:
    """Where a case stands after what was done, in the order in which it was entered."""
    place, category, until = 0, "", None
    rechecking = has_complaint = False
    skipped: list[Step] = []
    for each in done:
        if each.step in ENDS:
            return Standing(None, each.on, each.outcome or category, until,
                            tuple(skipped), has_complaint)  # fmt: skip
        if each.is_skip:
            skipped.append(each.step)
        place = _place_after(plan, each, place)
        if each.step in (Step.SCORED, Step.MEETING, Step.RECHECKED):
            category = each.outcome if each.outcome not in ("", REDO) else category
        if each.step is Step.POSTED:
            until = each.until
        if each.step is Step.COMPLAINT:
            has_complaint = True
        rechecking = (
            each.step is Step.COMPLAINT
            or _is_sent_back(each)
            or (rechecking and each.step is not Step.RECHECKED)
        )
    return Standing(
        next_step=Step.RECHECKED if rechecking else plan.steps[place],
        since=done[-1].on if done else None,
        category=category,
        posted_until=until,
        skipped=tuple(skipped),
        has_complaint=has_complaint,
    )


def objections(
    plan: Plan, done: Sequence[Done], new: Done, today: date
) -> list[Problem]:
    """Why a step cannot be entered as it was given; empty when it can."""
    now = standing(plan, done)
    if not now.is_open:
        return [Problem("case_is_over")]
    found = []
    if not _fits(plan, now, done, new):
        values = {"step": new.step.value, "next": (now.next_step or new.step).value}
        found.append(Problem("case_step_not_next", "step", values))
    if new.is_skip and new.step in NEVER_SKIPPED:
        found.append(Problem("case_step_not_skippable", "step", {"step": new.step}))
    if new.on > today:
        found.append(Problem("case_step_in_future", "on", {"date": _day(new.on)}))
    earliest = _not_before(done, new)
    if earliest and new.on < earliest:
        values = {"date": _day(new.on), "earliest": _day(earliest)}
        found.append(Problem("case_step_too_early", "on", values))
    if _ends_posting(new) and now.posted_until and new.on <= now.posted_until:
        values = {"date": _day(new.on), "until": _day(now.posted_until)}
        found.append(Problem("case_posting_not_over", "on", values))
    return found


def _fits(plan: Plan, now: Standing, done: Sequence[Done], new: Done) -> bool:
    if new.step in (Step.REFUSED, Step.LEFT):
        return bool(done)
    if new.step is Step.COMPLAINT:
        is_posted = any(each.step is Step.POSTED and not each.is_skip for each in done)
        return is_posted and now.next_step is not Step.RECHECKED
    return new.step is now.next_step


def _place_after(plan: Plan, each: Done, place: int) -> int:
    if each.step is Step.RECHECKED:
        return plan.steps.index(Step.POSTED)
    if each.step is Step.MEETING and each.outcome == REDO:
        return plan.steps.index(Step.SURVEYED)
    if each.step in plan.steps:
        return plan.steps.index(each.step) + 1
    return place


def _is_sent_back(each: Done) -> bool:
    return each.step is Step.ANSWERED and each.outcome == REDO


def _ends_posting(new: Done) -> bool:
    return new.step in (Step.ASKED, Step.DECIDED)


def _not_before(done: Sequence[Done], new: Done) -> date | None:
    """The day of the step before. A survey may be older than its listing: the round
    itself says from which day on surveys count."""
    if new.step in (Step.LISTED, Step.SURVEYED) or not done:
        return None
    return max(each.on for each in done)


def _day(value: date) -> str:
    return value.isoformat()
