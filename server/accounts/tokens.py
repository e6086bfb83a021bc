"""Random secrets. Whoever reads the database learns none that opens a door."""

import hashlib
import secrets

# Without letters and digits that look alike on paper: people type these.
_TYPED = "abcdefghjkmnpqrstuvwxyz23456789"


def new_token() -> str:
    """256 random bits for an address or a cookie."""
    return secrets.token_urlsafe(32)


def new_typed_secret(length: int = 14) -> str:
    """About five random bits a letter, easy to copy from paper."""
    return "".join(secrets.choice(_TYPED) for _ in range(length))


def hash_of(token: str) -> str:
    """What the database keeps of a token. Random tokens need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()
