"""Submissions whose households are known: for training and for measuring."""

import json
from hashlib import file_digest
from pathlib import Path
from typing import Any

import numpy as np

from server.domain.matching.files import columns, opened
from server.domain.matching.frequencies import bits_of
from server.domain.matching.scoring import Prepared
from server.domain.matching.table import Array, Table
from server.domain.matching.training import Labelled
from server.domain.matching.whole import Report, read
from server.domain.matching.words import Relations
from server.domain.problems import Problem, Refused


def truth_of(table: Table, path: Path) -> Array:
    """The number of the true household of every record of a table."""
    known = columns(path, "household_id")
    for record in table.ids:
        if record not in known:
            values = {"value": record}
            raise Refused(Problem("matching_truth_missing", str(path), values))
    return np.unique([known[record] for record in table.ids], return_inverse=True)[1]


def labelled(folder: Path, report: Report) -> Labelled:
    """All pairs of `submissions.jsonl` that share a key, with what `truth.csv` says."""
    with opened(folder / "submissions.jsonl") as lines:
        registry = read(lines, report)
    table, left, right = registry.table, registry.left, registry.right
    truth = truth_of(table, folder / "truth.csv")
    prepared = Prepared(table, Relations(table.words), bits_of(table))
    return Labelled(prepared, left, right, truth[left] == truth[right])


def described(folder: Path) -> dict[str, Any]:
    """What a model says of a folder it was made from: its name, what `world.json` says
    of it where there is one, and digests by which the very files can be told."""
    found: dict[str, Any] = {"folder": folder.absolute().name}
    if (folder / "world.json").is_file():
        with opened(folder / "world.json") as file:
            try:
                found["world"] = json.load(file)
            except ValueError as broken:
                values = {"reason": str(broken)}
                where = str(folder / "world.json")
                raise Refused(
                    Problem("matching_world_unreadable", where, values)
                ) from broken
    for name in ("submissions.jsonl", "truth.csv"):
        # Read once as any other file, so that one that is not there is said so.
        with opened(folder / name):
            pass
        with (folder / name).open("rb") as content:
            found[name] = file_digest(content, "sha256").hexdigest()[:16]
    return found
