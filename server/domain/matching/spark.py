"""Matching more than one machine holds: the same model, on Apache Spark.

Spark does what is about many machines: it reads, joins what shares a key, brings both
records of a pair together and keeps what hangs together in one place. Reading, scoring
and linking are the functions that run everywhere else (`spark_batches`), so a pair has
the same score here to the last bit.

Each stage is written to a folder and read back. A run that was killed goes on after its
last whole stage, and no stage holds more than it reads. What is written there tells of
people: the folder belongs on a disk that is as safe as the registry's own.
"""

import csv
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from server.domain.matching import spark_batches as batches
from server.domain.matching.adapting import own_link
from server.domain.matching.keys import COMMON
from server.domain.matching.linkage import WEAK, components
from server.domain.matching.model import Model
from server.domain.matching.whole import Report, meaning_here

ROOT = Path(__file__).resolve().parents[3]
RECORD = (
    "id string, ward string, features string, keys array<string>, "
    "items array<string>, persons int"
)
PAIR = "left long, right long, bits double"
PLACED = "number long, household long, probability double"
# Arrow hands this many pairs to a worker at once; each record of them is read once.
BATCH = 60_000
# A record of nobody asks for no counts and is compared all the same.
NOTHING = "map() :: map<string, bigint>"
# Components of up to so many records are compared whole, as on one machine.
COMPARED_WHOLE = (3, 40)


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run found: records, pairs that were scored, and households."""

    records: int
    pairs: int
    households: int
    link: float


def session(master: str, memory: str = "4g") -> Any:
    """A session of Spark; without a `master`, the one that `spark-submit` began, with
    its settings."""
    from pyspark.sql import SparkSession

    settings = {
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.sql.execution.arrow.maxRecordsPerBatch": str(BATCH),
    }
    if master:
        settings |= {
            "spark.master": master,
            "spark.driver.memory": memory,
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.executorEnv.PYTHONPATH": str(ROOT),
        }
    if master.startswith("local"):
        settings["spark.sql.shuffle.partitions"] = "16"
    builder = SparkSession.builder.appName("matching")
    for name, value in settings.items():
        builder = builder.config(name, value)
    found = builder.getOrCreate()
    if master.startswith("local"):
        # Workers on this machine have the libraries that we have.
        found.sparkContext.pythonExec = sys.executable
    found.sparkContext.setLogLevel("ERROR")
    return found


class Run:
    """One matching of one source, stage by stage, in a folder of its own."""

    def __init__(
        self, spark: Any, source: str, work: str, model: Model, report: Report
    ) -> None:
        self.spark, self.source, self.work = spark, source, work.rstrip("/")
        self.model, self.report = model, report
        self.done = 0

    def match(self) -> tuple[Any, Summary]:
        """The household of each record, as a table of Spark."""
        records = self.records()
        counted = self.stage("counted", lambda: self.counted(records))
        persons = int(records.groupBy().sum("persons").collect()[0][0] or 0)
        pairs = self.stage("pairs", lambda: pairs_of_keys(records))
        scored = self.stage("scored", lambda: self.score(pairs, counted, persons))
        labels = self.stage("labels", lambda: self.labels(scored))
        more = self.stage(
            "more", lambda: self.score(missing_pairs(labels, pairs), counted, persons)
        )
        inside = self.stage("inside", lambda: inside_pairs(scored.union(more), labels))
        link, meaning = self.link(inside)
        placed = self.stage("placed", lambda: self.placed(inside, link, meaning))
        found = self.stage("households", lambda: named(records, placed))
        total, distinct = found.selectExpr(
            "count(*)", "count(distinct cluster_id)"
        ).collect()[0]
        summary = Summary(total, scored.count() + more.count(), distinct, link)
        return found, summary

    def stage(self, name: str, make: Callable[[], Any]) -> Any:
        """What a stage gives, made once: a whole one that is there already is read."""
        place = f"{self.work}/{name}"
        self.done += 1
        self.report(f"spark: {name}", self.done, len(STAGES))
        if not self._is_whole(place):
            make().write.mode("overwrite").parquet(place)
        return self.spark.read.parquet(place)

    def _is_whole(self, place: str) -> bool:
        jvm = self.spark._jvm  # noqa: SLF001 - Spark tells of files nowhere else
        path = jvm.org.apache.hadoop.fs.Path(f"{place}/_SUCCESS")
        settings = self.spark._jsparkSession.sessionState().newHadoopConf()  # noqa: SLF001
        return bool(path.getFileSystem(settings).exists(path))

    def records(self) -> Any:
        """Every record once, with a number of its own."""
        from pyspark.sql import functions as f

        return self.stage(
            "records",
            lambda: (
                self.spark.read.text(self.source)
                .mapInPandas(batches.read, RECORD)
                .withColumn("number", f.monotonically_increasing_id())
            ),
        )

    def counted(self, records: Any) -> Any:
        """Each record with how often its names and phones are borne in the registry."""
        from pyspark.sql import functions as f

        every = records.select(f.explode("items").alias("item"))
        counts = every.groupBy("item").agg(f.count("*").alias("count"))
        asked = records.select(
            "number", f.explode(f.array_distinct("items")).alias("item")
        )
        pair = f.struct(f.col("item"), f.col("count"))
        of_record = (
            asked.join(counts, "item")
            .groupBy("number")
            .agg(f.map_from_entries(f.collect_list(pair)).alias("counts"))
        )
        told = f.to_json(f.coalesce("counts", f.expr(NOTHING)))
        return records.join(of_record, "number", "left").select(
            "number", "ward", f.concat_ws("\n", "features", told).alias("told")
        )

    def score(self, pairs: Any, counted: Any, persons: int) -> Any:
        """Pairs with their bits. Both records of a pair are brought to one place; pairs
        of one ward stand together, so that a batch reads each record but once."""
        left, right = (
            counted.selectExpr(f"number AS {side}", f"told AS {side}_told", "ward")
            for side in ("left", "right")
        )
        both = pairs.join(right.drop("ward"), "right").join(left, "left")
        placed = both.repartition("ward").sortWithinPartitions("ward", "left")
        return placed.drop("ward").mapInPandas(
            batches.scorer(self.model, persons), PAIR
        )

    def labels(self, scored: Any) -> Any:
        """What each record hangs together with at all. This is done in one place, in
        two dozen bytes for each pair that is not plainly different."""
        strong = scored.filter(f"bits > {WEAK}").select("left", "right").toPandas()
        numbers, places = np.unique(
            np.concatenate([strong["left"], strong["right"]]), return_inverse=True
        )
        half = len(strong)
        label = components(len(numbers), places[:half], places[half:])
        rows = {"number": numbers.astype(np.int64), "label": numbers[label]}
        return frame_of(self.spark, rows, "number long, label long")

    def link(self, inside: Any) -> tuple[float, tuple[float, float]]:
        """Where this registry is cut and what bits mean here, told by its own pairs."""
        rows = inside.select("left", "right", "bits").toPandas()
        left, right, bits = (rows[name].to_numpy() for name in rows.columns)
        link = own_link(left, right, bits, self.model.zones)
        return link, meaning_here(bits, link, self.model)

    def placed(self, inside: Any, link: float, meaning: tuple[float, float]) -> Any:
        """The household of each record that hangs together with another. Components
        stay whole; many of them share a group, because a group has a price of its own."""
        parts = int(self.spark.conf.get("spark.sql.shuffle.partitions")) * 4
        return inside.groupBy((inside["label"] % parts).alias("part")).applyInPandas(
            batches.linker(link, meaning), PLACED
        )


STAGES = (
    "records", "counted", "pairs", "scored", "labels", "more", "inside", "placed",
    "households",
)  # fmt: skip


def pairs_of_keys(records: Any, common: int = COMMON) -> Any:
    """The pairs that share a key no more than `common` records have, each once."""
    from pyspark.sql import functions as f

    keyed = records.select("number", f.explode("keys").alias("text"))
    keyed = keyed.select("number", f.xxhash64("text").alias("key"))
    sizes = keyed.groupBy("key").agg(f.count("*").alias("size"))
    kept = sizes.filter((f.col("size") > 1) & (f.col("size") <= common)).select("key")
    keyed = keyed.join(kept, "key")
    one = keyed.withColumnRenamed("number", "left")
    other = keyed.withColumnRenamed("number", "right")
    return (
        one.join(other, "key").filter("left < right").select("left", "right").distinct()
    )


def missing_pairs(labels: Any, pairs: Any) -> Any:
    """The pairs within smaller components that share no key."""
    from pyspark.sql import functions as f

    least, most = COMPARED_WHOLE
    sizes = labels.groupBy("label").agg(f.count("*").alias("size"))
    small = sizes.filter(f.col("size").between(least, most)).select("label")
    inside = labels.join(small, "label")
    one = inside.withColumnRenamed("number", "left")
    other = inside.withColumnRenamed("number", "right")
    every = one.join(other, "label").filter("left < right").select("left", "right")
    return every.join(pairs, ["left", "right"], "left_anti")


def inside_pairs(scored: Any, labels: Any) -> Any:
    """The pairs whose records hang together, with what they hang together in."""
    one = labels.selectExpr("number AS left", "label")
    other = labels.selectExpr("number AS right", "label")
    return scored.join(one, "left").join(other, ["right", "label"])


def named(records: Any, placed: Any) -> Any:
    """Every record with its household, by their ids; one alone is its own."""
    from pyspark.sql import functions as f

    own = records.selectExpr("number", "id AS submission_id")
    ids = records.selectExpr("number AS household", "id AS cluster_id")
    found = own.join(placed, "number", "left").withColumn(
        "household", f.coalesce("household", "number")
    )
    return found.join(ids, "household").select(
        "number",
        "submission_id",
        "cluster_id",
        f.coalesce("probability", f.lit(1.0)).alias("probability"),
    )


def frame_of(spark: Any, columns: dict[str, Any], schema: str) -> Any:
    """Columns of one place as a table of Spark."""
    import pandas as pd

    return spark.createDataFrame(pd.DataFrame(columns), schema)


def write_csv(found: Any, out: Path) -> None:
    """One line for each submission, in the order of the source; a part at a time."""
    with out.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("submission_id", "cluster_id", "probability"))
        for row in found.orderBy("number").toLocalIterator():
            writer.writerow((row[1], row[2], f"{row[3]:.6f}"))
