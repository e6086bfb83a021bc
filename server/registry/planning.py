"""Which household each record belongs to, and what becomes of the ids that got none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.domain.households.codes import Seed, assign_identities, fallback_identities
from server.domain.matching.clusters import cluster
from server.domain.matching.judgement import Judgement


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A household id without records of its own: where they went, and which of them the
    id once stood for. A seed is known to phones; a fallback is known only here."""

    into: str
    records: tuple[str, ...]
    is_seed: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """Every household with its records, and every id that was given up."""

    households: dict[str, tuple[str, ...]]
    given_up: dict[str, GivenUp]

    @property
    def placed(self) -> dict[str, str]:
        """The household of each record."""
        return {
            record_id: household_id
            for household_id, records in self.households.items()
            for record_id in records
        }

    def kept_by(self, household_id: str) -> str:
        """The household that an id means now."""
        gone = self.given_up.get(household_id)
        return gone.into if gone else household_id


def make_plan(seeds: Mapping[str, Seed], judgements: Sequence[Judgement]) -> Plan:
    """Place every record that has a seed here."""
    components = cluster(seeds, judgements).components
    identities = assign_identities(components, seeds)
    households = {
        str(identity): tuple(sorted(component))
        for component, identity in identities.by_component.items()
    }
    given_up = {}
    for seed, identity in identities.merged_into.items():
        records = [each for each in seeds if seeds[each].household_id == seed]
        given_up[str(seed)] = GivenUp(str(identity), tuple(sorted(records)), True)
    plan = Plan(households, given_up)
    for record_id, household_id in plan.placed.items():
        for fallback in map(str, fallback_identities(record_id)):
            if fallback not in households:
                gone = GivenUp(household_id, (record_id,), is_seed=False)
                given_up.setdefault(fallback, gone)
    return plan
