"""What a score means in the registry at hand, told by how many pairs have it.

Pairs of strangers grow fewer with every bit by about the same factor, wherever people
were asked and however carelessly, and pairs of one household grow more by another
(`Slopes`, counted where the truth is known). How many there are of each is a matter of
the registry alone: who moves, how many bear one name, what is left out. So the number of
pairs at each score is taken apart into these two lines by expectation-maximisation; where
they cross, a pair is as likely one as the other. No label is looked at.
"""

from dataclasses import dataclass

import numpy as np

from server.domain.matching.table import Array

# Pairs are counted by half bits, from where everything that hangs together was compared
# to where hardly a stranger is left.
EDGES = np.arange(-5.0, 9.01, 0.5)
MIDDLES = EDGES[:-1] + 0.25
# With fewer pairs, what the model says everywhere is the better guess.
FEWEST = 300
# A registry asks for no more than so many bits beyond what is usual.
FURTHEST = 5.0
# Slopes that are counted in so few worlds are not known any better than this.
LEAST_DOUBT = 0.03


@dataclass(frozen=True, slots=True)
class Slopes:
    """By how many powers of two pairs of strangers and pairs of one household become
    more with a bit, and how far either may be off in a registry."""

    strangers: float
    families: float
    doubt: float


def counted(bits: Array, same: Array) -> tuple[float, float] | None:
    """Both slopes where it is known which pairs are one household; None when there are
    too few of either."""
    found = []
    for rows in (~same, same):
        pairs = np.histogram(bits[rows], EDGES)[0].astype(float)
        if pairs.sum() < FEWEST:
            return None
        found.append(_line(pairs, None)[1])
    return found[0], found[1]


def slopes_of(found: list[tuple[float, float]]) -> Slopes | None:
    """The slopes of several worlds as one, and how far they lie from each other."""
    if not found:
        return None
    both = np.array(found)
    doubt = max(float(both.std(axis=0).max()), LEAST_DOUBT)
    return Slopes(float(both[:, 0].mean()), float(both[:, 1].mean()), doubt)


def own_meaning(
    bits: Array, slopes: Slopes | None, usual: tuple[float, float]
) -> tuple[float, float]:
    """Slope and shift that make the scores of this registry log-odds; `usual` when it
    is too small to tell, or the model does not know how to."""
    pairs = np.histogram(bits, EDGES)[0].astype(float)
    if slopes is None or pairs.sum() < FEWEST:
        return usual
    belief = 1 / (1 + np.exp2(-np.clip(usual[0] * MIDDLES + usual[1], -40, 40)))
    known = (slopes.strangers, slopes.doubt), (slopes.families, slopes.doubt)
    slope, shift = usual
    for _ in range(300):
        strangers = _line(pairs * (1 - belief), known[0])
        families = _line(pairs * belief, known[1])
        slope, shift = families[1] - strangers[1], families[0] - strangers[0]
        before = belief
        belief = 1 / (1 + np.exp2(-np.clip(slope * MIDDLES + shift, -40, 40)))
        if np.abs(belief - before).max() < 1e-4:
            break
    if slope <= 0:
        return usual
    even, usually = -shift / slope, -usual[1] / usual[0]
    # Of two tellings without a label the more careful one is believed: where much is
    # left out, doubtful strangers look like families to the lines.
    even = float(np.clip(even, usually, usually + FURTHEST))
    return float(slope), float(-slope * even)


def _line(pairs: Array, known: tuple[float, float] | None) -> tuple[float, float]:
    """Level and slope, in powers of two, of counts that grow evenly with the score; of
    the slope it is `known` what it is elsewhere, and how far it may be from that."""
    level = float(np.log(max(pairs.mean(), 1e-9)))
    slope = known[0] * np.log(2) if known else 0.0
    for _ in range(30):
        expected = np.exp(np.clip(level + slope * MIDDLES, -40, 40))
        off, lean = pairs - expected, MIDDLES * expected
        pull, turn = off.sum(), (off * MIDDLES).sum()
        a, b, c = expected.sum(), lean.sum(), (lean * MIDDLES).sum()
        if known:
            tight = 1 / (known[1] * np.log(2)) ** 2
            turn -= (slope - known[0] * np.log(2)) * tight
            c += tight
        det = max(a * c - b * b, 1e-12)
        level += float(np.clip((c * pull - b * turn) / det, -1, 1))
        slope += float(np.clip((a * turn - b * pull) / det, -0.5, 0.5))
    return level / float(np.log(2)), slope / float(np.log(2))
