"""Signing in and out, one-time links, and one's own account."""

from collections.abc import Iterable

from flask import (
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.wrappers import Response

from server.accounts import actions, sessions
from server.accounts.queries import (
    count_admins,
    find_invitation,
    find_session,
    get_user,
    sessions_of,
)
from server.accounts.schemas import ChosenPassword, NewAdmin, OtherPassword, SignIn
from server.accounts.signed_in import SignedIn
from server.accounts.tables import ROLES, User
from server.domain.problems import Problem, Refused
from server.web.forms import load
from server.web.i18n import _, language
from server.web.rendering import same_site
from server.web.security import actor, allow, asks_api, public, visitor

Page = Response | str | tuple[str, int]


def load_visitor() -> None:
    """Recognise the person by the cookie. Nothing is remembered between requests, so
    a change of role or a disabled account counts at once."""
    token = None if asks_api() else request.cookies.get(cookie_name())
    found = find_session(token) if token else None
    if found is None:
        return
    seen, user = found
    g.visitor = SignedIn(user.id, user.login, user.name, user.role, user.language)
    sessions.see_session(seen=seen)


def keep_language(chosen: str) -> None:
    """Remember the language of the person who is signed in."""
    actions.change_language(by=actor(), user_id=visitor().id, language=chosen)


@public
def sign_in() -> Page:
    """Name and password; afterwards back to the page that was asked for."""
    if request.method != "POST":
        return redirect("/") if visitor() else _sign_in_page()
    try:
        user, token = sessions.sign_in(
            **load(SignIn), address=request.remote_addr or ""
        )
    except Refused as refused:
        return _sign_in_page(refused.problems), refused.status
    return _welcome(user, token, same_site(request.form.get("next", "")))


@allow(*ROLES)
def sign_out() -> Response:
    """End this session here and on the server."""
    sessions.sign_out(token=request.cookies.get(cookie_name(), ""))
    session.clear()
    response = redirect(url_for("accounts.sign_in"), 303)
    response.delete_cookie(cookie_name(), path="/", secure=_is_secure())
    return response


@public
def accept_invitation(token: str) -> Page:
    """Choose a password by a one-time link, and go in."""
    found = find_invitation(token)
    if found is None:
        raise Refused(Problem("invitation_unusable"), status=410)
    invited = get_user(found.user_id) if found.user_id else None
    if request.method != "POST":
        return _invitation_page(invited)
    try:
        if invited is None:
            user = actions.accept_admin_link(
                token=token, language=language(), **_without_repeat(load(NewAdmin))
            )
        else:
            chosen = _without_repeat(load(ChosenPassword))
            user = actions.accept_invitation(token=token, **chosen)
    except Refused as refused:
        return _invitation_page(invited, refused.problems), refused.status
    return _welcome(user, sessions.start_session(user=user))


@allow(*ROLES)
def me() -> str:
    """One's own account."""
    return _own_page()


@allow(*ROLES)
def change_password() -> Page:
    """Choose another password. This browser goes on with a new session, all others
    have to sign in again."""
    try:
        sent = load(OtherPassword)
        user = actions.change_password(
            by=actor(),
            user_id=visitor().id,
            current=sent["current"],
            new=sent["password"],
        )
    except Refused as refused:
        return _own_page(refused.problems), refused.status
    token = sessions.start_session(user=user)
    response = _welcome(user, token, url_for("accounts.me"))
    flash(_("Đã đổi mật khẩu. Các máy khác phải đăng nhập lại."), "success")
    return response


@allow(*ROLES)
def end_other_sessions() -> Response:
    """Sign out everywhere, and go on here with a new session."""
    person = actor()
    sessions.end_sessions_of(by=person, user_id=person.id)
    user = get_user(person.id)
    token = sessions.start_session(user=user)
    response = _welcome(user, token, url_for("accounts.me"))
    flash(_("Đã đăng xuất khỏi mọi máy khác."), "success")
    return response


def cookie_name() -> str:
    """Behind https browsers themselves see to it that the cookie is ours alone."""
    return "__Host-ra_soat_session" if _is_secure() else "ra_soat_session"


def _is_secure() -> bool:
    return bool(current_app.config["SECURE_COOKIES"])


def _welcome(user: User, token: str, address: str = "/") -> Response:
    """Into the product with a fresh session; the one before ends."""
    if before := request.cookies.get(cookie_name()):
        sessions.sign_out(token=before)
    session.clear()
    response = redirect(address, 303)
    response.set_cookie(
        cookie_name(),
        token,
        secure=_is_secure(),
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


def _sign_in_page(problems: Iterable[Problem] = ()) -> str:
    return render_template(
        "accounts/sign_in.html",
        problems=problems,
        next=request.values.get("next", ""),
        is_empty=not count_admins(),
    )


def _invitation_page(invited: User | None, problems: Iterable[Problem] = ()) -> str:
    return render_template(
        "accounts/invitation.html", invited=invited, problems=problems
    )


def _own_page(problems: Iterable[Problem] = ()) -> str:
    person = visitor()
    here = find_session(request.cookies.get(cookie_name(), ""))
    return render_template(
        "accounts/me.html",
        sessions=sessions_of(person.id),
        here=here[0].id if here else None,
        problems=problems,
    )


def _without_repeat(sent: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in sent.items() if name != "repeat"}
