"""What was asked of ODK Central holds only if nobody was faster here."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from server.db import is_deadlock, transaction


class Overtaken(Exception):
    """Something was applied since this was asked for: ask again."""


@contextmanager
def undisturbed() -> Iterator[Session]:
    """One transaction. Where somebody of the office needed the same submissions and
    PostgreSQL let them go first, ours was undone: raises Overtaken."""
    try:
        with transaction() as session:
            yield session
    except OperationalError as error:
        if is_deadlock(error):
            raise Overtaken from error
        raise
