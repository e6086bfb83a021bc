"""`manage.py matching …`: match, measure and train on files, without a database."""

import argparse
import csv
import importlib.util
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from server.domain.matching import spark
from server.domain.matching.boosting import Settings
from server.domain.matching.catalogue import sentence_of, topic_of
from server.domain.matching.evaluation import quality
from server.domain.matching.features import Features
from server.domain.matching.frequencies import Counts
from server.domain.matching.known import labelled
from server.domain.matching.lines import features_of_line
from server.domain.matching.measuring import evaluated, measured, report_on
from server.domain.matching.model import SHIPPED, Model, load_model, save_model
from server.domain.matching.scoring import score
from server.domain.matching.training import train
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
    cluster.add_argument("--engine", choices=("here", "spark"), default="here")
    cluster.add_argument(
        "--master", default="local[*]", help="of Spark; blank: as spark-submit says"
    )
    cluster.add_argument("--work", help="folder for the stages of Spark")
    cluster.set_defaults(run=run_cluster)
    evaluate = commands.add_parser(
        "evaluate", help="measure clusters against the truth"
    )
    evaluate.add_argument("clusters", type=Path)
    evaluate.add_argument("truth", type=Path)
    evaluate.set_defaults(run=run_evaluate)
    learn = commands.add_parser("train", help="estimate a model from known truth")
    learn.add_argument("folders", type=Path, nargs="+", help="submissions and truth")
    learn.add_argument("--held-out", type=Path, nargs="+", required=True)
    learn.add_argument("--out", type=Path, required=True)
    learn.add_argument("--name", default="households-1")
    learn.add_argument("--date", default="", help="written into the model")
    learn.add_argument("--tables", type=int, default=150)
    learn.set_defaults(run=run_train)
    bench = commands.add_parser("bench", help="measure on submissions with known truth")
    bench.add_argument("folders", type=Path, nargs="+")
    bench.add_argument("--model", type=Path, default=SHIPPED)
    bench.add_argument(
        "--publish", action="store_true", help="write what is measured into the model"
    )
    bench.set_defaults(run=run_bench)
    chosen = parser.parse_args(arguments)
    result: int = chosen.run(chosen)
    return result


def run_cluster(chosen: argparse.Namespace) -> int:
    """Write one line for each submission: its id, its household, how sure that is."""
    started = time.monotonic()
    model = load_model(chosen.model)
    if chosen.explain:
        return explain_pair(chosen, model)
    if chosen.engine == "spark":
        return cluster_on_spark(chosen, model)
    with chosen.submissions.open(encoding="utf-8") as lines:
        registry = read(lines, show)
    table = registry.table
    matched = match(model, registry, show)
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


def cluster_on_spark(chosen: argparse.Namespace, model: Model) -> int:
    """The same on Apache Spark; its stages stay in `--work` when that is given."""
    if importlib.util.find_spec("pyspark") is None:
        say(spark.MISSING)
        return 1
    started = time.monotonic()
    session = spark.session(chosen.master)
    with tempfile.TemporaryDirectory() as folder:
        run = spark.Run(
            session, str(chosen.submissions), chosen.work or folder, model, show
        )
        found, summary = run.match()
        spark.write_csv(found, chosen.out)
    session.stop()
    say(f"{summary.records} submissions, {summary.households} households, "
        f"{summary.pairs} pairs scored, {time.monotonic() - started:.1f} s")  # fmt: skip
    return 0


def explain_pair(chosen: argparse.Namespace, model: Model) -> int:
    """Tell how the score of two submissions comes about."""
    found: dict[str, Features] = {}
    counts = Counts()
    with chosen.submissions.open(encoding="utf-8") as lines:
        for line in lines:
            record = features_of_line(json.loads(line))
            counts.add(record)
            if record.record_id in chosen.explain:
                found[record.record_id] = record
    if len(found) != len({*chosen.explain}):
        say("No such submission: " + ", ".join({*chosen.explain} - found.keys()))
        return 1
    one, other = (found[each] for each in chosen.explain)
    result = score(model, one, other, counts)
    start = float(model.probability(result.prior))
    say(f"{'':28}{'':>8}{result.prior:>8.1f} bits   {start:.4f}")
    for part in result.parts:
        say(f"{topic_of(part.evidence, chosen.language):28}{part.bits:>+8.1f}        "
            f"  {part.probability:.4f}  {sentence_of(part, chosen.language)}")  # fmt: skip
    verdict = "SAME" if result.bits > model.zones.link else "DIFFERENT"
    turning = ", ".join(topic_of(each, chosen.language) for each in result.flip)
    say(f"{verdict}: {result.bits:.1f} bits, {result.probability:.4f}; "
        f"turned by: {turning or '-'}")  # fmt: skip
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


def run_train(chosen: argparse.Namespace) -> int:
    """Learn from some folders, calibrate and choose thresholds on others."""
    data = [labelled(folder, show) for folder in chosen.folders]
    origin = {
        "date": chosen.date,
        "learned_on": [folder.name for folder in chosen.folders],
        "measured_on": [folder.name for folder in chosen.held_out],
        "pairs": sum(len(part.left) for part in data),
        "seed": 0,
    }
    settings = Settings(tables=chosen.tables)
    model = train(data, name=chosen.name, origin=origin, settings=settings)
    model = measured(model, chosen.held_out, show)
    save_model(model, chosen.out)
    say(f"{chosen.out}: {len(model.tables)} tables, zones {model.zones}")
    return 0


def run_bench(chosen: argparse.Namespace) -> int:
    """Print quality, zones, calibration and time for each folder."""
    model = load_model(chosen.model)
    if chosen.publish:
        save_model(evaluated(model, chosen.folders, show), chosen.model)
        return 0
    for folder in chosen.folders:
        for line in report_on(model, folder, show):
            say(line)
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
