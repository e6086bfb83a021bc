"""The long job behind an upload: the rows of the file, then the households in them.

It takes a transaction for every thousand rows, so that phones are served meanwhile, and
goes on where it was when it is done again: rows that are stored are passed over.
"""

import hashlib
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from flask import current_app
from sqlalchemy import delete, func, insert, select

from server.db import db, transaction
from server.domain.problems import Problem, Refused
from server.domain.register.headings import SEARCHED_ROWS
from server.imports import analysing, heading, queries, text_files
from server.imports.tables import ImportRow, RegisterImport
from server.imports.workbook_files import check_file, rows_of
from server.inbox.file_store import FileStore

AT_ONCE = 1000
Row = tuple[int, str, int, tuple[str, ...]]


def read(import_id: int) -> None:
    """Read the file of an import, then look for households; as far as it is to do."""
    one = queries.get_import(import_id)
    if one.state == "reading":
        try:
            _store(import_id, one.file_sha256, one.file_name)
        except Refused as refused:
            _refuse(import_id, refused.problems)
        except (ValueError, FileNotFoundError):
            values = {"value": one.file_name}
            _refuse(import_id, [Problem("import_file_broken", "file", values)])
    _forget_file(one.file_sha256)
    if queries.get_import(import_id).state == "analysing":
        analysing.analyse(import_id)


def store() -> FileStore:
    """Where a list waits until its rows are read. It names people in plain text, so it
    does not stay."""
    return FileStore(current_app.config["DATA_DIR"] / "lists")


def _store(import_id: int, sha256: str, name: str) -> None:
    rows_read = _opened(store().path(sha256), name)
    stored = db.session.scalar(
        select(func.count()).where(ImportRow.import_id == import_id)
    )
    seen, hashed = 0, hashlib.sha256()
    beginnings: dict[int, tuple[str, list[tuple[int, tuple[str, ...]]]]] = {}
    for rows in _at_once(rows_read):
        for sheet, title, number, cells in rows:
            hashed.update("\x1f".join((str(sheet), str(number), *cells)).encode("utf-8", "replace"))  # fmt: skip
            _title, first = beginnings.setdefault(sheet, (title, []))
            if len(first) < SEARCHED_ROWS:
                first.append((number, cells))
        new = rows[max((stored or 0) - seen, 0) :]
        seen += len(rows)
        _keep(import_id, new, seen)
    _finish(import_id, beginnings, hashed.hexdigest())


def _opened(path: Path, name: str) -> Iterator[Row]:
    if text_files.is_text(path):
        return text_files.rows_of(path, name)
    check_file(path, name)
    return rows_of(path)


def _at_once(rows: Iterator[Row]) -> Iterator[tuple[Row, ...]]:
    while chunk := tuple(islice(rows, AT_ONCE)):
        yield chunk


def _keep(import_id: int, rows: tuple[Row, ...], seen: int) -> None:
    with transaction() as session:
        one = queries.locked(import_id, "reading")
        if rows:
            session.execute(
                insert(ImportRow),
                [
                    {
                        "import_id": import_id,
                        "sheet": sheet,
                        "number": number,
                        "cells": list(cells),
                    }
                    for sheet, _title, number, cells in rows
                ],
            )
        one.row_count = max(one.row_count, seen)


def _finish(
    import_id: int,
    beginnings: dict[int, tuple[str, list[tuple[int, tuple[str, ...]]]]],
    fingerprint: str,
) -> None:
    if not beginnings:
        raise Refused(Problem("import_file_empty", "file"))
    sheets = [
        heading.sheet_of(number, title, rows)
        for number, (title, rows) in beginnings.items()
    ]
    with transaction():
        one = queries.locked(import_id, "reading")
        one.sheets, one.fingerprint = sheets, fingerprint
        one.layout = heading.layout_of(sheets)
        one.state = "analysing"


def _forget_file(sha256: str) -> None:
    """Remove a list whose rows are stored, unless another import is to read it."""
    waiting = select(RegisterImport.id).where(
        RegisterImport.file_sha256 == sha256, RegisterImport.state == "reading"
    )
    if db.session.scalar(waiting.limit(1)) is None:
        store().path(sha256).unlink(missing_ok=True)


def _refuse(import_id: int, problems: Iterable[Problem]) -> None:
    """Say why, and forget the rows that were stored until then: they name people."""
    with transaction() as session:
        one: RegisterImport = queries.locked(import_id, "reading")
        session.execute(delete(ImportRow).where(ImportRow.import_id == import_id))
        one.state = "refused"
        one.problems = [problem.as_dict() for problem in problems]
