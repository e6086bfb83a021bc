"""H, A and M0 of a register, by households and by people, with the part of each ward
and residential group.

Who is measured answered every indicator. Others are counted apart, never as "lacks
nothing"; so are, among people, households of which nobody knows how many live there.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

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
class AreaPart:
    """The own measures of a ward or residential group, and its part of the whole M0 by
    people."""

    area: int
    part: Part
    population_share: Fraction
    contribution: Fraction


@dataclass(frozen=True, slots=True)
class Multidimensional:
    """The measures of a register. Areas stand with the largest part of M0 first."""

    whole: Part
    wards: tuple[AreaPart, ...]
    residential_groups: tuple[AreaPart, ...]


def can_measure(pack: Pack) -> bool:
    """Whether a standard counts lacks at all: the one of 2011 looked at income only."""
    return bool(pack.deprivation_cut and pack.weights)


def measure_register(
    population: Population, pack: Pack, *, by_group: bool = False
) -> Multidimensional:
    """Measure every household by a standard's indicators, weights and cut, by ward and,
    when asked, by residential group.

    Raises ValueError for a standard that counts no lacks (`can_measure`).
    """
    cut = pack.deprivation_cut or 0
    verdicts, weights = population.columns.verdicts, pack.weights
    return Multidimensional(
        Part(
            measure(verdicts, weights, cut),
            measure(verdicts, weights, cut, population.sizes),
            int(np.count_nonzero(_unsized(population))),
        ),
        _by_area(population, pack, population.wards),
        _by_area(population, pack, population.residential_groups) if by_group else (),
    )


def _by_area(
    population: Population, pack: Pack, areas: npt.NDArray[np.int32]
) -> tuple[AreaPart, ...]:
    cut, weights = pack.deprivation_cut or 0, pack.weights
    verdicts, unsized = population.columns.verdicts, _unsized(population)
    found = [
        AreaPart(
            area=people.area,
            part=Part(
                households.measures,
                people.measures,
                int(np.count_nonzero(unsized & (areas == people.area))),
            ),
            population_share=people.population_share,
            contribution=people.contribution,
        )
        for households, people in zip(
            by_area(verdicts, weights, cut, areas),
            by_area(verdicts, weights, cut, areas, population.sizes),
            strict=True,
        )
    ]
    found.sort(key=lambda each: (-each.contribution, each.area))
    return tuple(found)


def _unsized(population: Population) -> npt.NDArray[np.bool_]:
    """Households that are measured and of which nobody knows how many live there."""
    is_complete = (population.columns.verdicts >= 0).all(axis=0)
    unsized: npt.NDArray[np.bool_] = is_complete & (population.sizes == 0)
    return unsized
