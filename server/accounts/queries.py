"""Who somebody is: by session, by phone, by invitation; and which areas are theirs."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, bindparam, func, select

from server import clock
from server.accounts.tables import Invitation, Phone, User, UserArea, UserSession
from server.accounts.tokens import hash_of
from server.columns import blind_index
from server.db import db, within
from server.domain.actor import Scope
from server.domain.people.names import fold
from server.domain.problems import Problem, Refused

# A working day; the next morning everybody signs in again.
SESSION_LASTS = timedelta(hours=12)
# Long enough to visit a household and come back to a half-filled page, short enough
# for a computer that a whole office shares.
SESSION_MAY_IDLE = timedelta(hours=2)


_LIVING = (
    select(UserSession, User)
    .join(User, User.id == UserSession.user_id)
    .where(
        UserSession.token_hash == bindparam("token"),
        UserSession.ended_at.is_(None),
        UserSession.created_at > bindparam("created_after"),
        UserSession.last_seen_at > bindparam("seen_after"),
        User.is_active,
    )
)


def find_user_by_session(token: str) -> User | None:
    """The active person whose browser holds this token, while the session lives."""
    found = find_session(token)
    return found[1] if found else None


def find_session(token: str) -> tuple[UserSession, User] | None:
    """A living session with its person."""
    now = clock.now()
    row = db.session.execute(
        _LIVING,
        {
            "token": hash_of(token),
            "created_after": now - SESSION_LASTS,
            "seen_after": now - SESSION_MAY_IDLE,
        },
    ).one_or_none()
    return (row[0], row[1]) if row else None


def sessions_of(user_id: int) -> list[UserSession]:
    """The living sessions of a person, the one used last first."""
    now = clock.now()
    return list(
        db.session.scalars(
            select(UserSession)
            .where(
                UserSession.user_id == user_id,
                UserSession.ended_at.is_(None),
                UserSession.created_at > now - SESSION_LASTS,
                UserSession.last_seen_at > now - SESSION_MAY_IDLE,
            )
            .order_by(UserSession.last_seen_at.desc())
        )
    )


def find_phone_by_token(token: str) -> Phone | None:
    """The phone with this address; None when it was revoked or its carrier disabled."""
    return _find_phone(Phone.token_index == blind_index(token))


def find_phone_by_username(username: str) -> Phone | None:
    """The same by the name of its Digest account."""
    return _find_phone(Phone.username == username)


def find_user_by_login(login: str) -> User | None:
    """A person by sign-in name, however it was typed."""
    return db.session.scalar(select(User).where(User.login == login_key(login)))


def get_user(user_id: int) -> User:
    """A person. Raises Refused when there is none."""
    user = db.session.get(User, user_id)
    if user is None:
        raise Refused(Problem("user_unknown", "", {"value": user_id}), status=404)
    return user


def areas_of(user_id: int) -> list[int]:
    """The areas assigned to a person, without those below."""
    return list(
        db.session.scalars(
            select(UserArea.area_id)
            .where(UserArea.user_id == user_id)
            .order_by(UserArea.area_id)
        )
    )


def areas_by_user(user_ids: Sequence[int]) -> dict[int, list[int]]:
    """The same for many people at once."""
    found: dict[int, list[int]] = {user_id: [] for user_id in user_ids}
    for user_id, area_id in db.session.execute(
        select(UserArea.user_id, UserArea.area_id)
        .where(UserArea.user_id.in_(user_ids))
        .order_by(UserArea.area_id)
    ):
        found[user_id].append(area_id)
    return found


def users(scope: Scope) -> Select[User]:
    """People all of whose areas are in sight: others are not one's own to manage."""
    return select(User).where(_is_within(scope))


def find_user(user_id: int, scope: Scope) -> User | None:
    """One person; None when out of sight."""
    return db.session.scalar(users(scope).where(User.id == user_id))


def phones_of(user_id: int) -> list[Phone]:
    """The phones a person carries or carried, those in use first."""
    return list(
        db.session.scalars(
            select(Phone)
            .where(Phone.user_id == user_id)
            .order_by(Phone.revoked_at.is_not(None), Phone.created_at.desc())
        )
    )


def find_invitation(token: str) -> Invitation | None:
    """An invitation that can still be used."""
    return db.session.scalar(
        select(Invitation).where(
            Invitation.token_hash == hash_of(token),
            Invitation.used_at.is_(None),
            Invitation.expires_at > clock.now(),
        )
    )


def last_seen() -> ScalarSelect[Any]:
    """When the person of a row last opened a page."""
    return (
        select(func.max(UserSession.last_seen_at))
        .where(UserSession.user_id == User.id)
        .correlate(User)
        .scalar_subquery()
    )


def matching_user(statement: Select[Any], text: str) -> Select[Any]:
    """Only people whose name or sign-in name has every word, marks or not."""
    for word in fold(text).split():
        statement = statement.where(
            User.name_folded.contains(word, autoescape=True)
            | User.login.contains(word, autoescape=True)
        )
    return statement


def in_state(statement: Select[Any], state: str) -> Select[Any]:
    """Only accounts that are "active", "invited" (no password yet) or "disabled"."""
    if state == "disabled":
        return statement.where(~User.is_active)
    has_password = User.password_hash.is_not(None)
    condition = has_password if state == "active" else ~has_password
    return statement.where(User.is_active, condition)


def of_area(statement: Select[Any], area_id: str) -> Select[Any]:
    """Only people to whom this very area is assigned."""
    assigned = select(UserArea.user_id).where(UserArea.area_id == int(area_id))
    return statement.where(User.id.in_(assigned))


def count_admins(*, without: int | None = None) -> int:
    """Administrators who can sign in, not counting the person `without`."""
    statement = select(func.count()).where(
        User.role == "admin", User.is_active, User.password_hash.is_not(None)
    )
    if without is not None:
        statement = statement.where(User.id != without)
    return db.session.scalar(statement) or 0


def login_key(text: str) -> str:
    """A sign-in name as it is kept: small letters, no marks, no spaces."""
    return fold(text).replace(" ", "")


def _find_phone(condition: ColumnElement[bool]) -> Phone | None:
    return db.session.scalar(
        select(Phone)
        .join(User, User.id == Phone.user_id)
        .where(condition, Phone.revoked_at.is_(None), User.is_active)
    )


def _is_within(scope: Scope) -> ColumnElement[bool]:
    if scope.area_ids is None:
        return User.id.is_not(None)
    own = within(select(UserArea.user_id), UserArea.area_id, scope)
    beyond = select(UserArea.user_id).where(
        UserArea.area_id.not_in(sorted(scope.area_ids))
    )
    return User.id.in_(own) & User.id.not_in(beyond) & (User.role != "admin")
