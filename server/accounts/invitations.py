"""One-time links by which people choose a password; nobody ever knows another's.

There is no default account. An empty installation prints a link that makes its first
administrator; whoever has a shell on the server can ask for another when everybody is
locked out.
"""

from datetime import timedelta

from sqlalchemy import delete

from server import clock
from server.accounts.queries import count_admins, find_invitation
from server.accounts.tables import Invitation
from server.accounts.tokens import hash_of, new_token
from server.audit.actions import record
from server.db import serialise, transaction
from server.domain.actor import SYSTEM, Actor
from server.domain.problems import Problem, Refused

# A person may be on leave; a link for an administrator is used by whoever asked for it.
LINK_LASTS = timedelta(days=7)
ADMIN_LINK_LASTS = timedelta(days=1)


def make_first_admin_link() -> str | None:
    """A token for the first administrator; None when somebody can administer."""
    with transaction():
        return None if count_admins() else make_admin_link(by=SYSTEM)


def make_admin_link(*, by: Actor) -> str:
    """A token by which a further administrator signs up. The one before is void."""
    with transaction():
        token = issue(user_id=None, lasts=ADMIN_LINK_LASTS)
        record(
            by=by,
            action="admin.invited",
            subject_kind="user",
            subject_id="new",
        )
        return token


def issue(*, user_id: int | None, lasts: timedelta = LINK_LASTS) -> str:
    """A new token for a person (or for a new administrator); older ones are void."""
    with transaction() as session:
        void(user_id=user_id)
        token = new_token()
        now = clock.now()
        session.add(
            Invitation(
                token_hash=hash_of(token),
                user_id=user_id,
                created_at=now,
                expires_at=now + lasts,
            )
        )
        session.flush()
        return token


def void(*, user_id: int | None) -> None:
    """Make every unused link of a person useless."""
    with transaction() as session:
        session.execute(
            delete(Invitation).where(
                Invitation.user_id.is_(None)
                if user_id is None
                else Invitation.user_id == user_id,
                Invitation.used_at.is_(None),
            )
        )


def redeem(token: str) -> Invitation:
    """Use up a link. Of two who open it at once, one is refused."""
    with transaction():
        serialise("invitations")
        invitation = find_invitation(token)
        if invitation is None:
            raise Refused(Problem("invitation_unusable"), status=410)
        invitation.used_at = clock.now()
        return invitation
