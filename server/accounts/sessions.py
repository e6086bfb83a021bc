"""Signing in and staying signed in.

A session is a row; the cookie holds a random token, the row its hash. So a session can be
ended from anywhere, and a copy of the database signs nobody in. Wrong passwords are
counted in the database, where every process sees them: an attempt is written down
*before* the password is looked at, so that a thousand guesses at once are not a thousand
free guesses.
"""

from datetime import timedelta

from flask import current_app
from sqlalchemy import delete, func, select, update

from server import clock
from server.accounts import passwords
from server.accounts.queries import find_session, find_user_by_login, login_key
from server.accounts.tables import SignInFailure, User, UserSession
from server.accounts.tokens import hash_of, new_token
from server.audit.actions import record
from server.db import serialise, transaction
from server.domain.actor import Actor
from server.domain.problems import Problem, Refused

FAILURES_ALLOWED = 5
FAILURES_WITHIN = timedelta(seconds=60)
# A ward office is one address to us: more wrong passwords than one person makes.
ADDRESS_WITHIN = timedelta(minutes=10)
_ADDRESS = "address "  # no name that somebody signs in with has a space
FAILURES_KEPT = timedelta(days=1)
SEEN_EVERY = timedelta(minutes=1)


def sign_in(*, login: str, password: str, address: str = "") -> tuple[User, str]:
    """The person and the token of a new session.

    Raises Refused with the same words whether the name or the password is wrong.
    """
    key = login_key(login)
    attempt = begin_address_attempt(address=address)
    begin_attempt(login=key)
    user = find_user_by_login(key)
    kept = user.password_hash if user and user.is_active else None
    if not passwords.is_right(password, kept) or user is None:
        raise Refused(Problem("sign_in_failed"))
    renewed = None
    if kept and passwords.is_outdated(kept):
        renewed = passwords.hash_password(password)
    with transaction() as session:
        user = session.get_one(User, user.id)
        if not user.is_active or user.password_hash != kept:
            # Changed while the password was being checked.
            raise Refused(Problem("sign_in_failed"))
        user.password_hash = renewed or kept
        forget_failures(login=key)
        session.execute(delete(SignInFailure).where(SignInFailure.id == attempt))
        return user, start_session(user=user)


def begin_attempt(*, login: str) -> None:
    """Count an attempt to give the password of `login`; raises Refused after too many.

    What succeeds is forgotten again. Names that do not exist count the same.
    """
    now = clock.now()
    with transaction() as session:
        serialise(f"sign-in {login}")
        recent = session.scalar(
            select(func.count()).where(
                SignInFailure.login == login, SignInFailure.at > now - FAILURES_WITHIN
            )
        )
        if (recent or 0) >= FAILURES_ALLOWED:
            seconds = int(FAILURES_WITHIN.total_seconds())
            values = {"count": FAILURES_ALLOWED, "seconds": seconds}
            raise Refused(Problem("sign_in_too_often", "", values), status=429)
        session.execute(
            delete(SignInFailure).where(SignInFailure.at < now - FAILURES_KEPT)
        )
        session.add(SignInFailure(login=login, at=now))


def begin_address_attempt(*, address: str) -> int:
    """Count an attempt from an address, which may try many names; its number, to be
    forgotten when the password is right. Raises Refused after too many."""
    allowed = current_app.config["SIGN_IN_FAILURES"]
    if not address or not allowed:
        return 0
    now, key = clock.now(), f"{_ADDRESS}{address}"
    with transaction() as session:
        serialise(f"sign-in {key}")
        recent = session.scalar(
            select(func.count()).where(
                SignInFailure.login == key, SignInFailure.at > now - ADDRESS_WITHIN
            )
        )
        if (recent or 0) >= allowed:
            minutes = int(ADDRESS_WITHIN.total_seconds() // 60)
            values = {"count": allowed, "minutes": minutes}
            raise Refused(Problem("sign_in_address_too_often", "", values), status=429)
        attempt = SignInFailure(login=key, at=now)
        session.add(attempt)
        session.flush()
        return attempt.id


def forget_failures(*, login: str) -> None:
    """The right password was given."""
    with transaction() as session:
        session.execute(delete(SignInFailure).where(SignInFailure.login == login))


def start_session(*, user: User) -> str:
    """A new session; its token."""
    with transaction() as session:
        token, now = new_token(), clock.now()
        session.add(
            UserSession(
                token_hash=hash_of(token),
                user_id=user.id,
                created_at=now,
                last_seen_at=now,
            )
        )
        _record(user, "user.signed_in")
        return token


def see_session(*, seen: UserSession) -> None:
    """Remember that a session is in use, at most once a minute."""
    session_id, now = seen.id, clock.now()
    if now - seen.last_seen_at < SEEN_EVERY:
        return
    with transaction() as session:
        session.execute(
            update(UserSession)
            .where(UserSession.id == session_id)
            .values(last_seen_at=now)
        )


def sign_out(*, token: str) -> None:
    """End the session of this token, if it lives."""
    with transaction():
        found = find_session(token)
        if found is not None:
            found[0].ended_at = clock.now()
            _record(found[1], "user.signed_out")


def end_sessions(*, user_id: int) -> None:
    """End every session of a person, on every device."""
    with transaction() as session:
        session.execute(
            update(UserSession)
            .where(UserSession.user_id == user_id, UserSession.ended_at.is_(None))
            .values(ended_at=clock.now())
        )


def end_sessions_of(*, by: Actor, user_id: int) -> None:
    """The same, asked for by somebody who manages the account."""
    with transaction():
        end_sessions(user_id=user_id)
        record(
            by=by,
            action="user.sessions_ended",
            subject_kind="user",
            subject_id=user_id,
        )


def _record(user: User, action: str) -> None:
    record(
        by=Actor("user", user.id, user.name),
        action=action,
        subject_kind="user",
        subject_id=user.id,
    )
