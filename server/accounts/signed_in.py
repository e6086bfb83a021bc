"""Who a request comes from, by a cookie or by a token."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person of a request, as they were when it began."""

    id: int
    login: str
    name: str
    role: str
    language: str
