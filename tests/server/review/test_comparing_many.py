"""Comparing many records again asks the database as often as comparing a few."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from server.db import db, transaction
from server.review.proposals import propose_each
from server.review.tables import MergeProposal
from tests.server.review.surveys import arrive, survey

pytestmark = [pytest.mark.usefixtures("ward"), pytest.mark.sqlite_only]
ENTITY = "uuid:11111111-0000-4000-8000-000000000001"


@contextmanager
def asked() -> Iterator[list[str]]:
    said: list[str] = []

    def remember(_: Any, __: Any, statement: str, *___: Any) -> None:
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", remember)
    yield said
    event.remove(db.engine, "before_cursor_execute", remember)


def told() -> list[tuple[Any, ...]]:
    rows = select(MergeProposal).order_by(MergeProposal.left_record_id)
    return sorted(
        (row.left_record_id, row.right_record_id, row.bits, row.score, row.is_certain,
         row.evidence_codes, str(row.evidence), str(row.weighing))
        for row in db.session.scalars(rows)
    )  # fmt: skip


def test_many_records_are_compared_with_as_many_statements_as_few(app: Flask) -> None:
    first = survey(entity=ENTITY)
    ids = [arrive(first), arrive(survey(deprecated_id=first.instance_id))]
    ids += [arrive(survey(entity=ENTITY)) for _ in range(4)]

    with transaction():
        before = told()
        db.session.expire_all()
        with asked() as few:
            propose_each(ids[:3])
        db.session.expire_all()
        with asked() as many:
            propose_each(ids)

    assert len(before) == 15
    assert told() == before
    assert len(many) == len(few)
