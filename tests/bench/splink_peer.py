"""The same file of submissions through Splink 4 on DuckDB, as a peer to compare with.

`python -m tests.bench.splink_peer folder` needs an environment of its own with
`splink<5`, duckdb, pandas, pyyaml and rapidfuzz; the product never needs it. Our own
reading prepares the records, so that names, numbers and addresses are as well normalised
as ours. Heads of household are compared, with the overlap of the people beside them;
the threshold is the best one against the truth, which is more than a user would know.
"""

import argparse
import json
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from server.domain.matching.features import DAY, Features
from server.domain.matching.files import columns, opened
from server.domain.matching.lines import features_of_line

RULES = (
    ("number",), ("phone",), ("name", "year"), ("given", "born"), ("name", "ward"),
    ("given", "year", "ward"), ("door", "street"),
)  # fmt: skip


def main() -> int:
    """Prepare, train, predict, cluster; print time, memory and quality."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    chosen = parser.parse_args()
    clock = Clock()
    with opened(chosen.folder / "submissions.jsonl") as lines:
        rows = [row_of(features_of_line(json.loads(line))) for line in lines]
    clock.tell("prepared")
    linker = trained(rows)
    clock.tell("trained")
    pairs = linker.inference.predict(threshold_match_weight=-5)
    clock.tell("predicted")
    truth = columns(chosen.folder / "truth.csv", "household_id")
    best = max(clustered(linker, pairs, truth))
    clock.tell("clustered")
    say(
        f"best at weight {best[1]}: F1 {best[0]:.4f} P {best[2]:.4f} R {best[3]:.4f} "
        f"B3 {best[4]:.4f}"
    )
    return 0


class Clock:
    """Wall and processor time since the last step, and the most memory so far."""

    def __init__(self) -> None:
        self.wall, self.spent = time.perf_counter(), time.process_time()

    def tell(self, step: str) -> None:
        wall, spent = time.perf_counter(), time.process_time()
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        say(
            f"{step}: {wall - self.wall:.1f} s, {spent - self.spent:.1f} s of processor, {most:,.0f} MB at most"
        )
        self.wall, self.spent = wall, spent


def row_of(record: Features) -> dict[str, Any]:
    """A head of household as Splink wants it; what is not known is None."""
    persons = record.persons
    head = persons[0] if persons else None
    day = (
        f"{head.year}-{head.month}-{head.day}"
        if head and head.precision == DAY
        else None
    )
    return {
        "unique_id": record.record_id,
        "name": " ".join(head.words) or None if head else None,
        "given": head.words[-1] if head and head.words else None,
        "born": day,
        "year": head.year or None if head else None,
        "number": (head.personal or head.card or None) if head else None,
        "phone": record.phones[0] if record.phones else None,
        "ward": record.ward or None,
        "group_code": record.group or None,
        "door": "/".join(record.numbers) or None,
        "street": ".".join(record.street) or None,
        "people": [f"{p.words[-1]}{p.year}" for p in persons if p.words],
    }


def trained(rows: list[dict[str, Any]]) -> Any:
    """A linker with u from chance pairs and m by expectation-maximisation."""
    import pandas as pd
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    settings = SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in RULES],
        comparisons=[
            cl.JaroWinklerAtThresholds("name", [0.95, 0.88]).configure(
                term_frequency_adjustments=True
            ),
            cl.LevenshteinAtThresholds("born", 1),
            cl.ExactMatch("year"),
            cl.LevenshteinAtThresholds("number", 1),
            cl.ExactMatch("phone").configure(term_frequency_adjustments=True),
            cl.ExactMatch("ward"),
            cl.ExactMatch("group_code"),
            cl.ExactMatch("door"),
            cl.ExactMatch("street"),
            cl.ArrayIntersectAtSizes("people", [4, 3, 2, 1]),
        ],
    )
    linker = Linker(pd.DataFrame(rows), settings, DuckDBAPI())
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block_on("number"), block_on("name", "born")], recall=0.6
    )
    training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    training.estimate_parameters_using_expectation_maximisation(block_on("number"))
    training.estimate_parameters_using_expectation_maximisation(
        block_on("name", "ward")
    )
    return linker


def clustered(
    linker: Any, pairs: Any, truth: dict[str, str]
) -> Iterator[tuple[float, int, float, float, float]]:
    """F1, threshold, precision and recall over pairs, and B-cubed, at each of some
    thresholds."""
    from server.domain.matching.evaluation import quality

    for weight in (8, 12, 16, 20, 24):
        found = linker.clustering.cluster_pairwise_predictions_at_threshold(
            pairs, threshold_match_weight=weight
        ).as_pandas_dataframe()
        home = dict(zip(found.unique_id, found.cluster_id, strict=True))
        result = quality([home[r] for r in truth], [*truth.values()])
        yield result.f1, weight, result.precision, result.recall, result.b3


def say(text: str) -> None:
    """A line of the answer."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
