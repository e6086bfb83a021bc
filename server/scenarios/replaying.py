"""A past round assessed once more, under any standard: which list would it have given?

Two readings of the data are offered: what each case kept when it was scored, and what
the register knew of the households on some day. The first under the law of the round
must give the list that the machine gave; where the commune recognised something else,
people decided so, and both are told apart. B1 is added up by the score table that was
signed then: one signed since is not the law of that round, and none is put in its place.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from server.domain.households.golden import GoldenHousehold
from server.domain.plain import from_plain
from server.domain.poverty.b1 import answers_under
from server.domain.poverty.classify import assess
from server.domain.poverty.pack import Pack
from server.domain.poverty.score_table import ScoreTable
from server.domain.procedure.steps import Step
from server.rounds import queries as rounds
from server.rounds.tables import CaseStep, ReviewRound
from server.status.households_then import households_then
from server.status.presence import end_of_day
from server.status.standards import Place, find_standard, place_of

NOT_SCORED = "-"  # of a case that has no such result


@dataclass(frozen=True, slots=True)
class Replayed:
    """One case: what the machine found then, what was recognised, what comes out now.
    "" is "cannot be classified", NOT_SCORED that there is no such result."""

    household_id: str
    scored: str
    recognised: str
    replayed: str

    @property
    def is_same(self) -> bool:
        """The machine finds what it found then."""
        return self.replayed == self.scored

    @property
    def is_recognised(self) -> bool:
        """The machine finds what the commune recognised, if it recognised anything."""
        return self.recognised in (NOT_SCORED, self.replayed)


@dataclass(frozen=True, slots=True)
class TableThen:
    """A signed score table by which cases were added up again; `table` None where nobody
    had signed one by then. `households` are those whose items were answered, `of` all
    that fell under it."""

    table: ScoreTable | None
    households: int
    of: int


@dataclass(frozen=True, slots=True)
class Replay:
    """A round replayed, and by which tables."""

    cases: Sequence[Replayed]
    tables: Sequence[TableThen]


@dataclass
class _Law:
    """A standard as it stood in a place, for reviews of a day, as known at an instant."""

    pack: Pack
    known: dict[tuple[Place, date, datetime], Pack] = field(default_factory=dict)
    used: Counter[ScoreTable | None] = field(default_factory=Counter)
    answered: Counter[ScoreTable | None] = field(default_factory=Counter)

    def assess(self, golden: GoldenHousehold, place: Place, known_at: datetime) -> str:
        """The class of a household, "" when it cannot be told."""
        pack = self._as_it_stood(place, golden.review_date, known_at)
        table = pack.score_table
        vouched = table if table and table.signature else None
        self.used[vouched] += 1
        self.answered[vouched] += answers_under(golden.household, pack) is not None
        made = assess(golden.household, golden.review_date, pack, place.area_type)
        return made.category.value if made.category else ""

    def tables(self) -> list[TableThen]:
        """Those that were needed, the one of most cases first."""
        if not self.pack.has_scores():
            return []
        return [
            TableThen(table, self.answered[table], count)
            for table, count in self.used.most_common()
        ]

    def _as_it_stood(self, place: Place, on: date, known_at: datetime) -> Pack:
        key = place, on, known_at
        if key not in self.known:
            found = find_standard(self.pack.id, place, on, known_at)
            self.known[key] = found or self.pack
        return self.known[key]


def replay(review: ReviewRound, pack: Pack, known_on: date | None) -> Replay:
    """Every case of a round that was scored; `known_on` None takes what cases kept, each
    by the table known when it was scored."""
    rows = rounds.cases_at(review.id)
    steps = rounds.live_steps([each.case.id for each in rows])
    scored = {
        each.household.id: (last, _last(steps[each.case.id], Step.DECIDED))
        for each in rows
        if (last := _last(steps.get(each.case.id, []), Step.SCORED)) is not None
    }
    known = _kept(scored) if known_on is None else _known(scored, known_on)
    law, found = _Law(pack), []
    for household_id, (step, decision) in scored.items():
        golden = known.get(household_id)
        result = NOT_SCORED
        if golden is not None:
            known_at = step.at if known_on is None else end_of_day(known_on)
            result = law.assess(golden, place_of(step.details["area_id"]), known_at)
        kept = step.details["assessments"].get(review.standard)
        found.append(
            Replayed(
                household_id,
                NOT_SCORED if kept is None else kept["category"] or "",
                decision.outcome if decision is not None else NOT_SCORED,
                result,
            )
        )
    return Replay(found, law.tables())


Scored = Mapping[str, tuple[CaseStep, CaseStep | None]]


def _kept(scored: Scored) -> dict[str, GoldenHousehold]:
    return {
        household_id: from_plain(GoldenHousehold, step.details["household"])
        for household_id, (step, _decision) in scored.items()
    }


def _known(scored: Scored, known_on: date) -> dict[str, GoldenHousehold]:
    """As the register knew them at the end of a day."""
    then = households_then(scored.keys(), known_on, end_of_day(known_on))
    return {each: golden for each, (_row, golden) in then.items() if golden is not None}


def _last(steps: Iterable[CaseStep], wanted: Step) -> CaseStep | None:
    taken = [each for each in steps if each.step == wanted.value and not each.is_skip]
    return taken[-1] if taken else None
