"""Matching measured on submissions whose households are known.

`python -m tests.bench.matching --generator vnhouse.py --plot docs/images/matching.svg`
makes data with seeds the model has never seen, in a temporary folder: the two presets,
and the first of them with one kind of evidence taken away at a time. It prints quality,
zones and calibration of each, and the time and memory of the whole.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from server.domain.matching.known import truth_of
from server.domain.matching.measuring import calibration, report_on
from server.domain.matching.model import load_model
from server.domain.matching.whole import match, read

# Name, preset, share of the households, what is changed about the preset.
WORLDS = (
    ("field", "field", 1.0, ()),
    ("harsh", "harsh", 1.0, ()),
    ("no positions", "field", 0.2, ("gps_missing=1.0",)),
    ("no phones", "field", 0.2, ("e_ph_missing=1.0", "e_ph_member=0.0")),
    ("no numbers", "field", 0.2, ("id_missing_adult=1.0", "id_missing_head=1.0", "id_missing_child=1.0")),
    ("years only", "field", 0.2, ("e_dob_yearonly=1.0",)),
    ("twice as many typing errors", "field", 0.2, ("e_tok_typo=0.011", "e_tok_telex=0.0044", "e_id_digit=0.024")),
)  # fmt: skip
WIDTH, EDGE = 360, 40


def main() -> int:
    """Measure every world and draw how well probabilities are kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--generator", type=Path, required=True)
    parser.add_argument("--households", type=int, default=52_000)
    parser.add_argument("--seed", type=int, default=921)
    parser.add_argument("--plot", type=Path)
    chosen = parser.parse_args()
    drawn: dict[str, list[tuple[float, float, int]]] = {}
    for number, (name, preset, share, changes) in enumerate(WORLDS):
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder) / name.replace(" ", "-")
            make(chosen.generator, round(chosen.households * share), preset,
                 chosen.seed + number, changes, place)  # fmt: skip
            time.perf_counter()
            for _line in report_on(load_model(), place, lambda *_: None):
                pass
            if name == preset:
                drawn[name] = points(place)
    sum(
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    if chosen.plot:
        chosen.plot.write_text(plot(drawn), encoding="utf-8")
    return 0


def make(
    generator: Path, households: int, preset: str, seed: int,
    changes: tuple[str, ...], place: Path,
) -> None:  # fmt: skip
    """Have the generator write one world."""
    command = [sys.executable, str(generator), "--households", str(households)]
    command += ["--preset", preset, "--seed", str(seed), "--out", str(place)]
    for change in changes:
        command += ["--set", change]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def points(place: Path) -> list[tuple[float, float, int]]:
    """What the model said and what was true, by tenths."""
    model = load_model()
    with (place / "submissions.jsonl").open(encoding="utf-8") as lines:
        registry = read(lines, lambda *_: None)
    matched = match(model, registry, lambda *_: None)
    truth = np.asarray(truth_of(registry.table, place / "truth.csv"))
    return calibration(model, matched, truth)


def plot(drawn: dict[str, list[tuple[float, float, int]]]) -> str:
    """Said against true, as a picture; on the diagonal a probability is kept."""
    inner = WIDTH - 2 * EDGE

    def at(x: float, y: float) -> tuple[float, float]:
        return EDGE + x * inner, WIDTH - EDGE - y * inner

    shapes = [
        f'<rect x="{EDGE}" y="{EDGE}" width="{inner}" height="{inner}" fill="none" stroke="#999"/>',
        f'<line x1="{EDGE}" y1="{WIDTH - EDGE}" x2="{WIDTH - EDGE}" y2="{EDGE}" stroke="#ccc"/>',
        f'<text x="{WIDTH / 2}" y="{WIDTH - 10}" text-anchor="middle">probability said</text>',
        (
            f'<text x="14" y="{WIDTH / 2}" text-anchor="middle" '
            f'transform="rotate(-90 14 {WIDTH / 2})">share that was true</text>'
        ),
    ]
    for (name, found), colour in zip(
        drawn.items(), ("#0b5cad", "#c2410c"), strict=False
    ):
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(s, t) for s, t, _ in found))
        shapes.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
        )
        for said, true, _ in found:
            x, y = at(said, true)
            shapes.append(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>'
            )
        line = EDGE + 18 + 18 * [*drawn].index(name)
        shapes.append(f'<text x="{EDGE + 10}" y="{line}" fill="{colour}">{name}</text>')
    body = "\n".join(shapes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {WIDTH}" '
        f'font-family="sans-serif" font-size="13">\n<rect width="{WIDTH}" '
        f'height="{WIDTH}" fill="#fff"/>\n{body}\n</svg>\n'
    )


if __name__ == "__main__":
    sys.exit(main())
