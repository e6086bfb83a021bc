"""A round at a glance: how many households of each group wait for which step, what is
late, and what was done for many at once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from server import clock
from server.areas import queries as areas
from server.domain.actor import Scope
from server.domain.poverty.pack import Pack
from server.domain.procedure.deadlines import UpperLevel, upper_level_on
from server.domain.procedure.steps import Origin, Step, plan_of
from server.domain.procedure.working_days import days_late, working_calendar
from server.rounds import queries
from server.rounds.queries import Count
from server.rounds.tables import ReviewRound, RoundAct
from server.rounds.words import short_labels
from server.status import proposed
from server.status.asked import Asked
from server.status.standards import find_standard, place_of, standards_of
from server.web.i18n import _

ENDS = (Step.DECIDED, Step.REFUSED, Step.LEFT)


@dataclass(frozen=True, slots=True)
class Line:
    """One residential group: how many households stand where."""

    code: str
    name: str
    waiting: Mapping[str, int]
    ended: Mapping[str, int]
    late: int

    @property
    def total(self) -> int:
        return sum(self.waiting.values()) + sum(self.ended.values())


@dataclass(frozen=True, slots=True)
class Board:
    """Everything about one round."""

    review: ReviewRound
    area_name: str
    pack: Pack | None
    steps: Sequence[str]  # that somebody waits for, or may
    ends: Sequence[str]
    lines: Sequence[Line]
    acts: Sequence[RoundAct]
    act_counts: Mapping[int, int]
    level: UpperLevel | None

    @property
    def total(self) -> Line:
        """The sum of all groups."""
        return _line("", _("Cộng"), self.lines)

    @property
    def days_left(self) -> int:
        """Working days until the round ends; negative when it should be over."""
        today, end = clock.today(), self.review.ends_on
        if today > end:
            return -days_late(end, today)
        return working_calendar().working_days_between(today, end)

    def is_hanging(self, act: RoundAct) -> bool:
        """Whether a posting is up today."""
        return act.until is not None and act.on <= clock.today() <= act.until


def board_of(review: ReviewRound) -> Board:
    """The board of a round."""
    area = areas.get_area(review.area_id)
    counts = queries.counts(review.id)
    names = {each.code: each.name for each in areas.groups_of(review.area_id)}
    return Board(
        review=review,
        area_name=area.name,
        pack=find_standard(review.standard),
        steps=_steps(review, counts),
        ends=[
            each.value
            for each in ENDS
            if each is Step.DECIDED or any(_ended(one) == each for one in counts)
        ],
        lines=_lines(counts, names),
        acts=queries.acts_of(review.id),
        act_counts=queries.act_counts(review.id),
        level=upper_level_on(review.begins_on),
    )


def _ended(count: Count) -> str | None:
    return count.last_step if count.next_step is None else None


def _steps(review: ReviewRound, counts: Sequence[Count]) -> list[str]:
    """The columns: what this round does, and where somebody stands anyway."""
    asks = review.upper_level != "none"
    plan = plan_of(Origin.CARRIED_OVER, asks_upper_level=asks).steps[1:]
    there = {each.next_step for each in counts}
    return [step for step in short_labels() if Step(step) in plan or str(step) in there]


def _lines(counts: Sequence[Count], names: Mapping[str, str]) -> list[Line]:
    by_group: defaultdict[str, list[Count]] = defaultdict(list)
    for each in counts:
        by_group[each.group_code].append(each)
    return [
        Line(
            code,
            names.get(code) or code or _("Chưa rõ tổ"),
            {each.next_step: each.cases for each in found if each.next_step},
            {each.last_step: each.cases for each in found if not each.next_step},
            sum(each.late for each in found),
        )
        for code, found in sorted(by_group.items())
    ]


def _line(code: str, name: str, lines: Sequence[Line]) -> Line:
    waiting: defaultdict[str, int] = defaultdict(int)
    ended: defaultdict[str, int] = defaultdict(int)
    for line in lines:
        for step, count in line.waiting.items():
            waiting[step] += count
        for step, count in line.ended.items():
            ended[step] += count
    return Line(code, name, waiting, ended, sum(line.late for line in lines))


def candidates(review: ReviewRound, scope: Scope) -> list[proposed.Candidate]:
    """Households that are on a list or were assessed into one, and are no case yet."""
    area = areas.get_area(review.area_id)
    pack = find_standard(review.standard)
    if pack is None:
        return []
    known = {row.household.id for row in queries.cases_at(review.id)}
    wanted = Asked([area], area, [pack], pack, clock.today(), None)
    return [each for each in proposed.candidates(wanted, scope) if each.id not in known]


def standards_for(area_id: int, on: date) -> list[Pack]:
    """The standards a round in a place may be held under, those of the day first."""
    found = standards_of(place_of(area_id))
    return sorted(found, key=lambda pack: not pack.holds_on(on))
