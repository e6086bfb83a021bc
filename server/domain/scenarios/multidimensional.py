"""H, A and M0 of a register, by households and by people, with each ward's part.

Who is measured answered every indicator. Others are counted apart, never as "lacks
nothing"; so are, among people, households of which nobody knows how many live there.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from server.domain.poverty.alkire_foster import AlkireFoster, by_area, measure
from server.domain.poverty.pack import Pack
from server.domain.scenarios.population import Population


@dataclass(frozen=True, slots=True)
class Part:
    """Some households: counted as such, and by the people who live in them."""

    households: AlkireFoster
    people: AlkireFoster
    without_size: int  # households that are measured and have no known number of people


@dataclass(frozen=True, slots=True)
class WardPart:
    """One ward's own measures, and its part of the whole M0 by people."""

    ward: int
    part: Part
    population_share: Fraction
    contribution: Fraction


@dataclass(frozen=True, slots=True)
class Multidimensional:
    """The measures of a register. Wards stand with the largest part of M0 first."""

    whole: Part
    wards: tuple[WardPart, ...]


def can_measure(pack: Pack) -> bool:
    """Whether a standard counts lacks at all: the one of 2011 looked at income only."""
    return bool(pack.deprivation_cut and pack.weights)


def measure_register(population: Population, pack: Pack) -> Multidimensional:
    """Measure every household by a standard's indicators, weights and cut.

    Raises ValueError for a standard that counts no lacks (`can_measure`).
    """
    cut = pack.deprivation_cut or 0
    verdicts, weights = population.columns.verdicts, pack.weights
    wards, sizes = population.wards, population.sizes
    unsized = (verdicts >= 0).all(axis=0) & (sizes == 0)
    whole = Part(
        measure(verdicts, weights, cut),
        measure(verdicts, weights, cut, sizes),
        int(np.count_nonzero(unsized)),
    )
    found = [
        WardPart(
            ward=people.area,
            part=Part(
                households.measures,
                people.measures,
                int(np.count_nonzero(unsized & (wards == people.area))),
            ),
            population_share=people.population_share,
            contribution=people.contribution,
        )
        for households, people in zip(
            by_area(verdicts, weights, cut, wards),
            by_area(verdicts, weights, cut, wards, sizes),
            strict=True,
        )
    ]
    found.sort(key=lambda each: (-each.contribution, each.ward))
    return Multidimensional(whole, tuple(found))
