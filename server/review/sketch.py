"""Where two households were found, drawn without a map: nobody outside gets to know."""

from dataclasses import dataclass
from math import cos, radians

from server.domain.matching.side_by_side import metres_between
from server.domain.survey.record import Position

WIDTH, HEIGHT, EDGE = 320, 160, 34
METRES_A_DEGREE = 111_320
SMALLEST = 20  # metres across, so that two fixes of one house do not fill the picture


@dataclass(frozen=True, slots=True)
class Mark:
    """One household in the picture; `radius` is how far off the phone may have been."""

    letter: str
    x: int
    y: int
    radius: int


@dataclass(frozen=True, slots=True)
class Sketch:
    """Both households, north above; `scale` metres are `scale_width` long."""

    left: Mark
    right: Mark
    distance: int
    scale: int
    scale_width: int


def sketch_of(left: Position | None, right: Position | None) -> Sketch | None:
    """The picture; None when one of the two has no position."""
    if left is None or right is None:
        return None
    north = (left.latitude - right.latitude) * METRES_A_DEGREE
    east = (left.longitude - right.longitude) * METRES_A_DEGREE
    east *= cos(radians(left.latitude))
    across = max(abs(east) / (WIDTH - 2 * EDGE), abs(north) / (HEIGHT - 2 * EDGE))
    across = max(across, SMALLEST / (WIDTH - 2 * EDGE))  # metres for one unit
    scale = _round_length(across * WIDTH / 3)
    return Sketch(
        left=_mark("A", left, east / 2 / across, north / 2 / across, across),
        right=_mark("B", right, -east / 2 / across, -north / 2 / across, across),
        distance=metres_between(left, right),
        scale=scale,
        scale_width=round(scale / across),
    )


def _mark(letter: str, at: Position, east: float, north: float, across: float) -> Mark:
    radius = min((at.accuracy or 0) / across, HEIGHT / 2)
    return Mark(
        letter, round(WIDTH / 2 + east), round(HEIGHT / 2 - north), round(radius)
    )


def _round_length(metres: float) -> int:
    """The longest of 1, 2, 5, 10, 20, 50 ... that fits."""
    length = 1
    for step in (1, 2, 5):
        for power in range(7):
            if length < step * 10**power <= metres:
                length = step * 10**power
    return length
