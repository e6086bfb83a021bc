"""The Alkire-Foster measures of multidimensional poverty: H, A and M0.

Source: S. Alkire and J. Foster, "Counting and multidimensional poverty measurement",
Journal of Public Economics 95 (2011), pages 476 to 487. Definitions, for a population
of n people, indicators j with weights w_j that add up to W, and a cut k:

- A person is *multidimensionally poor* when the weights of what the person's household
  lacks add up to k or more (the second cut; the first is the threshold of an indicator).
- *H*, the headcount ratio (incidence): the share of the n people who are poor.
- *A*, the intensity: of the poor, the average share of W that they lack.
- *M0*, the adjusted headcount ratio: H times A. Equivalently the sum over indicators of
  w_j / W times the *censored headcount ratio* of j: the share of the n people who are
  poor and lack j.

These say how many lack much, whatever their income; the poor of a standard are chosen
by income as well, so H is not the rate of poor households and is never shown as such.

Households of which an indicator is not known are left out, and their people counted as
left out: M0 needs every indicator. Everything is counted in whole numbers and returned
as fractions, so that decompositions add up exactly.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class IndicatorShare:
    """One indicator's part in M0, by its place in the pack."""

    place: int
    lacking: int  # people who lack it, poor or not
    lacking_poor: int  # people who are poor and lack it
    uncensored: Fraction  # share of the people who lack it
    censored: Fraction  # share of the people who are poor and lack it
    contribution: Fraction  # its part of M0; the parts add up to one, or are all zero


@dataclass(frozen=True, slots=True)
class AlkireFoster:
    """H, A and M0 of a population, with what each indicator contributes."""

    people: int  # those in complete households
    poor: int
    left_out: int  # people of households with an unknown indicator
    headcount: Fraction  # H
    intensity: Fraction  # A; zero when nobody is poor
    adjusted: Fraction  # M0
    indicators: tuple[IndicatorShare, ...]


@dataclass(frozen=True, slots=True)
class AreaShare:
    """One area's own measures and its part in the whole M0."""

    area: int
    measures: AlkireFoster
    population_share: Fraction
    contribution: Fraction  # population share times its M0, as a part of M0


def measure(
    verdicts: npt.NDArray[np.int8],
    weights: Sequence[int],
    cut: int,
    sizes: Whole | None = None,
) -> AlkireFoster:
    """H, A and M0 of households.

    `verdicts` as in `columns.Columns`: indicators x households, 1 lacks, 0 does not, -1
    unknown. `sizes` are the members of each household; without them households are
    counted instead of people. Raises ValueError for a cut that nobody could reach.
    """
    if not 0 < cut <= sum(weights):
        raise ValueError(f"a cut of {cut} with weights of {sum(weights)}")
    counted = np.ones(verdicts.shape[1], np.int64) if sizes is None else sizes
    is_whole = (verdicts >= 0).all(axis=0)
    lacks = verdicts[:, is_whole] == 1
    people = counted[is_whole].astype(np.int64)
    scores = np.asarray(weights, np.int64) @ lacks
    is_poor = scores >= cut
    total, poor = int(people.sum()), int(people[is_poor].sum())
    lacking_poor = lacks[:, is_poor] @ people[is_poor]
    lost = int((scores[is_poor] * people[is_poor]).sum())
    most = sum(weights)
    adjusted = _share(lost, total * most)
    return AlkireFoster(
        people=total,
        poor=poor,
        left_out=int(counted.sum()) - total,
        headcount=_share(poor, total),
        intensity=_share(lost, poor * most),
        adjusted=adjusted,
        indicators=tuple(
            IndicatorShare(
                place=place,
                lacking=int(people[lacks[place]].sum()),
                lacking_poor=int(lacking_poor[place]),
                uncensored=_share(int(people[lacks[place]].sum()), total),
                censored=_share(int(lacking_poor[place]), total),
                contribution=_share(weight * int(lacking_poor[place]), lost),
            )
            for place, weight in enumerate(weights)
        ),
    )


def by_area(
    verdicts: npt.NDArray[np.int8],
    weights: Sequence[int],
    cut: int,
    areas: Whole,
    sizes: Whole | None = None,
) -> tuple[AreaShare, ...]:
    """The measures of each area and its part in the M0 of all of them together.

    M0 is the average of the areas' own, weighted by their people; so the contributions
    add up to one, or are all zero when nobody is poor.
    """
    whole = measure(verdicts, weights, cut, sizes)
    order = np.argsort(areas, kind="stable")
    names, starts = np.unique(areas[order], return_index=True)
    found = []
    ends = [*starts[1:], len(order)][: len(names)]
    for area, start, end in zip(names, starts, ends, strict=True):
        chosen = order[start:end]
        own_sizes = None if sizes is None else sizes[chosen]
        own = measure(verdicts[:, chosen], weights, cut, own_sizes)
        share = _share(own.people, whole.people)
        part = share * own.adjusted / whole.adjusted if whole.adjusted else Fraction(0)
        found.append(AreaShare(int(area), own, share, part))
    return tuple(found)


def _share(part: int, whole: int) -> Fraction:
    """A part of the whole; of nobody nothing."""
    return Fraction(part, whole) if whole else Fraction(0)
