"""`manage.py matching …`: match, measure and train on files, without a database.

What cannot be done is said in the language of `--language`, with the line of the file
and what to do next; the exit status is then 1.
"""

import argparse
import csv
import importlib.util
import shlex
import sys
import tempfile
import time
from pathlib import Path

from server.domain.matching import spark
from server.domain.matching.boosting import Settings
from server.domain.matching.evaluation import quality
from server.domain.matching.features import Features
from server.domain.matching.files import columns, model_at, must_be_writable, opened
from server.domain.matching.frequencies import Counts
from server.domain.matching.known import described, labelled
from server.domain.matching.lines import read_line
from server.domain.matching.measuring import evaluated, measured, report_on
from server.domain.matching.model import SHIPPED, Model, save_model
from server.domain.matching.stages import stages
from server.domain.matching.training import train
from server.domain.matching.whole import match, membership, read
from server.domain.problems import Problem, Refused


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says."""
    chosen = _parser().parse_args(arguments)
    try:
        result: int = chosen.run(chosen)
    except Refused as refused:
        clear()
        for problem in refused.problems:
            sys.stderr.write(problem.sentence(chosen.language) + "\n")
        return 1
    return result


def _parser() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--language", choices=("vi", "en"), default="vi")
    parser = argparse.ArgumentParser(prog="manage.py matching", description=__doc__)
    commands = parser.add_subparsers(required=True)
    cluster = commands.add_parser(
        "cluster", parents=[shared], help="find the households of submissions"
    )
    cluster.add_argument("submissions", type=Path)
    cluster.add_argument("--out", type=Path, default=Path("clusters.csv"))
    cluster.add_argument("--model", type=Path, default=SHIPPED)
    cluster.add_argument("--explain", nargs=2, metavar=("A", "B"))
    cluster.add_argument("--engine", choices=("here", "spark"), default="here")
    cluster.add_argument(
        "--master", default="local[*]", help="of Spark; blank: as spark-submit says"
    )
    cluster.add_argument("--work", help="folder for the stages of Spark")
    cluster.set_defaults(run=run_cluster)
    evaluate = commands.add_parser(
        "evaluate", parents=[shared], help="measure clusters against the truth"
    )
    evaluate.add_argument("clusters", type=Path)
    evaluate.add_argument("truth", type=Path)
    evaluate.set_defaults(run=run_evaluate)
    learn = commands.add_parser(
        "train", parents=[shared], help="estimate a model from known truth"
    )
    learn.add_argument("folders", type=Path, nargs="+", help="submissions and truth")
    learn.add_argument("--held-out", type=Path, nargs="+", required=True)
    learn.add_argument("--out", type=Path, required=True)
    learn.add_argument("--name", default="households")
    learn.add_argument("--date", default="", help="written into the model")
    learn.add_argument("--tables", type=int, default=260, help="how many are learned")
    learn.add_argument("--rate", type=float, default=0.1, help="weight of each table")
    learn.add_argument("--ridge", type=float, default=20.0, help="doubt of few pairs")
    learn.set_defaults(run=run_train)
    bench = commands.add_parser(
        "bench", parents=[shared], help="measure on submissions with known truth"
    )
    bench.add_argument("folders", type=Path, nargs="+")
    bench.add_argument("--model", type=Path, default=SHIPPED)
    bench.add_argument(
        "--publish", action="store_true", help="write what is measured into the model"
    )
    bench.set_defaults(run=run_bench)
    return parser


def run_cluster(chosen: argparse.Namespace) -> int:
    """Write one line for each submission: its id, its household, how sure that is."""
    started = time.monotonic()
    model = model_at(chosen.model)
    if chosen.explain:
        return explain_pair(chosen, model)
    must_be_writable(chosen.out)
    if chosen.engine == "spark":
        return cluster_on_spark(chosen, model)
    with opened(chosen.submissions) as lines:
        registry = read(lines, show)
    table = registry.table
    matched = match(model, registry, show)
    chance = membership(matched)
    with chosen.out.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("submission_id", "cluster_id", "probability"))
        for record, first in enumerate(matched.household.tolist()):
            writer.writerow(
                (table.ids[record], table.ids[first], f"{chance[record]:.6f}")
            )
    households = len(set(matched.household.tolist()))
    took = time.monotonic() - started
    say({
        "vi": f"{chosen.out}: {len(table)} phiếu, {households} hộ, {took:.1f} giây",
        "en": f"{chosen.out}: {len(table)} submissions, {households} households, {took:.1f} s",
    }[chosen.language])  # fmt: skip
    return 0


def cluster_on_spark(chosen: argparse.Namespace, model: Model) -> int:
    """The same on Apache Spark; its stages stay in `--work` when that is given."""
    if importlib.util.find_spec("pyspark") is None:
        raise Refused(Problem("matching_spark_missing"))
    started = time.monotonic()
    session = spark.session(chosen.master)
    with tempfile.TemporaryDirectory() as folder:
        run = spark.Run(
            session, str(chosen.submissions), chosen.work or folder, model, show
        )
        found, summary = run.match()
        spark.write_csv(found, chosen.out)
    session.stop()
    took = time.monotonic() - started
    say({
        "vi": f"{chosen.out}: {summary.records} phiếu, {summary.households} hộ, {summary.pairs} cặp đã so, {took:.1f} giây",
        "en": f"{chosen.out}: {summary.records} submissions, {summary.households} households, "
              f"{summary.pairs} pairs scored, {took:.1f} s",
    }[chosen.language])  # fmt: skip
    return 0


def explain_pair(chosen: argparse.Namespace, model: Model) -> int:
    """Tell how the score of two submissions comes about."""
    found: dict[str, Features] = {}
    counts = Counts()
    with opened(chosen.submissions) as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            record = read_line(number, line)
            if isinstance(record, Problem):
                raise Refused(record)
            counts.add(record)
            if record.record_id in chosen.explain:
                found[record.record_id] = record
            if number % 1000 == 0:
                show("read", number, 0)
    for wanted in chosen.explain:
        if wanted not in found:
            values = {"value": wanted}
            raise Refused(Problem("matching_submission_unknown", values=values))
    one, other = (found[each] for each in chosen.explain)
    for text in stages(model, one, other, counts, chosen.language):
        say(text)
    return 0


def run_evaluate(chosen: argparse.Namespace) -> int:
    """Print precision, recall and F1 over pairs and B-cubed."""
    truth = columns(chosen.truth, "household_id")
    found = columns(chosen.clusters, "cluster_id")
    result = quality(
        # One that no cluster names counts as alone, and cannot meet a real cluster.
        [f"={found[r]}" if r in found else f"!{r}" for r in truth],
        [*truth.values()],
    )
    missing = len(truth.keys() - found.keys())
    say(f"pairs      P {result.precision:.4f}  R {result.recall:.4f}  F1 {result.f1:.4f}"
        f"  ({result.pairs} true pairs)")  # fmt: skip
    say(f"B-cubed    P {result.b3_precision:.4f}  R {result.b3_recall:.4f}  "
        f"F1 {result.b3:.4f}")  # fmt: skip
    if missing:
        say({
            "vi": f"{missing} phiếu của {chosen.truth} không có trong {chosen.clusters}; mỗi phiếu tính là một hộ.",
            "en": f"{missing} submissions of {chosen.truth} are not in {chosen.clusters}; each counts as a household.",
        }[chosen.language])  # fmt: skip
    return 0


def run_train(chosen: argparse.Namespace) -> int:
    """Learn from some folders, calibrate and choose thresholds on others.

    The same files and the same command give the same model, byte for byte: it names
    both, and no time of day.
    """
    must_be_writable(chosen.out)
    for name in ("tables", "rate", "ridge"):
        if getattr(chosen, name) <= 0:
            values = {"field": f"--{name}", "value": getattr(chosen, name)}
            raise Refused(Problem("matching_number_too_small", values=values))
    learned = [described(folder) for folder in chosen.folders]
    measured_on = [described(folder) for folder in chosen.held_out]
    data = [labelled(folder, show) for folder in chosen.folders]
    origin = {
        "date": chosen.date,
        "command": _command(chosen),
        "learned_on": learned,
        "persons_learned_on": learned[0]["folder"],
        "measured_on": measured_on,
        "pairs": sum(len(part.left) for part in data),
        "seed": 0,
    }
    settings = Settings(tables=chosen.tables, rate=chosen.rate, ridge=chosen.ridge)
    model = train(data, name=chosen.name, origin=origin, settings=settings)
    model = measured(model, chosen.held_out, show)
    save_model(model, chosen.out)
    zones, out = model.zones, chosen.out
    say({
        "vi": f"{out}: {len(model.tables)} bảng; tự gộp từ {zones.same:g} bit, hỏi từ {zones.propose:g} bit",
        "en": f"{out}: {len(model.tables)} tables; joins alone from {zones.same:g} bits, asks from {zones.propose:g} bits",
    }[chosen.language])  # fmt: skip
    return 0


def _command(chosen: argparse.Namespace) -> str:
    """How this model is made again, in the folder where its worlds lie."""
    folders, held = (
        [folder.absolute().name for folder in each]
        for each in (chosen.folders, chosen.held_out)
    )
    return shlex.join([
        "matching", "train", *folders, "--held-out", *held, "--out", chosen.out.name, "--name", chosen.name,
        "--date", chosen.date, "--tables", str(chosen.tables), "--rate", str(chosen.rate), "--ridge", str(chosen.ridge),
    ])  # fmt: skip


def run_bench(chosen: argparse.Namespace) -> int:
    """Print quality, zones, calibration and time for each folder."""
    model = model_at(chosen.model)
    if chosen.publish:
        must_be_writable(chosen.model)
        save_model(evaluated(model, chosen.folders, show), chosen.model)
        say({
            "vi": f"{chosen.model}: đã ghi kết quả đo trên {len(chosen.folders)} thư mục",
            "en": f"{chosen.model}: what {len(chosen.folders)} folders measured is written into it",
        }[chosen.language])  # fmt: skip
        return 0
    for folder in chosen.folders:
        for line in report_on(model, folder, show):
            say(line)
    return 0


def clear() -> None:
    """Take the line of progress away, where there is a screen."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")


def show(step: str, done: int, total: int) -> None:
    """Progress on one line, where there is a screen."""
    if sys.stderr.isatty():
        of = f" of {total:,}" if total else ""
        sys.stderr.write(f"\r\033[K{step} {done:,}{of}")


def say(text: str) -> None:
    """A line of the answer."""
    clear()
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
