"""Upland communes: households and their years, written for this bench alone.

`python -m tests.bench.uplands --out folder --households 6000 --seed 941` shares no line
with the generator: other people (H'Mông, Thái, Tày, Dao, Khơ Mú, Mường and a few Kinh,
so a handful of family names), other families (large, three generations), hamlets instead
of streets, one visit a year. Truth is what the generator's docstring says: a household
goes on through moves, deaths, births, marriages and a change of its head; at a split
the part with the head goes on and the leaving part is new; at a merge the one that takes
in goes on. How it is written down is in `uplands_written`. Nothing of it is ever trained
on.
"""

import argparse
import csv
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.bench.uplands_named import PLACES
from tests.bench.uplands_settled import VISITS, Household, Settled
from tests.bench.uplands_written import (
    CAREFUL,
    CARELESS,
    Enumerator,
    written,
)


class Uplands(Settled):
    """The communes of a district, year by year, and the people who visit them."""

    def visits(self) -> Iterator[tuple[dict[str, Any], str]]:
        """Each submission with the household it is of, year by year."""
        for year in VISITS:
            if year > VISITS[0]:
                for home in [*self.living]:
                    if not home.is_gone:
                        self.live(home, year)
                self.living = [home for home in self.living if not home.is_gone]
            teams = self.teams()
            for home in self.living:
                if self.chance.random() > 0.62:
                    continue
                often = 2 if self.chance.random() < 0.05 else 1
                day = datetime(year, 9, 5) + timedelta(days=self.chance.randrange(80))  # noqa: DTZ001
                for again in range(often):
                    when = day + timedelta(
                        days=9 * again, minutes=self.chance.randrange(500, 1000)
                    )
                    by = self.chance.choice(teams[home.commune])
                    yield written(home, by, when, self.habits, self.chance), home.name

    def teams(self) -> list[list[Enumerator]]:
        """Who visits each commune this year."""
        communes = 1 + max(home.commune for home in self.living)
        return [
            [Enumerator.hired(self.chance, self.habits) for _ in range(4)]
            for _ in range(communes)
        ]

    def live(self, home: Household, year: int) -> None:
        """One year of one household."""
        chance = self.chance.random
        for person, _ in home.members:
            self.grow_up(person, year)
        if chance() < 0.11 and len(home.members) < 11:
            self.bear(home, year)
        if chance() < 0.035:
            self.marry(home, year)
        if chance() < 0.045:
            self.part(home, year)
        head = home.members[0][0]
        if len(home.members) > 1 and chance() < (
            0.06 if year - head.born.year > 65 else 0.01
        ):
            self.hand_over(home, died=True)
        elif len(home.members) > 1 and chance() < 0.05:
            self.hand_over(home, died=False)
        self.change(home)

    def change(self, home: Household) -> None:
        """Who leaves, where they live, whom they can be called through."""
        chance = self.chance.random
        if len(home.members) > 2 and chance() < 0.05:
            del home.members[self.chance.randrange(1, len(home.members))]
        if chance() < 0.02:
            home.hamlet = f"{self.chance.choice(PLACES)} {1 + home.commune % 3}"
            home.place = self.spot(home.commune, home.hamlet)
        if len(home.members) < 3 and chance() < 0.03:
            self.take_in(home)
        if chance() < 0.15:
            phones = [person.phone for person, _ in home.members if person.phone]
            home.phone = self.chance.choice(phones) if phones and chance() < 0.8 else ""

    def bear(self, home: Household, year: int) -> None:
        """A child, whose family name is the father's."""
        for person, relation in home.members:
            if (
                person.sex == "F"
                and 16 <= year - person.born.year <= 42
                and relation in ("spouse", "in_law")
            ):
                family = next((p.family for p, _ in home.members if p.sex == "M"), "")
                child = self.villager(
                    person.people, self.chance.choice("MF"), year - 1, family
                )
                home.members.append(
                    (child, "child" if relation == "spouse" else "grandchild")
                )
                return

    def marry(self, home: Household, year: int) -> None:
        """A son brings his wife home."""
        if any(relation == "in_law" for _, relation in home.members):
            return
        for person, relation in home.members:
            if (
                relation == "child"
                and person.sex == "M"
                and year - person.born.year >= 17
            ):
                wife = self.villager(
                    person.people, "F", person.born.year + self.chance.randrange(-2, 4)
                )
                home.members.append((wife, "in_law"))
                return

    def part(self, home: Household, year: int) -> None:
        """A married son builds next door: he, his wife and their children are new."""
        sons = [
            m
            for m in home.members
            if m[1] == "child" and m[0].sex == "M" and year - m[0].born.year >= 19
        ]
        wives = [m for m in home.members if m[1] == "in_law"]
        if not sons or len(home.members) - 1 - len(wives) < 1:
            return
        going = [sons[0], *wives, *(m for m in home.members if m[1] == "grandchild")]
        home.members = [m for m in home.members if m not in going]
        new = {"child": "head", "in_law": "spouse", "grandchild": "child"}
        north, east = home.place
        self.found(
            home.commune,
            home.hamlet,
            [(p, new[relation]) for p, relation in going],
            (north + 0.0003, east),
        )

    def hand_over(self, home: Household, *, died: bool) -> None:
        """Another head; the old one stays as somebody's parent or spouse, or is dead."""
        order = {"child": 0, "spouse": 1, "in_law": 3, "parent": 4}
        old, *rest = home.members
        grown = [m for m in rest if VISITS[-1] - m[0].born.year >= 20] or rest
        new = min(grown, key=lambda m: (order.get(m[1], 2), m[0].sex == "F"))
        was = new[1]
        turned = {
            "child": {
                "spouse": "parent",
                "child": "sibling",
                "in_law": "spouse",
                "grandchild": "child",
            }
        }.get(was, {})
        others = [
            (p, turned.get(relation, relation if was == "spouse" else "other"))
            for p, relation in rest
            if p is not new[0]
        ]
        stays = (
            []
            if died
            else [(old[0], {"child": "parent", "spouse": "spouse"}.get(was, "other"))]
        )
        home.members = [(new[0], "head"), *stays, *others]

    def take_in(self, home: Household) -> None:
        """An old couple moves to a household of its hamlet, and its own ends."""
        near = [
            other
            for other in self.living[-400:]
            if other is not home
            and other.commune == home.commune
            and not other.is_gone
            and len(other.members) < 8
        ]
        if near:
            self.chance.choice(near).members.extend(
                (person, "other") for person, _ in home.members
            )
            home.is_gone = True


def write(place: Path, households: int, seed: int, *, careless: bool = False) -> None:
    """Write `submissions.jsonl` and `truth.csv`."""
    world = Uplands(households, seed, CARELESS if careless else CAREFUL)
    place.mkdir(parents=True, exist_ok=True)
    with (
        (place / "submissions.jsonl").open("w", encoding="utf-8") as lines,
        (place / "truth.csv").open("w", encoding="utf-8", newline="") as truth,
    ):
        table = csv.writer(truth)
        table.writerow(("submission_id", "household_id"))
        for line, household in world.visits():
            lines.write(json.dumps(line, ensure_ascii=False) + "\n")
            table.writerow((line["submission_id"], household))


def main() -> int:
    """Write one world of upland communes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--households", type=int, default=12_000)
    parser.add_argument("--seed", type=int, default=941)
    parser.add_argument("--careless", action="store_true")
    chosen = parser.parse_args()
    write(chosen.out, chosen.households, chosen.seed, careless=chosen.careless)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
