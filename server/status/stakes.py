"""What is at stake for a household when somebody decides about it."""

from collections.abc import Collection

from server import clock
from server.domain.poverty.pack import PovertyCategory
from server.status import queries

# From nothing at stake to a status that a merge may put in doubt.
ASSESSED, RECOGNISED_NEAR_POOR, RECOGNISED_POOR = 1, 2, 3
_RECOGNISED = {
    PovertyCategory.POOR.value: RECOGNISED_POOR,
    PovertyCategory.NEAR_POOR.value: RECOGNISED_NEAR_POOR,
}


def stakes(household_ids: Collection[str]) -> dict[str, int]:
    """For each household: whether it is recognised poor or near-poor today, or assessed
    as such without being recognised; 0 when neither."""
    recognised = queries.statuses_on(household_ids, clock.today())
    assessed = queries.assessments_of(household_ids)
    found = {}
    for household_id in household_ids:
        held = [row.category for row in recognised.get(household_id, {}).values()]
        levels = [_RECOGNISED.get(category, 0) for category in held]
        if any(
            row.category in queries.LISTED for row in assessed.get(household_id, ())
        ):
            levels.append(ASSESSED)
        found[household_id] = max(levels, default=0)
    return found
