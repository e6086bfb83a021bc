"""Whether two survey records describe one household.

Only three things are certain enough for the machine to decide alone: one survey is an
edited version of the other, the phone said which household it visited and somebody
there is the same person, or the heads bear one identity number and look alike. Everything else that deserves a look is proposed to a
person. The refused alternative is a rule on address or phone alone: father and son at
one address, and neighbours who share a phone, are different households.
"""

from dataclasses import dataclass
from enum import StrEnum

from server.domain.matching.comparisons import (
    COMPARISONS,
    Evidence,
    find_head,
    fits,
    same_people,
)
from server.domain.people.birth_dates import BirthAgreement
from server.domain.people.names import NameAgreement
from server.domain.survey.record import Household

MODEL = "rules-1"
PROPOSE_FROM = 0.6
# Set by hand on the examples of the tests, not fitted to data. What matters is what
# reaches PROPOSE_FROM: a name with an exact birth date does, a name with a year needs
# an address, a phone or a person beside it, and address with phone never do alone.
WEIGHTS = {
    ("head_number", "same"): 0.6,
    ("head_number", "near"): 0.3,
    ("head_number", "different"): -0.5,
    ("head_name", "equal"): 0.35,
    ("head_name", "toneless_equal"): 0.3,
    ("head_name", "near"): 0.15,
    ("head_name", "different"): -0.2,
    ("head_birth", "exact"): 0.3,
    ("head_birth", "same_year"): 0.2,
    ("head_birth", "swapped"): 0.15,
    ("head_birth", "near_year"): 0.05,
    ("head_birth", "different"): -0.25,
    ("head_sex", "different"): -0.3,
    ("shared_members", "one"): 0.3,
    ("shared_members", "several"): 0.65,
    ("address", "same_house"): 0.2,
    ("address", "same_lane"): 0.1,
    ("address", "different"): -0.05,
    ("phone", "same"): 0.15,
}


class Decision(StrEnum):
    """What follows from a comparison: a judgement, a proposal, or nothing."""

    SAME = "same"
    PROPOSE = "propose"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The decision with everything it rests on; `score` orders proposals, 0 to 1."""

    decision: Decision
    score: float
    evidence: tuple[Evidence, ...]


def compare(
    left: Household,
    right: Household,
    *,
    is_same_entity: bool = False,
    is_edit: bool = False,
) -> Comparison:
    """Compare two households; the sides carry no meaning for the decision.

    `is_same_entity` says that both submissions name one household of the phone's list,
    `is_edit` that one of them replaces the other.
    """
    seen = [found for look in COMPARISONS if (found := look(left, right))]
    levels = {evidence.code: evidence.level for evidence in seen}
    if is_same_entity:
        seen.insert(0, Evidence("entity", "same", "", ""))
    score = sum(WEIGHTS.get((code, level), 0.0) for code, level in levels.items())
    score = round(min(max(score, 0.0), 1.0), 3)
    if is_edit:
        seen.insert(0, Evidence("edit", "same", "", ""))
        decision = Decision.SAME
    else:
        decision = _decide(left, right, levels, score, is_same_entity)
    if decision is Decision.SAME:
        score = 1.0
    elif decision is Decision.PROPOSE:
        score = max(score, PROPOSE_FROM)
    return Comparison(decision, score, tuple(seen))


def _decide(
    left: Household,
    right: Household,
    levels: dict[str, str],
    score: float,
    is_same_entity: bool,
) -> Decision:
    if is_same_entity:
        sure = _entity_is_confirmed(left, right, levels)
        return Decision.SAME if sure else Decision.PROPOSE
    if levels.get("head_number") == "same":
        return Decision.SAME if _heads_fit(levels) else Decision.PROPOSE
    several = levels.get("shared_members") == "several"
    if score >= PROPOSE_FROM or several or _head_may_have_moved(levels):
        return Decision.PROPOSE
    return Decision.NONE


def _head_may_have_moved(levels: dict[str, str]) -> bool:
    """A head listed as a member elsewhere: a split, or a new head after a death.

    That the two heads differ is then no evidence against it. A name and a year alone
    would bring up every namesake of the ward, so something else has to agree.
    """
    if "head_elsewhere" not in levels:
        return False
    return (
        levels["head_elsewhere"] == "by_number"
        or levels.get("address") in ("same_house", "same_lane")
        or bool(levels.keys() & {"phone", "shared_members"})
    )


def _entity_is_confirmed(
    left: Household, right: Household, levels: dict[str, str]
) -> bool:
    """The phone named the household; is there anybody to confirm or to contradict it?

    A record that only confirms last year's answers has nobody to compare, and nothing
    to contradict. A new head is no contradiction while someone else stayed.
    """
    if find_head(left) is None or find_head(right) is None:
        return True
    if same_people(left.members, right.members):
        return True
    contradicted = levels.get("head_number") == "different" or (
        levels.get("head_birth") == "different"
    )
    return _name(levels) >= NameAgreement.NEAR and not contradicted


def _heads_fit(levels: dict[str, str]) -> bool:
    return fits(_name(levels), _birth(levels))


def _name(levels: dict[str, str]) -> NameAgreement:
    return NameAgreement[levels.get("head_name", "missing").upper()]


def _birth(levels: dict[str, str]) -> BirthAgreement:
    return BirthAgreement[levels.get("head_birth", "missing").upper()]
