"""Files of submissions, clusters and truth: opened, or refused in words."""

import csv
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from server.domain.matching.model import Model, load_model
from server.domain.problems import Problem, Refused


@contextmanager
def opened(path: Path) -> Iterator[TextIO]:
    """A text file. Bytes that are no UTF-8 come through marked, so that the line they
    stand on can be told (`lines.read_line`)."""
    try:
        file = path.open(newline="", encoding="utf-8-sig", errors="surrogateescape")
    except FileNotFoundError as failed:
        raise Refused(Problem("matching_file_not_there", str(path))) from failed
    except OSError as failed:
        values = {"reason": failed.strerror or type(failed).__name__}
        raise Refused(
            Problem("matching_file_unreadable", str(path), values)
        ) from failed
    with file:
        yield file


def must_be_writable(path: Path) -> None:
    """Said before the work and not after it."""
    place = path if path.exists() else path.parent
    if path.is_dir() or not os.access(place, os.W_OK):
        raise Refused(Problem("matching_file_not_writable", str(path)))


def columns(path: Path, wanted: str) -> dict[str, str]:
    """The `wanted` column of a table with commas, by submission."""
    with opened(path) as file:
        rows = csv.DictReader(file)
        for field in ("submission_id", wanted):
            if field not in (rows.fieldnames or ()):
                values = {"field": wanted}
                raise Refused(Problem("matching_column_missing", str(path), values))
        try:
            return {row["submission_id"]: row[wanted] or "" for row in rows}
        except csv.Error as broken:
            values = {"reason": str(broken)}
            problem = Problem("matching_file_unreadable", str(path), values)
            raise Refused(problem) from broken


def model_at(path: Path) -> Model:
    """A model somebody names; refused when it is none, or made for other evidence."""
    try:
        return load_model(path)
    except FileNotFoundError as failed:
        raise Refused(Problem("matching_file_not_there", str(path))) from failed
    except KeyError as failed:
        lacks = {"field": str(failed.args[0])}
        problem = Problem("matching_model_incomplete", str(path), lacks)
        raise Refused(problem) from failed
    except (OSError, ValueError, TypeError) as failed:
        reason = getattr(failed, "strerror", None) or str(failed)
        problem = Problem("matching_model_unusable", str(path), {"reason": reason})
        raise Refused(problem) from failed
