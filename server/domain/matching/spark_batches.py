"""What each worker of Spark does with the rows it is given: read, score, link.

These are the same functions that run in one process; here they only meet batches of
columns. Nothing in this module knows Spark, and pandas only where a batch is made.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from server.domain.matching.features import Features, from_json, to_json
from server.domain.matching.frequencies import Counts, bits_from
from server.domain.matching.keys import keys_of
from server.domain.matching.lines import features_of_line
from server.domain.matching.linkage import households
from server.domain.matching.model import Model
from server.domain.matching.scoring import Prepared, score_many
from server.domain.matching.table import Array, phones_of, table_of
from server.domain.matching.whole import Matched, membership
from server.domain.matching.words import Relations

Frames = Iterable[Any]
# What stands before a name or phone, so that one count serves all three.
FULL, GIVEN, PHONE = "f:", "g:", "p:"


def read(frames: Frames) -> Iterator[Any]:
    """Lines of JSON become records: id, features, keys, and what is counted of them."""
    import pandas as pd

    for frame in frames:
        records = [
            features_of_line(json.loads(line))
            for line in frame["value"]
            if line.strip()
        ]
        yield pd.DataFrame(
            {
                "id": [record.record_id for record in records],
                "ward": [record.ward for record in records],
                "features": [to_json(record) for record in records],
                "keys": [[*keys_of(record)] for record in records],
                "items": [items_of(record) for record in records],
                "persons": [len(record.persons) for record in records],
            }
        )


def items_of(record: Features) -> list[str]:
    """The names and phones of a record, as often as they are to be counted."""
    items = []
    for person in record.persons:
        given = person.words[-1] if person.words else ""
        items += [FULL + " ".join(person.words), GIVEN + given]
    return items + [PHONE + phone for phone in phones_of(record)]


def counts_of(pairs: Iterable[tuple[str, int]], persons: int) -> Counts:
    """The counts of a registry, as far as a few records ask for them."""
    counts = Counts(persons=persons)
    of = {FULL: counts.full, GIVEN: counts.given, PHONE: counts.phones}
    for item, count in pairs:
        of[item[:2]][item[2:]] = int(count)
    return counts


@dataclass(slots=True)
class _Met:
    """The records of a batch, each once, and how often their names are borne."""

    rows: dict[int, int]
    records: list[Features]
    counted: dict[str, int]

    def add(self, numbers: Any, told: Any) -> Array:
        """The row of each of these records."""
        for number, text in zip(numbers, told, strict=True):
            if number not in self.rows:
                features, _, counts = text.partition("\n")
                self.rows[number] = len(self.records)
                self.records.append(from_json(features))
                self.counted.update(json.loads(counts))
        return np.array([self.rows[number] for number in numbers], np.int64)


def scorer(model: Model, persons: int) -> Callable[[Frames], Iterator[Any]]:
    """Pairs with the features of both sides become pairs with their bits."""

    def score(frames: Frames) -> Iterator[Any]:
        import pandas as pd

        for frame in frames:
            met = _Met({}, [], {})
            sides = [
                met.add(frame[side], frame[f"{side}_told"])
                for side in ("left", "right")
            ]
            counts = counts_of(met.counted.items(), persons)
            table = table_of(met.records)
            prepared = Prepared(
                table, Relations(table.words), bits_from(met.records, counts)
            )
            yield pd.DataFrame(
                {
                    "left": frame["left"],
                    "right": frame["right"],
                    "bits": score_many(model, prepared, *sides),
                }
            )

    return score


def linker(link: float, meaning: tuple[float, float]) -> Callable[[Any], Any]:
    """Pairs of whole components become the household of each record, and how sure that
    is."""

    def find(frame: Any) -> Any:
        import pandas as pd

        numbers, places = np.unique(
            np.concatenate([frame["left"], frame["right"]]), return_inverse=True
        )
        left, right = places[: len(frame)], places[len(frame) :]
        bits = frame["bits"].to_numpy()
        label = households(len(numbers), left, right, bits, threshold=link)
        matched = Matched(left, right, bits, label, link, meaning)
        return pd.DataFrame(
            {
                "number": numbers,
                "household": numbers[label],
                "probability": membership(matched),
            }
        )

    return find
