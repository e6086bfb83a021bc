"""What a model reaches on submissions whose households are known."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from server.domain.matching.adapting import curve, own_link
from server.domain.matching.evaluation import Quality, quality
from server.domain.matching.files import opened
from server.domain.matching.known import truth_of
from server.domain.matching.meaning import Slopes, counted, slopes_of
from server.domain.matching.model import Model, Zones
from server.domain.matching.pricing import Spread
from server.domain.matching.table import Array
from server.domain.matching.training import calibrate
from server.domain.matching.whole import (
    Matched,
    Registry,
    Report,
    chances,
    match,
    read,
)
from server.domain.matching.zones import best_link, choose, price, sure_from
from server.domain.problems import Problem, Refused

# Reviewers who err, as the founders' benchmark asks for.
ERRING = 0.02


def measured(model: Model, folders: Sequence[Path], report: Report) -> Model:
    """The model with calibration and zones measured on data it has not seen.

    Thresholds come from the first folder, calibration from all of them, each seen from
    where it cuts its own clusters. Raises Refused where all pairs are one household, or
    none.
    """
    runs = []
    for folder in folders:
        _, matched, truth = run(model, folder, report)
        runs.append((matched, truth))
    kinds = {bool(k) for m, t in runs for k in np.unique(t[m.left] == t[m.right])}
    if len(kinds) < 2:
        raise Refused(Problem("matching_pairs_one_kind"))
    cut = Zones(0.0, 0.0, best_link(*runs[0]), doubt(runs))
    slope, shift = calibrate(
        np.concatenate([m.bits - own_cut(m, cut) + cut.link for m, _ in runs]),
        np.concatenate([truth[m.left] == truth[m.right] for m, truth in runs]),
    )
    calibrated = replace(model, calibration=(slope, shift))
    zones = choose(*runs[0], least=sure_from(calibrated))
    named = [(folder.name, *run) for folder, run in zip(folders, runs, strict=True)]
    return replace(
        calibrated,
        zones=replace(zones, doubt=cut.doubt),
        slopes=slopes(runs),
        origin={**model.origin, "evaluation": evaluation(named)},
    )


def own_cut(matched: Matched, zones: Zones) -> float:
    """Where a registry would be cut with these zones."""
    return own_link(matched.left, matched.right, matched.bits, zones)


def evaluated(model: Model, folders: Sequence[Path], report: Report) -> Model:
    """The same model, with what it reaches on known truth written into its origin, and
    how a registry tells from its own pairs what bits mean."""
    runs = [run(model, folder, report)[1:] for folder in folders]
    named = [(folder.name, *run) for folder, run in zip(folders, runs, strict=True)]
    return replace(
        model,
        slopes=slopes(runs) or model.slopes,
        origin={**model.origin, "evaluation": evaluation(named)},
    )


def slopes(runs: Sequence[tuple[Matched, Array]]) -> Slopes | None:
    """How pairs become fewer and more with every bit, where the truth is known; None
    when that is known of too few pairs."""
    every = [counted(m.bits, truth[m.left] == truth[m.right]) for m, truth in runs]
    return slopes_of([found for found in every if found])


def evaluation(runs: Sequence[tuple[str, Matched, Array]]) -> list[dict[str, Any]]:
    """How many pairs lie at each score and how many of them are one household: what is
    published with a model, so that any threshold has its measured precision."""
    found = []
    for name, matched, truth in runs:
        spread = Spread()
        spread.add(matched.bits, truth[matched.left] == truth[matched.right])
        found.append({"data": name, "submissions": len(truth), **spread.to_json()})
    return found


def doubt(runs: Sequence[tuple[Matched, Array]]) -> float:
    """The share of implied pairs, as a registry sees it by itself, where it is best
    cut; 0 when none of them can tell."""
    found = []
    for matched, truth in runs:
        line = curve(matched.left, matched.right, matched.bits)
        if line is not None:
            found.append(line[0] * best_link(matched, truth) + line[1])
    return float(1 / (1 + 2 ** -np.mean(found))) if found else 0.0


def report_on(model: Model, folder: Path, report: Report) -> Iterator[str]:
    """Lines of text about one folder."""
    started = time.perf_counter()
    done = run(model, folder, report)
    took = time.perf_counter() - started
    yield f"{folder.name}: {len(done[2]):,} submissions, {took:.1f} s"
    yield from quality_of(model, *done)


def quality_of(
    model: Model, registry: Registry, matched: Matched, truth: Array
) -> Iterator[str]:
    """Lines of text about what was matched."""
    count = len(truth)
    found = (truth[registry.left] == truth[registry.right]).sum()
    overall = quality(matched.household, truth)
    yield (
        f"  blocking   recall {found / max(overall.pairs, 1):.4f}, "
        f"{len(registry.left) / max(count, 1):.1f} candidates per record"
    )
    yield f"  clusters   {_said(overall)}, cut at {matched.link:.1f} bits"
    for error in (0.0, ERRING):
        cost = price(matched, truth, model.zones, error=error)
        if not error:
            yield f"  automatic  {_said(cost.automatic)}"
        yield (
            f"  reviewed   {_said(cost.final)}, {cost.questions:.1f} questions "
            f"per 1,000, {error:.0%} of answers wrong"
        )
    yield from _calibration(matched, truth)


def run(model: Model, folder: Path, report: Report) -> tuple[Registry, Matched, Array]:
    """Match a folder of which the truth is known."""
    with opened(folder / "submissions.jsonl") as lines:
        registry = read(lines, report)
    matched = match(model, registry, report)
    return registry, matched, truth_of(registry.table, folder / "truth.csv")


def calibration(matched: Matched, truth: Array) -> list[tuple[float, float, int]]:
    """For each tenth of the probability scale: what was said, what was true, how many."""
    chance = chances(matched)
    same = truth[matched.left] == truth[matched.right]
    tenth = np.minimum((chance * 10).astype(int), 9)
    return [
        (float(chance[rows].mean()), float(same[rows].mean()), int(rows.sum()))
        for step in range(10)
        if (rows := tenth == step).any()
    ]


def _calibration(matched: Matched, truth: Array) -> Iterator[str]:
    for said, true, pairs in calibration(matched, truth):
        yield f"  said {said:.3f}  true {true:.3f}  {pairs:,} pairs"


def _said(found: Quality) -> str:
    return (
        f"P {found.precision:.4f} R {found.recall:.4f} F1 {found.f1:.4f} "
        f"B3 {found.b3:.4f}"
    )
