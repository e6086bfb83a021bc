"""How well two people agree, beyond what chance alone would make them agree."""

from collections import Counter
from collections.abc import Sequence


def kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa of what two people said about the same things: 1 is full agreement,
    0 what chance gives. None for nothing, and where chance leaves nothing to disagree
    on: everybody always said the same one word."""
    if not pairs:
        return None
    total = len(pairs)
    seen = sum(one == other for one, other in pairs) / total
    first = Counter(one for one, _other in pairs)
    second = Counter(other for _one, other in pairs)
    by_chance = sum(first[each] * second[each] for each in first) / total**2
    if by_chance == 1:
        return None
    return (seen - by_chance) / (1 - by_chance)
