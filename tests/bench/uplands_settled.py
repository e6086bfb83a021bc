"""Upland villagers and households as they come into being."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.bench.uplands_named import PEOPLES, PLACES
from tests.bench.uplands_written import Habits, middle_of

VISITS = (2022, 2023, 2024)


@dataclass(slots=True)
class Villager:
    """One person; `card` is the nine-digit number, blank for who never had one."""

    people: str
    family: str
    middle: str
    given: str
    sex: str
    born: datetime
    card: str = ""
    phone: str = ""


@dataclass(slots=True)
class Household:
    """One household: its members with what each is to the head, the head first."""

    name: str
    commune: int
    hamlet: str
    place: tuple[float, float]
    members: list[tuple[Villager, str]]
    phone: str = ""
    is_gone: bool = False


@dataclass(slots=True)
class Settled:
    """The households of a district, and how new ones come to be."""

    households: int
    seed: int
    habits: Habits
    chance: random.Random = field(init=False)
    living: list[Household] = field(default_factory=list)
    count: int = 0
    cards: int = 100_000

    def __post_init__(self) -> None:
        self.chance = random.Random(f"uplands/{self.seed}")  # noqa: S311 - the same world again
        for _ in range(self.households):
            commune = self.chance.randrange(max(self.households // 900, 2))
            self.settle(commune, f"{self.chance.choice(PLACES)} {1 + commune % 3}")

    def villager(self, people: str, sex: str, born: int, family: str = "") -> Villager:
        """Somebody new; who is fifteen has a card, mostly."""
        pick, ways = self.chance.choice, PEOPLES[people]
        man = sex == "M"
        day = datetime(born, 1, 1) + timedelta(days=self.chance.randrange(365))  # noqa: DTZ001
        if self.chance.random() < (0.3 if born < 1975 else 0.05):
            day = day.replace(month=1, day=1)  # the paper itself says so
        middle = pick(ways.male if man else ways.female)
        given = pick(ways.sons if man else ways.daughters)
        found = Villager(people, family or pick(ways.families), middle, given, sex, day)
        self.grow_up(found, VISITS[0])
        return found

    def grow_up(self, person: Villager, year: int) -> None:
        """Cards and phones of who is old enough."""
        if year - person.born.year < 15:
            return
        if not person.card and self.chance.random() < 0.85:
            self.cards += self.chance.randrange(1, 12)
            person.card = f"{self.chance.choice(('040', '045', '050'))}{self.cards % 1_000_000:06}"
        if not person.phone and self.chance.random() < 0.35:
            person.phone = f"0{self.chance.choice((98, 97, 96, 36, 38, 33, 91, 82))}{self.chance.randrange(10**7):07}"

    def settle(self, commune: int, hamlet: str) -> Household:
        """A household that is there from the beginning."""
        random_, names = self.chance.random, [*PEOPLES]
        people = self.chance.choices(names, [PEOPLES[n].share for n in names])[0]
        age = 22 + int(55 * random_() ** 1.3)
        head = self.villager(people, "M" if random_() < 0.85 else "F", VISITS[0] - age)
        members = [(head, "head")]
        if random_() < 0.85:
            members.append(
                (
                    self.villager(
                        people,
                        "F" if head.sex == "M" else "M",
                        head.born.year + self.chance.randrange(-3, 6),
                    ),
                    "spouse",
                )
            )
        family = head.family if head.sex == "M" else ""
        for _ in range(min(int(random_() * 6), max(age - 18, 0) // 3)):
            born = head.born.year + self.chance.randrange(18, max(min(age, 40), 19) + 1)
            members.append(
                (
                    self.villager(
                        people, self.chance.choice("MF"), min(born, VISITS[0]), family
                    ),
                    "child",
                )
            )
        if random_() < 0.3 and age < 50:
            members.append(
                (
                    self.villager(
                        people, "F", head.born.year - self.chance.randrange(17, 35)
                    ),
                    "parent",
                )
            )
        return self.found(commune, hamlet, members)

    def found(
        self, commune: int, hamlet: str, members: list[tuple[Villager, str]],
        near: tuple[float, float] | None = None,
    ) -> Household:  # fmt: skip
        """A household with a number of its own, in its hamlet."""
        self.count += 1
        place = near or self.spot(commune, hamlet)
        home = Household(f"U{self.count:06}", commune, hamlet, place, members)
        phones = [person.phone for person, _ in members if person.phone]
        shared = (
            self.living[-1].phone if self.living and self.chance.random() < 0.15 else ""
        )
        home.phone = shared or (self.chance.choice(phones) if phones else "")
        self.living.append(home)
        return home

    def spot(self, commune: int, hamlet: str) -> tuple[float, float]:
        """Somewhere in a hamlet."""
        north, east = middle_of(commune, hamlet)
        return north + self.chance.gauss(0, 0.004), east + self.chance.gauss(0, 0.004)
