"""Who may manage whose account.

Administrators manage everybody. Staff of a ward or a district manage the enumerators all
of whose areas lie in their own, because it is they who hire them and who stand beside
them when a phone is set up.
"""

from server.accounts.tables import ROLES

_MANAGED = {
    "admin": frozenset(ROLES),
    "district": frozenset({"enumerator"}),
    "ward": frozenset({"enumerator"}),
}


def manageable_roles(role: str) -> tuple[str, ...]:
    """The roles that somebody of `role` may give and take, highest first."""
    managed = _MANAGED.get(role, frozenset())
    return tuple(each for each in ROLES if each in managed)
