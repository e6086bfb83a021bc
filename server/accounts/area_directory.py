"""The names of areas, which accounts know by number only.

Areas are a feature above this one (a scope is made of a person's areas), so they leave
their directory in `app.extensions["area_directory"]` and screens of accounts ask there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from server.domain.actor import Scope


@dataclass(frozen=True, slots=True)
class AreaChoice:
    """An area that can be assigned; `groups` are the parts of a ward."""

    id: int
    name: str
    within: str
    groups: tuple["AreaChoice", ...] = ()


class AreaDirectory(Protocol):
    """What accounts ask about areas."""

    def names(self, area_ids: Iterable[int]) -> dict[int, str]:
        """Their names; one that is no more says so."""

    def choices(self, scope: Scope) -> Sequence[AreaChoice]:
        """The areas of today in sight, larger ones first."""


def directory(extensions: dict[str, Any]) -> AreaDirectory:
    """The directory of an application."""
    found: AreaDirectory = extensions["area_directory"]
    return found
