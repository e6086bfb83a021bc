"""What a registry gains by learning from its own judgements.

`python -m tests.bench.learning FOLDER` takes submissions with known truth that the model
has never seen. People are asked about pairs between the two thresholds, drawn by chance,
and err as often as `--error` says; a model is learned from their answers and from the
records. Old and new are then measured against the truth of every pair nobody was asked
about, and as households.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from server.domain.matching import boosting
from server.domain.matching.evaluation import quality
from server.domain.matching.frequencies import bits_of
from server.domain.matching.known import truth_of
from server.domain.matching.learning import fared, learn_from
from server.domain.matching.model import Model, load_model
from server.domain.matching.scoring import Prepared
from server.domain.matching.table import Array
from server.domain.matching.training import Labelled, bands_of
from server.domain.matching.whole import Registry, match, read
from server.domain.matching.words import Relations


@dataclass(frozen=True, slots=True)
class World:
    """Submissions whose households are known."""

    registry: Registry
    prepared: Prepared
    truth: Array

    def labelled(self, rows: Array, same: Array) -> Labelled:
        """Some pairs, with what is said of them."""
        left, right = self.registry.left[rows], self.registry.right[rows]
        return Labelled(self.prepared, left, right, same)


def main() -> int:
    """Learn from 50, 100, … answers and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--answers", type=int, nargs="+", default=[100, 300, 1000])
    parser.add_argument("--error", type=float, default=0.02)
    chosen = parser.parse_args()
    world, model = load(chosen.folder), load_model()
    every = np.arange(len(world.registry.left))
    same = world.truth[world.registry.left] == world.truth[world.registry.right]
    bands = bands_of(world.labelled(every, same), model.persons)
    bits = boosting.score(model.tables, model.prior, bands)
    doubtful = np.flatnonzero((bits > model.zones.propose) & (bits < model.zones.same))
    say(f"{len(world.truth):,} submissions, {len(doubtful):,} doubtful pairs")
    say("answers  learned  held out  tables  persons      loss old  new     right old  new"
        "     F1 old  new")  # fmt: skip
    f1 = households(world, model)
    for count in chosen.answers:
        random = np.random.default_rng(count)
        asked = random.permutation(doubtful)[:count]
        wrong = random.random(len(asked)) < chosen.error
        learned = learn_from(
            model,
            world.labelled(every, same),
            world.labelled(asked, same[asked] != wrong),
            name="candidate",
            origin={},
        )
        rest = np.setdiff1d(doubtful, asked)
        old = fared(model, bands[rest], same[rest].astype(float))
        seen = bands_of(world.labelled(rest, same[rest]), learned.model.persons)
        new = fared(learned.model, seen, same[rest].astype(float))
        told = learned.report
        say(f"{len(asked):>7}  {told['judgements']['learned']:>7}  "
            f"{told['judgements']['held_out']:>8}  {told['tables_added']:>6}  "
            f"{told['persons']:<9}  {old['loss']:>8.4f}  {new['loss']:.4f}  "
            f"{old['right'][0] / old['right'][1]:>8.4f}  "
            f"{new['right'][0] / new['right'][1]:.4f}  "
            f"{f1:>7.4f}  {households(world, learned.model):.4f}")  # fmt: skip
    return 0


def load(folder: Path) -> World:
    """Read what the generator wrote."""
    with (folder / "submissions.jsonl").open(encoding="utf-8") as lines:
        registry = read(lines, lambda *_: None)
    table = registry.table
    prepared = Prepared(table, Relations(table.words), bits_of(table))
    return World(registry, prepared, truth_of(table, folder / "truth.csv"))


def households(world: World, model: Model) -> float:
    """Pairwise F1 of the households a model finds."""
    found = match(model, world.registry, lambda *_: None)
    return quality(found.household, world.truth).f1


def say(line: str) -> None:
    """A line of the answer, as soon as it is known."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
