"""What named programmes would cost. Every amount is somebody's, with its source; this
program knows none.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from server.domain.scenarios.result import CLASSES, Codes

UNITS = ("household", "person")


@dataclass(frozen=True, slots=True)
class Programme:
    """Who gets how much, as whoever made the scenario typed it in."""

    name: str
    amount: int  # VND, each time
    unit: str  # household or person
    times: int  # a year
    categories: tuple[str, ...]  # the classes that get it
    source: str


@dataclass(frozen=True, slots=True)
class Cost:
    """What a programme costs a year. Households whose number of people is not known
    are not in the amount when it is paid per person."""

    households: int
    people: int
    without_size: int
    amount: int


def cost_of(programme: Programme, codes: Codes, sizes: npt.NDArray[np.int32]) -> Cost:
    """What a programme costs a year with every household in a class."""
    classes = [CLASSES.index(each) for each in programme.categories]
    chosen = np.isin(codes, classes)
    counted = sizes[chosen]
    households, people = len(counted), int(counted.sum())
    units = households if programme.unit == "household" else people
    return Cost(
        households,
        people,
        int(np.count_nonzero(counted == 0)),
        units * programme.amount * programme.times,
    )
