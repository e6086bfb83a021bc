"""Two at once in the same rows, in opposite order: one of them is served once more.

A page of ODK Central holds the audit trail and comes to a submission that an officer is
just dealing with, who needs the audit trail next. PostgreSQL ends one of the two. Nothing
of it was kept, so what the officer asked for is simply done again.
"""

from flask import Flask, current_app, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError

from server.db import commits, db, is_deadlock
from server.logs import log

ATTEMPTS = 3


def init_app(app: Flask) -> None:
    """Do again what a deadlock has undone. Call it after whatever looks at requests."""
    app.before_request(_begin)
    app.register_error_handler(OperationalError, _again)


def _begin() -> None:
    g.deadlocks = 0
    if request.method == "POST":
        g.commits_before = commits()


def _again(error: OperationalError) -> ResponseReturnValue:
    """Only what was undone as a whole, and what can be read twice: phones stream theirs
    and send it again by themselves."""
    view = current_app.view_functions.get(request.endpoint or "")
    is_form = request.method == "POST" and not hasattr(view, "is_for_programs")
    db.session.rollback()
    if not (is_deadlock(error) and is_form and commits() == g.commits_before):
        raise error
    g.deadlocks += 1
    if g.deadlocks == ATTEMPTS:
        raise error
    log.warning("deadlock", endpoint=request.endpoint, attempt=g.deadlocks)
    try:
        return current_app.dispatch_request()
    except Exception as further:  # noqa: BLE001 - answered as if it were the first
        answer: ResponseReturnValue = current_app.handle_user_exception(further)
        return answer
