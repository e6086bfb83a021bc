"""Accounts of people: made, changed, closed; and how they choose their passwords."""

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server import clock
from server.accounts import invitations, passwords
from server.accounts.invitations import make_admin_link, make_first_admin_link
from server.accounts.phones import add_phone, revoke_phone, see_phone, tell_central
from server.accounts.queries import areas_of, count_admins, get_user, login_key
from server.accounts.sessions import begin_attempt, end_sessions, forget_failures
from server.accounts.tables import User, UserArea
from server.audit.actions import record
from server.db import serialise, transaction
from server.domain.actor import Actor
from server.domain.people.names import fold, normalise_name, sort_key
from server.domain.problems import Problem, Refused

__all__ = [
    "accept_admin_link",
    "accept_invitation",
    "add_phone",
    "add_user",
    "change_language",
    "change_password",
    "change_user",
    "disable_user",
    "enable_user",
    "invite",
    "make_admin_link",
    "make_first_admin_link",
    "revoke_phone",
    "see_phone",
]
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}")


def add_user(
    *,
    by: Actor,
    login: str,
    name: str,
    role: str,
    area_ids: Iterable[int],
    language: str = "vi",
) -> tuple[User, str]:
    """A new account and the token of its one-time link; there is no password yet."""
    with transaction() as session:
        user = _new_user(session, login, name, role, language)
        areas = _assign(session, user, area_ids)
        _record(by, "user.added", user, role=role, area_ids=areas)
        return user, invitations.issue(user_id=user.id)


def change_user(
    *, by: Actor, user_id: int, name: str, role: str, area_ids: Iterable[int]
) -> User:
    """Another name, role or other areas; it counts from the next page they open."""
    with transaction() as session:
        user = get_user(user_id)
        before = {"role": user.role, "area_ids": areas_of(user.id)}
        if user.role == "admin" and role != "admin":
            _keep_an_admin(user)
        _rename(user, name)
        user.role = role
        areas = _assign(session, user, area_ids)
        after = {"role": role, "area_ids": areas}
        _record(by, "user.changed", user, before=before, after=after)
        if before["area_ids"] != areas:
            tell_central()
        return user


def disable_user(*, by: Actor, user_id: int) -> User:
    """Shut somebody out: sessions end, links are void, their phones are refused."""
    with transaction():
        user = get_user(user_id)
        if user.is_active:
            if user.role == "admin":
                _keep_an_admin(user)
            user.is_active = False
            end_sessions(user_id=user.id)
            invitations.void(user_id=user.id)
            _record(by, "user.disabled", user)
            tell_central()
        return user


def enable_user(*, by: Actor, user_id: int) -> User:
    """Let somebody in again, with the password and the phones they had."""
    with transaction():
        user = get_user(user_id)
        if not user.is_active:
            user.is_active = True
            _record(by, "user.enabled", user)
        return user


def invite(*, by: Actor, user_id: int) -> str:
    """The token of a new one-time link; the one before is void.

    A password that is known to its owner goes on working until the link is used.
    """
    with transaction():
        user = get_user(user_id)
        if not user.is_active:
            raise Refused(Problem("user_disabled", "", {"name": user.name}))
        token = invitations.issue(user_id=user.id)
        _record(by, "user.invited", user)
        return token


def accept_invitation(*, token: str, password: str) -> User:
    """Choose a password by a one-time link. Sessions elsewhere end."""
    kept = passwords.hash_password(password)  # slow, so before the transaction
    with transaction() as session:
        user = session.get(User, invitations.redeem(token).user_id or 0)
        if user is None or not user.is_active:
            raise Refused(Problem("invitation_unusable"), status=410)
        _set_password(user, password, kept)
        _record(_actor(user), "user.password_chosen", user)
        return user


def accept_admin_link(
    *, token: str, login: str, name: str, password: str, language: str = "vi"
) -> User:
    """Become an administrator by the link that the server printed."""
    kept = passwords.hash_password(password)
    with transaction() as session:
        if invitations.redeem(token).user_id is not None:
            raise Refused(Problem("invitation_unusable"), status=410)
        user = _new_user(session, login, name, "admin", language)
        _set_password(user, password, kept)
        _record(_actor(user), "user.added", user, role="admin", area_ids=[])
        return user


def change_password(*, by: Actor, user_id: int, current: str, new: str) -> User:
    """Replace one's own password. Every session ends, also the one that asked."""
    user = get_user(user_id)
    begin_attempt(login=user.login)
    if not passwords.is_right(current, user.password_hash):
        raise Refused(Problem("password_wrong"))
    kept = passwords.hash_password(new)
    with transaction():
        user = get_user(user_id)
        _set_password(user, new, kept)
        _record(by, "user.password_changed", user)
        return user


def change_language(*, by: Actor, user_id: int, language: str) -> None:
    """The language somebody reads."""
    with transaction():
        user = get_user(user_id)
        if user.language != language:
            user.language = language
            _record(by, "user.language_changed", user, language=language)


def _new_user(
    session: Session, login: str, name: str, role: str, language: str
) -> User:
    key = login_key(login)
    if not _LOGIN.fullmatch(key):
        raise Refused(Problem("login_unusable", "login", {"value": login}))
    serialise("users")
    if session.scalar(select(User.id).where(User.login == key)):
        raise Refused(Problem("login_taken", "login", {"value": key}), status=409)
    user = User(login=key, role=role, language=language, created_at=clock.now())
    _rename(user, name)
    session.add(user)
    session.flush()
    return user


def _rename(user: User, name: str) -> None:
    user.name = normalise_name(name)
    if not user.name:
        raise Refused(Problem("user_name_missing", "name"))
    user.name_folded, user.name_sort = fold(user.name), sort_key(user.name)


def _assign(session: Session, user: User, area_ids: Iterable[int]) -> list[int]:
    wanted = sorted(set(area_ids))
    if user.role != "admin" and not wanted:
        raise Refused(Problem("user_without_area", "area_ids"))
    session.execute(delete(UserArea).where(UserArea.user_id == user.id))
    session.add_all(UserArea(user_id=user.id, area_id=area_id) for area_id in wanted)
    try:
        session.flush()
    except IntegrityError as error:
        problem = Problem("area_unknown", "area_ids", {"value": wanted})
        raise Refused(problem) from error
    return wanted


def _set_password(user: User, password: str, kept: str) -> None:
    problem = passwords.objection(password, login=user.login, name=user.name)
    if problem is not None:
        raise Refused(problem)
    user.password_hash = kept
    end_sessions(user_id=user.id)
    forget_failures(login=user.login)


def _keep_an_admin(user: User) -> None:
    serialise("admins")
    if not count_admins(without=user.id):
        raise Refused(Problem("last_admin", "", {"name": user.name}), status=409)


def _actor(user: User) -> Actor:
    return Actor("user", user.id, user.name)


def _record(by: Actor, action: str, user: User, **details: Any) -> None:
    record(
        by=by,
        action=action,
        subject_kind="user",
        subject_id=user.id,
        details=details,
    )
