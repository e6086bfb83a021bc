"""Which decisions need two people: what is hard to put right for a family."""

from collections.abc import Collection

from server.review.tables import MergeProposal
from server.review.weighing import stakes_of

# Points, and from how many on two people have to say the same.
TWO_WARDS, TWO_PEOPLE_FROM = 60, 60
# By what is at stake on one side and not on the other (`server.review.weighing`).
_POINTS = {3: 60, 2: 40}


def risks(proposals: Collection[MergeProposal]) -> dict[int, int]:
    """How much may go wrong when the two of each pair are joined: a recognised status
    on one side only, or two wards that both count the family."""
    sides = {
        side
        for row in proposals
        for side in (row.left_household_id, row.right_household_id)
    }
    stakes = {each: row.stake for each, row in stakes_of(sides).items()}
    found = {}
    for row in proposals:
        left = stakes.get(row.left_household_id, 0)
        right = stakes.get(row.right_household_id, 0)
        points = _POINTS.get(max(left, right), 0) if left != right else 0
        if row.left_area_id != row.right_area_id:
            points += TWO_WARDS
        found[row.id] = points
    return found


def needs_two_people(proposal: MergeProposal) -> bool:
    """Whether two people have to say that the two are one household."""
    return risks([proposal])[proposal.id] >= TWO_PEOPLE_FROM
