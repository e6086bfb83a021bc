"""Who is responsible for a change, and which areas a person may see."""

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

    def signature(self) -> dict[str, str | int]:
        """The columns by which a row names its author."""
        return {"actor_kind": self.kind, "actor_id": self.id, "actor_name": self.name}


SYSTEM = Actor(kind="system", id=0, name="Hệ thống")


@dataclass(frozen=True, slots=True)
class Scope:
    """The areas whose households somebody may see: their own and all below them.

    None is everywhere (administrators and the system); an empty set is nowhere, which
    is what an account without areas gets.
    """

    area_ids: frozenset[int] | None = frozenset()

    def holds(self, area_id: int | None) -> bool:
        """Whether something in this area may be seen; what has no area is for
        administrators."""
        return self.area_ids is None or area_id in self.area_ids


EVERYWHERE = Scope(None)
NOWHERE = Scope(frozenset())
