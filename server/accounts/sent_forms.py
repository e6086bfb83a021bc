"""What browsers have sent already, so that a form that is sent twice acts once.

The row of a sending is written in the first transaction of the page that carries it out,
so both are there or neither. Two that come at the same moment meet at this row: the second
waits for the first, and is then told where that led to. A sending that was refused leaves
no row, since it may be sent again.
"""

from datetime import timedelta
from typing import Any

from flask import Flask, Response, flash, g, has_request_context, redirect, request
from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server import clock
from server.accounts.tables import SentForm
from server.db import beginnings, commits, db, transaction
from server.web.i18n import _
from server.web.once import key_of_form
from server.web.rendering import same_site
from server.web.security import visitor

# A page that was left open longer is asked for anew by its session.
KEPT = timedelta(days=2)
REFUSED = 400


class SentBeforeError(Exception):
    """The same form with the same contents was carried out."""


def init_app(app: Flask) -> None:
    """Look at every form before its page carries it out."""
    app.before_request(_look)
    app.after_request(_remember)
    app.register_error_handler(SentBeforeError, _answer)


def claim(session: Session) -> None:
    """At the start of a transaction: write down what is carried out in it. Raises
    SentBeforeError when it was."""
    key = g.get("sent_form") if has_request_context() else None
    if key is None or g.get("sent_form_kept_at", commits()) < commits():
        return
    g.sent_form_kept_at = commits()
    row = {"key": key, "at": clock.now(), "location": ""}
    try:
        session.execute(insert(SentForm).values(row))
    except IntegrityError as error:
        raise SentBeforeError from error


beginnings.append(claim)


def _look() -> None:
    """After the visitor and the token of the form were checked. What was carried out is
    told at once: its page may find nothing any more of what it was about."""
    person = visitor()
    key = key_of_form(person.id) if person is not None else None
    g.sent_form = key
    if key is not None and db.session.get(SentForm, key) is not None:
        raise SentBeforeError


def _remember(response: Response) -> Response:
    kept_at = g.get("sent_form_kept_at")
    if kept_at is None or kept_at >= commits():
        return response  # nothing was carried out
    with transaction() as session:
        this = SentForm.key == g.sent_form
        if response.status_code >= REFUSED:
            session.execute(delete(SentForm).where(this))
        else:
            session.execute(
                update(SentForm).where(this).values(location=response.location or "")
            )
            session.execute(delete(SentForm).where(SentForm.at < clock.now() - KEPT))
    return response


def _answer(_error: SentBeforeError) -> Any:
    kept = db.session.get(SentForm, g.sent_form)
    g.pop("sent_form_kept_at", None)
    flash(_("Biểu mẫu này đã được ghi ở lần gửi trước, không ghi lần nữa."), "success")
    led_to = kept.location if kept is not None else ""
    came_from = request.referrer or ""
    came_from = came_from.removeprefix(request.host_url.rstrip("/"))
    return redirect(same_site(led_to or came_from), 303)
