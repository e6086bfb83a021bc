"""Tokens by which programs work for a member of staff: with their areas, never more.

The database keeps the hash of a token, so nobody reads one out of a copy of it. A token
ends by itself; one that may only read cannot be made to decide.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select, update

from server import clock
from server.accounts.tables import ApiToken, User
from server.accounts.tokens import hash_of, new_token
from server.audit import actions as audit
from server.db import db, transaction
from server.domain.actor import Actor
from server.domain.problems import Problem, Refused

LASTS = (30, 90, 365)  # days
SEEN_EVERY = timedelta(minutes=1)
# Whoever finds such a text in a file or a log knows what it is, and so do scanners.
PREFIX = "rasoat_"


def create_token(
    *, by: Actor, user_id: int, name: str, days: int, may_write: bool
) -> tuple[ApiToken, str]:
    """A new token and its text, which nobody will see again."""
    with transaction() as session:
        text, now = PREFIX + new_token(), clock.now()
        row = ApiToken(
            user_id=user_id,
            name=" ".join(name.split()),
            token_hash=hash_of(text),
            may_write=may_write,
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
        session.add(row)
        session.flush()
        _record(by, "api_token.created", row, days=days, may_write=may_write)
        return row, text


def revoke_token(*, by: Actor, user_id: int, token_id: int) -> ApiToken:
    """Let a token open nothing any more."""
    with transaction() as session:
        row = session.get(ApiToken, token_id)
        if row is None or row.user_id != user_id:
            raise Refused(Problem("api_token_not_found"), status=404)
        if row.revoked_at is None:
            row.revoked_at = clock.now()
            _record(by, "api_token.revoked", row)
        return row


def find_by_token(text: str) -> tuple[ApiToken, User] | None:
    """A token that still opens something, with its person."""
    row = db.session.execute(
        select(ApiToken, User)
        .join(User, User.id == ApiToken.user_id)
        .where(
            ApiToken.token_hash == hash_of(text),
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at > clock.now(),
            User.is_active,
        )
    ).one_or_none()
    return (row[0], row[1]) if row else None


def see_token(*, seen: ApiToken) -> None:
    """Remember that a token is in use, at most once a minute."""
    now, token_id = clock.now(), seen.id
    if seen.last_used_at is not None and now - seen.last_used_at < SEEN_EVERY:
        return
    with transaction() as session:
        session.execute(
            update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=now)
        )


def tokens_of(user_id: int) -> Sequence[ApiToken]:
    """Every token of a person that was not revoked, the newest first."""
    return db.session.scalars(
        select(ApiToken)
        .where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
        .order_by(ApiToken.id.desc())
    ).all()


def _record(by: Actor, action: str, row: ApiToken, **details: object) -> None:
    audit.record(
        by=by,
        action=action,
        subject_kind="api_token",
        subject_id=row.id,
        details={"user_id": row.user_id, **details},
    )
