"""One's own tokens: made, shown once, revoked; and who a program with one speaks for."""

from flask import flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from server import clock
from server.accounts import api_tokens
from server.accounts.schemas import NewApiToken
from server.accounts.signed_in import SignedIn
from server.domain.problems import Problem, Refused
from server.web.forms import load
from server.web.i18n import _
from server.web.security import STAFF, actor, allow, asks_api, visitor


def load_program() -> None:
    """Recognise whom a program works for by the token it sends."""
    if not asks_api():
        return
    kind, _space, text = request.headers.get("Authorization", "").partition(" ")
    found = api_tokens.find_by_token(text.strip()) if kind.lower() == "bearer" else None
    if found is None:
        return
    token, user = found
    api_tokens.see_token(seen=token)
    if request.method not in ("GET", "HEAD") and not token.may_write:
        raise Refused(
            Problem("api_token_only_reads", "", {"name": token.name}), status=403
        )
    # Whoever reads a judgement later sees that a program wrote it, and which one.
    name = f"{user.name} ({token.name})"
    g.visitor = SignedIn(user.id, user.login, name, user.role, user.language)


@allow(*STAFF)
def tokens() -> str:
    """The tokens of one's own account."""
    return _page()


@allow(*STAFF)
def create_token() -> str:
    """A new token, shown this once."""
    sent = load(NewApiToken)
    row, text = api_tokens.create_token(by=actor(), user_id=visitor().id, **sent)
    return _page(created=row, text=text)


@allow(*STAFF)
def revoke_token(token_id: int) -> Response:
    """Let a program in no more."""
    row = api_tokens.revoke_token(by=actor(), user_id=visitor().id, token_id=token_id)
    flash(_("Đã thu hồi mã “{name}”.", name=row.name), "success")
    return redirect(url_for("accounts.tokens"), 303)


def _page(**shown: object) -> str:
    return render_template(
        "accounts/tokens.html",
        tokens=api_tokens.tokens_of(visitor().id),
        lasts=api_tokens.LASTS,
        now=clock.now(),
        **{"created": None, "text": "", **shown},
    )
