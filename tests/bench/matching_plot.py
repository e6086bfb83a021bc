"""Two pictures of matching in one file: are probabilities kept, and what precision costs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SIDE, EDGE = 360, 48
COLOURS = ("#0b5cad", "#c2410c", "#15803d", "#7e22ce", "#0f766e", "#be123c")
DASHES = ("", "", "5 3", "5 3", "2 2", "2 2")
# The corner of the plane in which the curves lie.
RECALL, PRECISION = (0.85, 1.0), (0.95, 1.0)


@dataclass(frozen=True, slots=True)
class Curves:
    """What was found in one world: probability said, share that was true, how many
    pairs; and recall with precision by threshold."""

    name: str
    calibration: Sequence[tuple[float, float, int]]
    trade: Sequence[tuple[float, float]]


def plot(drawn: Sequence[Curves]) -> str:
    """The picture as SVG."""
    shapes = [
        *_frame(0, "probability said", "share that was true", (0.0, 1.0), (0.0, 1.0)),
        *_frame(SIDE, "recall over pairs", "precision over pairs", RECALL, PRECISION),
        _line([(0, 0), (1, 1)], 0, (0.0, 1.0), (0.0, 1.0), "#bbb", "3 3"),
    ]
    for number, world in enumerate(drawn):
        colour, dash = COLOURS[number], DASHES[number]
        kept = [(said, true) for said, true, _ in world.calibration]
        shapes.append(_line(kept, 0, (0.0, 1.0), (0.0, 1.0), colour, dash))
        inside = [
            (r, p) for r, p in world.trade if r >= RECALL[0] and p >= PRECISION[0]
        ]
        shapes.append(_line(inside, SIDE, RECALL, PRECISION, colour, dash))
        shapes.append(
            f'<text x="{EDGE + 10}" y="{EDGE + 18 + 17 * number}" fill="{colour}">'
            f"{world.name}</text>"
        )
    body = "\n".join(shapes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * SIDE} {SIDE}" '
        f'font-family="sans-serif" font-size="12">\n'
        f'<rect width="{2 * SIDE}" height="{SIDE}" fill="#fff"/>\n{body}\n</svg>\n'
    )


def _frame(
    begin: int, below: str, beside: str, x: tuple[float, float], y: tuple[float, float]
) -> Iterator[str]:
    inner = SIDE - 2 * EDGE
    yield (
        f'<rect x="{begin + EDGE}" y="{EDGE}" width="{inner}" height="{inner}" '
        'fill="none" stroke="#999"/>'
    )
    middle = begin + SIDE / 2
    yield f'<text x="{middle}" y="{SIDE - 8}" text-anchor="middle">{below}</text>'
    yield (
        f'<text x="{begin + 12}" y="{SIDE / 2}" text-anchor="middle" '
        f'transform="rotate(-90 {begin + 12} {SIDE / 2})">{beside}</text>'
    )
    for step in range(6):
        across, up = x[0] + (x[1] - x[0]) * step / 5, y[0] + (y[1] - y[0]) * step / 5
        at = EDGE + inner * step / 5
        yield (
            f'<text x="{begin + at}" y="{SIDE - EDGE + 15}" text-anchor="middle" '
            f'fill="#555">{across:.2f}</text>'
        )
        yield (
            f'<text x="{begin + EDGE - 4}" y="{SIDE - at + 4}" text-anchor="end" '
            f'fill="#555">{up:.2f}</text>'
        )


def _line(
    points: Sequence[tuple[float, float]], begin: int, x: tuple[float, float],
    y: tuple[float, float], colour: str, dash: str,
) -> str:  # fmt: skip
    inner = SIDE - 2 * EDGE
    path = " ".join(
        f"{begin + EDGE + inner * (a - x[0]) / (x[1] - x[0]):.1f},"
        f"{SIDE - EDGE - inner * (b - y[0]) / (y[1] - y[0]):.1f}"
        for a, b in points
    )
    return (
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2" '
        f'stroke-dasharray="{dash}"/>'
    )
