"""Who is responsible for a change: a person, a phone, or the system itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """The author of a write, stored with every audit event and judgement.

    `kind` is "user", "phone" or "system"; `id` is the key of that account (0 for the
    system); `name` is what staff see in the history.
    """

    kind: str
    id: int
    name: str


SYSTEM = Actor(kind="system", id=0, name="Hệ thống")
