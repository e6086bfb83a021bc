"""What browsers have sent already and what came of it, for two days.

The row of a sending is written in the first transaction of the page that carries it out,
so both are there or neither. Two that come at the same moment meet at this row: the second
waits for the first. A sending that was refused leaves no row, since it may be sent again.
"""

import time
from datetime import timedelta

from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError

from server import clock
from server.accounts.tables import SentForm
from server.db import db, transaction

# A page that was left open longer is asked for anew by its session.
KEPT = timedelta(days=2)
AT_ONCE = timedelta(seconds=5)
TURNS, PAUSE = 10, 0.1


class SentBeforeError(Exception):
    """The same form with the same contents was carried out."""


def find_sent(key: str) -> SentForm | None:
    """What was carried out for this sending."""
    return db.session.get(SentForm, key)


def wait_for_end(key: str) -> SentForm | None:
    """The same when its page has answered, or after a moment: of a double click the
    second comes while the first is about to say where it leads."""
    for _turn in range(TURNS):
        db.session.rollback()  # to see what was committed since
        found = db.session.get(SentForm, key, populate_existing=True)
        if found is None or found.location or clock.now() - found.at > AT_ONCE:
            return found
        time.sleep(PAUSE)
    return found


def claim(key: str) -> None:
    """Write down, in the transaction that is open, what is carried out in it. Raises
    SentBeforeError when it was."""
    try:
        db.session.execute(
            insert(SentForm).values(key=key, at=clock.now(), location="")
        )
    except IntegrityError as error:
        raise SentBeforeError from error


def remember(key: str, location: str) -> None:
    """Where it led to; and forget what is older than anybody sends again."""
    with transaction() as session:
        this = update(SentForm).where(SentForm.key == key)
        session.execute(this.values(location=location))
        session.execute(delete(SentForm).where(SentForm.at < clock.now() - KEPT))


def forget(key: str) -> None:
    """It was refused half way: it may be sent again."""
    with transaction() as session:
        session.execute(delete(SentForm).where(SentForm.key == key))
