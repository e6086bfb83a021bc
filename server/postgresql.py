"""Connections to PostgreSQL that go on knowing their statements.

A page asks its questions in the same words every time, and ends by rolling back what it
never wrote. The driver forgets its prepared statements at every rollback, for the sake of
programs that create tables in a transaction; here only migrations do, on connections of
their own. Planning a question anew takes longer than answering it: a pair of the review
desk asks forty, deciding one a hundred.
"""

from typing import Any

import psycopg
from psycopg.pq import ExecStatus, TransactionStatus

# More than the different statements of all pages together: with fewer, each would be
# forgotten before it is asked again.
STATEMENTS_KEPT = 1000


class KeepingConnection(psycopg.Connection[Any]):
    """A connection whose prepared statements outlive a rollback."""

    def rollback(self) -> None:
        """Undo the transaction; after an error in the driver's own way."""
        if self.pgconn.transaction_status == TransactionStatus.INTRANS:
            with self.lock:
                answer = self.pgconn.exec_(b"ROLLBACK")
            if answer.status == ExecStatus.COMMAND_OK:
                return
        super().rollback()


def connect_postgresql(
    _dialect: Any, _record: Any, given: list[Any], named: dict[str, Any]
) -> KeepingConnection:
    """What SQLAlchemy asks for when its pool needs one more."""
    connection = KeepingConnection.connect(*given, **named)
    connection.prepared_max = STATEMENTS_KEPT
    return connection
