"""Causes and needs of one standard in the words of a later one, for tables of trends.

Each list says which codes of the list before it its own replace. The mapping is ours, a
proposal; a table that uses it says so. Codes are never rewritten in the register: what a
household said stays what it said.
"""

from collections.abc import Iterable, Sequence

from server.domain.poverty.pack import Choice

Lists = Sequence[Sequence[Choice]]


def carried_over(codes: Iterable[str], lists: Lists) -> tuple[str, ...]:
    """Codes of the first list in the words of the last, each once, in its order.

    `lists` are those of standards that followed each other, oldest first. A code that a
    list does not take over stays as it is: it is shown under its old name, not lost.
    """
    found = list(codes)
    for choices in lists[1:]:
        goes_to = {code: each.code for each in choices for code in each.replaces}
        found = [goes_to.get(code, code) for code in found]
    order = {each.code: place for place, each in enumerate(lists[-1])}
    ranked = sorted(dict.fromkeys(found), key=lambda code: order.get(code, len(order)))
    return tuple(ranked)
