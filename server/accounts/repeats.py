"""A form that is sent twice acts once: what is done around each page for that."""

from typing import Any

from flask import Flask, Response, flash, g, has_request_context, redirect, request

from server.accounts import sent_forms
from server.accounts.sent_forms import SentBeforeError
from server.db import beginnings, commits
from server.web.i18n import _
from server.web.once import key_of_form
from server.web.rendering import same_site
from server.web.security import visitor

REFUSED = 400


def init_app(app: Flask) -> None:
    """Look at every form before its page carries it out."""
    app.before_request(_look)
    app.after_request(_remember)
    app.register_error_handler(SentBeforeError, _answer)


def _look() -> None:
    """After the visitor and the token of the form were checked. What was carried out is
    told at once: its page may find nothing any more of what it was about."""
    person = visitor()
    key = key_of_form(person.id) if person is not None else None
    g.sent_form = key
    if key is not None and sent_forms.find_sent(key) is not None:
        raise SentBeforeError


def _claim() -> None:
    """In the first transaction of the page; in the next one if that was undone."""
    key = g.get("sent_form") if has_request_context() else None
    if key is None or g.get("sent_form_kept_at", commits()) < commits():
        return
    g.sent_form_kept_at = commits()
    sent_forms.claim(key)


beginnings.append(_claim)


def _remember(response: Response) -> Response:
    kept_at = g.get("sent_form_kept_at")
    if kept_at is None or kept_at >= commits():
        return response  # nothing was carried out
    if response.status_code >= REFUSED:
        sent_forms.forget(g.sent_form)
    else:
        sent_forms.remember(g.sent_form, response.location or "")
    return response


def _answer(_error: SentBeforeError) -> Any:
    found = sent_forms.wait_for_end(g.sent_form)
    g.pop("sent_form_kept_at", None)
    flash(_("Biểu mẫu này đã được ghi ở lần gửi trước, không ghi lần nữa."), "success")
    led_to = found.location if found is not None else ""
    came_from = (request.referrer or "").removeprefix(request.host_url.rstrip("/"))
    return redirect(same_site(led_to or came_from), 303)
