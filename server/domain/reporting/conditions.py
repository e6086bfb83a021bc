"""Whether a household belongs into a cell: yes, no, or not known.

The words are those of `where` in `official_tables.yaml`, and of rows.
"""

from collections.abc import Callable, Mapping
from typing import Any

from server.domain.people.ethnic_groups import UNKNOWN
from server.domain.poverty.transitions import Transition
from server.domain.reporting.facts import Child, Facts
from server.domain.reporting.register import Listed

Verdict = bool | None


def listed_matches(
    listed: Listed, move: Transition | None, where: Mapping[str, Any]
) -> bool:
    """What can be told from the lists alone."""
    category = where.get("category")
    if category is not None and listed.category != category:
        return False
    wanted = where.get("transition")
    return wanted is None or (move is not None and move.value in wanted)


def sub_matches(listed: Listed, where: Mapping[str, Any]) -> Verdict:
    """Whether it is of the sub-type; of a status recorded without one nobody knows."""
    wanted = where.get("sub")
    if wanted is None:
        return True
    return None if listed.sub is None else listed.sub == wanted


def facts_match(facts: Facts | None, where: Mapping[str, Any]) -> Verdict:
    """What the answers decide; without any answers nothing of it is known."""
    found: Verdict = True
    for name, wanted in where.items():
        test = _TESTS.get(name)
        if test is None:
            continue
        said = test(facts, wanted)
        if said is False:
            return False
        if said is None:
            found = None
    return found


def children_matching(facts: Facts | None, where: Mapping[str, Any]) -> int | None:
    """How many children are meant; None when that is not known of all of them."""
    if facts is None or facts.children is None:
        return None
    wanted = where.get("child")
    if wanted is None:
        return len(facts.children)
    said = [_of_child(each, wanted) for each in facts.children]
    return None if None in said else sum(map(bool, said))


def _of_child(child: Child, wanted: str) -> Verdict:
    found: Verdict = getattr(child, wanted)
    return found


def _lacks(facts: Facts | None, indicator: str) -> Verdict:
    return facts.lacks.get(indicator) if facts else None


def _group(facts: Facts | None, group: str) -> Verdict:
    return facts.groups.get(group) if facts else None


def _agricultural(facts: Facts | None, wanted: bool) -> Verdict:
    if facts is None or facts.is_agricultural is None:
        return None
    return facts.is_agricultural is wanted


def _ethnicity(facts: Facts | None, code: str) -> Verdict:
    """The row of those whose group nobody knows is a row like any other."""
    known = facts.ethnicity if facts and facts.ethnicity else UNKNOWN
    return known == code


def _chosen(name: str) -> Callable[[Facts | None, str], Verdict]:
    """One choice of a question with several; "" is the row of those not asked."""

    def test(facts: Facts | None, code: str) -> Verdict:
        said: tuple[str, ...] | None = getattr(facts, name) if facts else None
        if code == NOT_ASKED:
            return said is None
        if code == NONE_OF_THEM:
            return said == ()
        return None if said is None else code in said

    return test


NOT_ASKED, NONE_OF_THEM = "not_asked", "none"
_TESTS: dict[str, Callable[[Facts | None, Any], Verdict]] = {
    "lacks": _lacks,
    "group": _group,
    "is_agricultural": _agricultural,
    "ethnicity": _ethnicity,
    "cause": _chosen("causes"),
    "needs": _chosen("needs"),
    "received": _chosen("received"),
}
