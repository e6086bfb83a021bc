"""What a table is made from: the lists of both ends of a period, and facts of who is on
them. A value object, so that a table can be made again from what was kept of it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from server.domain.poverty.pack import Pack
from server.domain.poverty.transitions import Transition
from server.domain.reporting.facts import Facts


@dataclass(frozen=True, slots=True)
class Listed:
    """A household on the lists of a day: as what, and in which place of the table."""

    category: str
    place: str
    sub: str | None = None  # the sub-type, where it was recorded


@dataclass(frozen=True, slots=True)
class Place:
    """A row of places. `residents` are all households that live there, poor or not;
    None while nobody has entered how many."""

    key: str
    name: str
    residents: int | None = None


@dataclass(frozen=True, slots=True)
class Register:
    """The lists with their facts. `moves` says per place what happened to a household;
    a household that moved between two places left one and entered the other."""

    pack: Pack
    places: tuple[Place, ...]
    start: Mapping[str, Listed]
    end: Mapping[str, Listed]
    moves: Mapping[tuple[str, str], Transition]
    facts: Mapping[str, Facts]
    standard_changed: bool = False
    all_residents: int | None = None  # of the unit itself, where that was entered

    def entries(self, at: str, place: str | None) -> Iterator[tuple[str, Listed]]:
        """Who was listed at one end, of one place or of all."""
        listed = self.start if at == "start" else self.end
        for household_id, each in listed.items():
            if place is None or each.place == place:
                yield household_id, each

    def residents(self, place: str | None) -> int | None:
        """All households living in a place. Of all places their sum, or what was entered
        for the unit itself; None when nobody knows."""
        found = [each.residents for each in self.places if place in (None, each.key)]
        if not found or None in found:
            return self.all_residents if place is None else None
        return sum(each for each in found if each is not None)
