"""Matching measured on submissions whose households are known.

`python -m tests.bench.matching --generator vnhouse.py --plot docs/images/matching.svg`
makes worlds with seeds the model has never seen, in a temporary folder: the two presets,
both written down by another province (`tests.bench.elsewhere`), upland communes of a
generator of their own, careful and careless (`tests.bench.uplands`), and the first with
one kind of evidence taken away at a time. It prints quality, zones and calibration of each
with the processor time, and fails below what is promised. `--splink` names the Python
of an environment with Splink (`tests.bench.splink_peer`), which then does the first
world too.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from server.domain.matching.evaluation import quality
from server.domain.matching.measuring import calibration, quality_of, run
from server.domain.matching.model import load_model
from server.domain.matching.table import Array
from server.domain.matching.whole import Matched
from tests.bench import uplands
from tests.bench.elsewhere import elsewhere
from tests.bench.matching_plot import Curves, plot

# Who writes a world down.
HOME, ELSEWHERE, UPLANDS = range(3)
# Name, what is added to the seed, preset, share of the households, who writes it down or what is changed about the
# preset, and the F1 below which this fails.
WORLDS = (
    ("field", 0, "field", 1.0, HOME, 0.998),
    ("harsh", 1, "harsh", 1.0, HOME, 0.984),
    ("elsewhere, field", 10, "field", 0.5, ELSEWHERE, 0.997),
    ("elsewhere, harsh", 11, "harsh", 0.5, ELSEWHERE, 0.978),
    ("uplands, careful", 20, "field", 0.24, UPLANDS, 0.995),
    ("uplands, careless", 21, "harsh", 0.24, UPLANDS, 0.97),
    ("no positions", 4, "field", 0.2, ("gps_missing=1.0",), 0.99),
    ("no phones", 5, "field", 0.2, ("e_ph_missing=1.0", "e_ph_member=0.0"), 0.99),
    ("no numbers", 6, "field", 0.2, ("id_missing_adult=1.0", "id_missing_head=1.0", "id_missing_child=1.0"), 0.98),
    ("years only", 7, "field", 0.2, ("e_dob_yearonly=1.0",), 0.98),
    ("twice as many typing errors", 8, "field", 0.2, ("e_tok_typo=0.011", "e_tok_telex=0.0044", "e_id_digit=0.024"), 0.99),
)  # fmt: skip
DRAWN = 6


def main() -> int:
    """Measure every world and draw what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--generator", type=Path, required=True)
    parser.add_argument("--households", type=int, default=52_000)
    parser.add_argument("--seed", type=int, default=921)
    parser.add_argument("--worlds", type=int, default=len(WORLDS))
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--splink", type=Path)
    chosen = parser.parse_args()
    model, drawn, short = load_model(), [], []
    for number, (name, seed, preset, share, how, least) in enumerate(
        WORLDS[: chosen.worlds]
    ):
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            count = round(chosen.households * share)
            make(chosen.generator, count, preset, chosen.seed + seed, how, place)
            before = processor()
            registry, matched, truth = run(model, place, lambda *_: None)
            spent = processor() - before
            say(f"{name}: {len(truth):,} submissions, {spent:.0f} s of processor")
            for line in quality_of(model, registry, matched, truth):
                say(line)
            if quality(matched.household, truth).f1 < least:
                short.append(f"{name}: F1 below {least}")
            if number < DRAWN:
                points = calibration(matched, truth)
                drawn.append(Curves(name, points, trade(matched, truth)))
            if chosen.splink and not number:
                environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
                command = [str(chosen.splink), "-m", "tests.bench.splink_peer"]
                subprocess.run([*command, str(place)], check=True, env=environment)
    say(f"{peak():,.0f} MB at most")
    if chosen.plot:
        chosen.plot.write_text(plot(drawn), encoding="utf-8")
    for line in short:
        say(line)
    return bool(short)


def make(
    generator: Path, households: int, preset: str, seed: int,
    how: int | tuple[str, ...], place: Path,
) -> None:  # fmt: skip
    """Have one world written; `how` says by whom, or what is changed about the preset."""
    if how == ELSEWHERE:
        made = elsewhere(generator)
        made.write(str(place), households, preset, seed, quiet=True)
        return
    if how == UPLANDS:
        uplands.write(place, households, seed, careless=preset == "harsh")
        return
    command = [sys.executable, str(generator), "--households", str(households)]
    command += ["--preset", preset, "--seed", str(seed), "--out", str(place)]
    for change in how if isinstance(how, tuple) else ():
        command += ["--set", change]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def trade(matched: Matched, truth: Array) -> list[tuple[float, float]]:
    """Recall and precision over compared pairs, from every threshold of half a bit."""
    same = truth[matched.left] == truth[matched.right]
    _, sizes = np.unique(truth, return_counts=True)
    wanted = int((sizes * (sizes - 1) // 2).sum())
    found = []
    for least in np.arange(-4.0, 14.0, 0.5):
        above = matched.bits > least
        right = int(same[above].sum())
        found.append((right / max(wanted, 1), right / max(int(above.sum()), 1)))
    return found


def processor() -> float:
    """Processor time of this process and of those it started, user and system."""
    used = [
        resource.getrusage(who)
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    ]
    return sum(each.ru_utime + each.ru_stime for each in used)


def peak() -> float:
    """Most memory in MB: this process, and twice the largest of its workers, although
    they share most of theirs with it."""
    own, children = (
        resource.getrusage(who).ru_maxrss / 1024
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own + 2 * children


def say(text: str) -> None:
    """A line of the answer."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
