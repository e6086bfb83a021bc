"""`manage.py matching …`: match, measure and train on files, without a database."""

import argparse
import csv
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from server.domain.matching.evaluation import quality
from server.domain.matching.model import SHIPPED, load_model
from server.domain.matching.whole import match, membership, read


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="manage.py matching", description=__doc__)
    commands = parser.add_subparsers(required=True)
    cluster = commands.add_parser("cluster", help="find the households of submissions")
    cluster.add_argument("submissions", type=Path)
    cluster.add_argument("--out", type=Path, default=Path("clusters.csv"))
    cluster.add_argument("--model", type=Path, default=SHIPPED)
    cluster.add_argument("--explain", nargs=2, metavar=("A", "B"))
    cluster.add_argument("--language", choices=("vi", "en"), default="vi")
    cluster.set_defaults(run=run_cluster)
    evaluate = commands.add_parser(
        "evaluate", help="measure clusters against the truth"
    )
    evaluate.add_argument("clusters", type=Path)
    evaluate.add_argument("truth", type=Path)
    evaluate.set_defaults(run=run_evaluate)
    chosen = parser.parse_args(arguments)
    result: int = chosen.run(chosen)
    return result


def run_cluster(chosen: argparse.Namespace) -> int:
    """Write one line for each submission: its id, its household, how sure that is."""
    started = time.monotonic()
    model = load_model(chosen.model)
    with chosen.submissions.open(encoding="utf-8") as lines:
        table, keys, owners = read(lines, show)
    matched = match(model, table, keys, owners, show)
    chance = membership(matched, model)
    with chosen.out.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("submission_id", "cluster_id", "probability"))
        for record, first in enumerate(matched.household.tolist()):
            writer.writerow(
                (table.ids[record], table.ids[first], f"{chance[record]:.6f}")
            )
    say(f"{len(table)} submissions, {len(set(matched.household.tolist()))} households, "
        f"{len(matched.bits)} pairs kept, {time.monotonic() - started:.1f} s")  # fmt: skip
    return 0


def run_evaluate(chosen: argparse.Namespace) -> int:
    """Print precision, recall and F1 over pairs and B-cubed."""
    truth = dict(_columns(chosen.truth, "household_id"))
    found = dict(_columns(chosen.clusters, "cluster_id"))
    result = quality(
        [found.get(record, record) for record in truth],
        [truth[record] for record in truth],
    )
    say(f"pairs      P {result.precision:.4f}  R {result.recall:.4f}  F1 {result.f1:.4f}"
        f"  ({result.pairs} true pairs)")  # fmt: skip
    say(f"B-cubed    P {result.b3_precision:.4f}  R {result.b3_recall:.4f}  "
        f"F1 {result.b3:.4f}")  # fmt: skip
    return 0


def _columns(path: Path, wanted: str) -> Iterator[tuple[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield row["submission_id"], row[wanted]


def show(step: str, done: int, total: int) -> None:
    """Progress on one line, where there is a screen."""
    if sys.stderr.isatty():
        of = f" of {total:,}" if total else ""
        sys.stderr.write(f"\r\033[K{step} {done:,}{of}")


def say(text: str) -> None:
    """A line of the answer."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
