"""A past round assessed once more, under any standard: which list would it have given?

Two readings of the data are offered: what each case kept when it was scored, and what
the register knew of the households on some day. The first under the law of the round
must give the list that the machine gave; where the commune recognised something else,
people decided so, and both are told apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from server.domain.households.golden import GoldenHousehold
from server.domain.plain import from_plain
from server.domain.poverty.classify import assess
from server.domain.poverty.pack import Pack
from server.domain.procedure.steps import Step
from server.rounds import queries as rounds
from server.rounds.tables import CaseStep, ReviewRound
from server.status.households_then import households_then
from server.status.presence import end_of_day
from server.status.standards import place_of

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


def replay(
    review: ReviewRound, pack: Pack, known_on: date | None
) -> Sequence[Replayed]:
    """Every case of a round that was scored; `known_on` None takes what cases kept."""
    rows = rounds.cases_at(review.id)
    steps = rounds.live_steps([each.case.id for each in rows])
    scored = {
        each.household.id: (last, _last(steps[each.case.id], Step.DECIDED))
        for each in rows
        if (last := _last(steps.get(each.case.id, []), Step.SCORED)) is not None
    }
    known = _kept(scored) if known_on is None else _known(scored, known_on)
    found = []
    for household_id, (step, decision) in scored.items():
        golden = known.get(household_id)
        result = NOT_SCORED
        if golden is not None:
            kind = place_of(step.details["area_id"]).area_type
            made = assess(golden.household, golden.review_date, pack, kind)
            result = made.category.value if made.category else ""
        kept = step.details["assessments"].get(review.standard)
        found.append(
            Replayed(
                household_id,
                NOT_SCORED if kept is None else kept["category"] or "",
                decision.outcome if decision is not None else NOT_SCORED,
                result,
            )
        )
    return found


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


def _last(steps: Sequence[CaseStep], wanted: Step) -> CaseStep | None:
    taken = [each for each in steps if each.step == wanted.value and not each.is_skip]
    return taken[-1] if taken else None
