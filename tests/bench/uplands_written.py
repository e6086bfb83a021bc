"""How enumerators write upland households down: by ear, by age, at the hamlet's house."""

import random
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.bench.uplands_settled import Household, Villager


@dataclass(frozen=True, slots=True)
class Habits:
    """How often each thing is left out or goes wrong."""

    no_birth: float
    year_only: float
    age_only: float
    misheard: float
    mistyped: float
    no_marks: float
    no_card: float
    wrong_card: float
    no_place: float
    left_out: float
    other_head: float


# One in ten births is missing even where people are careful.
CAREFUL = Habits(0.10, 0.22, 0.06, 0.012, 0.006, 0.35, 0.22, 0.02, 0.15, 0.10, 0.02)
CARELESS = Habits(0.16, 0.32, 0.14, 0.035, 0.015, 0.55, 0.45, 0.04, 0.35, 0.22, 0.05)
# What sounds alike to who does not speak the language.
ALIKE = (
    ("gi", "d"), ("d", "gi"), ("s", "x"), ("x", "s"), ("ch", "tr"), ("tr", "ch"), ("l", "n"), ("n", "l"),
    ("ph", "p"), ("p", "b"), ("c", "k"), ("k", "c"), ("q", "c"), ("th", "t"),
)  # fmt: skip
TONES = "\u0300\u0301\u0303\u0309\u0323"
RELATIONS = {
    "head": "Chủ hộ", "spouse": "Vợ/chồng", "child": "Con", "parent": "Bố/mẹ", "in_law": "Con dâu",
    "grandchild": "Cháu", "sibling": "Anh chị em", "other": "Khác",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Enumerator:
    """One who visits, and the ways of writing that stay the same all year."""

    name: str
    marks: bool
    upper: bool
    day_first: bool
    words: bool
    at_hamlet_house: float

    @classmethod
    def hired(cls, chance: random.Random, habits: Habits) -> "Enumerator":
        """Somebody with habits of their own."""
        some = chance.random
        return cls(
            f"cb{chance.randrange(10**6):06}", some() > habits.no_marks, some() < 0.2, some() < 0.5,
            some() < 0.4, chance.choice((0.0, 0.4, 0.9)),
        )  # fmt: skip


def written(
    home: "Household", by: Enumerator, when: datetime, habits: Habits,
    chance: random.Random,
) -> dict[str, Any]:  # fmt: skip
    """One submission about a household as it is."""
    some = chance.random
    north, east, accuracy = _where(home, by, habits, chance)
    hamlet = _hear(home.hamlet, by, habits, chance)
    hamlet = (
        hamlet if some() < 0.6 else f"{chance.choice(('Bản', 'bản', 'Thôn'))} {hamlet}"
    )
    return {
        "submission_id": f"uuid:{chance.getrandbits(64):016x}",
        "started_at": when.isoformat() + "+07:00",
        "enumerator_id": by.name,
        "ward_code": f"{3100 + 3 * home.commune:05}",
        "ward_name": f"Xã {home.commune + 1}",
        "hamlet": None if some() < 0.08 else hamlet,
        "address": None if some() < 0.5 else hamlet,
        "lat": north,
        "lon": east,
        "gps_accuracy": accuracy,
        "phone": (home.phone or None) if some() > 0.12 else None,
        "members": [
            _member(person, relation, by, when.year, habits, chance)
            for person, relation in _roster(home, when.year, habits, chance)
        ],
    }


def _roster(
    home: "Household", year: int, habits: Habits, chance: random.Random
) -> list[tuple["Villager", str]]:
    """Who is named, and who is called the head: sometimes whoever was at home."""
    head, *rest = home.members
    if chance.random() < habits.left_out:
        rest = [member for member in rest if chance.random() > 0.35]
    grown = [member for member in rest if year - member[0].born.year >= 18]
    if grown and chance.random() < habits.other_head:
        told = chance.choice(grown)
        rest = [member for member in rest if member is not told]
        back = {"spouse": "spouse", "child": "parent"}.get(told[1], "other")
        return [(told[0], "head"), (head[0], back), *rest]
    if chance.random() < 0.3:
        chance.shuffle(rest)
    return [head, *rest]


def _member(
    person: "Villager", relation: str, by: Enumerator, year: int, habits: Habits,
    chance: random.Random,
) -> dict[str, Any]:  # fmt: skip
    born, birth_year, age = _birth(person, by, year, habits, chance)
    return {
        "name": _name(person, by, year, habits, chance),
        "relation": RELATIONS[relation] if by.words else relation,
        "sex": None
        if chance.random() < 0.04
        else ("Nam" if person.sex == "M" else "Nữ"),
        "dob": born,
        "birth_year": birth_year,
        "age": age,
        "id_number": _card(person, habits, chance),
        "phone": person.phone if person.phone and chance.random() < 0.2 else None,
    }


def _name(
    person: "Villager", by: Enumerator, year: int, habits: Habits, chance: random.Random
) -> str:
    some, middle = chance.random, person.middle
    if middle and some() < 0.03:
        middle = ""
    elif middle in ("Thị", "Văn") and some() < 0.02:
        middle = middle[0] + "."
    whole = " ".join(part for part in (person.family, middle, person.given) if part)
    if year - person.born.year > 60 and some() < 0.02:
        whole = f"{'Ông' if person.sex == 'M' else 'Bà'} {person.given}"
    return _hear(whole, by, habits, chance)


def _hear(text: str, by: Enumerator, habits: Habits, chance: random.Random) -> str:
    """A text word by word as this enumerator hears and types it."""
    found = " ".join(_word(word, habits, chance) for word in text.split())
    if not by.marks:
        plain = unicodedata.normalize("NFD", found.replace("Đ", "D").replace("đ", "d"))
        found = "".join(char for char in plain if not unicodedata.combining(char))
    return found.upper() if by.upper else found


def _word(word: str, habits: Habits, chance: random.Random) -> str:
    if chance.random() < habits.misheard:
        low = word.lower()
        fits = [
            (one, other)
            for one, other in ALIKE
            if low.startswith(one) and len(low) > len(one)
        ]
        if fits and chance.random() < 0.5:
            one, other = chance.choice(fits)
            return (other + low[len(one) :]).capitalize()
        spread = unicodedata.normalize("NFD", word)
        bare = "".join(char for char in spread if char not in TONES)
        return unicodedata.normalize("NFC", _toned(bare, chance.choice(TONES)))
    if len(word) > 2 and chance.random() < habits.mistyped:
        at = chance.randrange(1, len(word))
        return (
            word[:at] + word[at + 1 :]
            if chance.random() < 0.5
            else word[:at] + chance.choice("aeiouhng") + word[at:]
        )
    return word


def _toned(bare: str, tone: str) -> str:
    for at, char in enumerate(bare):
        if char.lower() in "aeiouy":
            return bare[: at + 1] + tone + bare[at + 1 :]
    return bare


def _birth(
    person: "Villager", by: Enumerator, year: int, habits: Habits, chance: random.Random
) -> tuple[str | None, int | None, int | None]:
    """Date, year or age: what the person knows and the enumerator asks for."""
    some, born = chance.random, person.born
    old = year - born.year > 50
    if some() < habits.no_birth:
        return None, None, None
    said = born.year + (
        chance.choice((-2, -1, 1)) if some() < (0.08 if old else 0.02) else 0
    )
    if some() < habits.age_only * (2 if old else 1):
        return None, None, max(year - said + (some() < 0.3), 0)
    if some() < habits.year_only * (1.8 if old else 0.6):
        return None, said, None
    month, day = born.month, born.day
    if some() < (0.35 if old else 0.08):
        month = day = 1
    elif some() < 0.02:
        day = chance.randrange(1, 29)
    elif day <= 12 and some() < 0.03:
        month, day = day, month
    return (
        (
            f"{day:02}/{month:02}/{said}"
            if by.day_first
            else f"{said}-{month:02}-{day:02}"
        ),
        None,
        None,
    )


def _card(person: "Villager", habits: Habits, chance: random.Random) -> str | None:
    """The nine digits, or none of them; there are no other cards here."""
    number = person.card
    if not number or chance.random() < habits.no_card:
        return None
    if chance.random() < habits.wrong_card:
        at = chance.randrange(len(number))
        number = chance.choice((
            number[:at] + str(chance.randrange(10)) + number[at + 1 :], number[:at] + number[at + 1 :],
            number[:-2] + number[-1] + number[-2],
        ))  # fmt: skip
    return number.lstrip("0") if chance.random() < 0.05 else number


def _where(
    home: "Household", by: Enumerator, habits: Habits, chance: random.Random
) -> tuple[float | None, float | None, float | None]:
    """The position: at the house, from across the valley, or where the hamlet meets."""
    if chance.random() < habits.no_place:
        return None, None, None
    north, east = home.place
    if chance.random() < by.at_hamlet_house:
        north, east = middle_of(home.commune, home.hamlet)
        spread = 0.0001
    else:
        spread = 0.0045 if chance.random() < 0.35 else 0.00025
    return (
        round(north + chance.gauss(0, spread), 6),
        round(east + chance.gauss(0, spread), 6),
        round(chance.uniform(5, 60), 1),
    )


def middle_of(commune: int, hamlet: str) -> tuple[float, float]:
    """Where the house of a hamlet stands."""
    by_name = random.Random(f"{commune}/{hamlet}")  # noqa: S311 - the same place again
    return 21.2 + by_name.random() * 0.8, 102.9 + by_name.random() * 0.9
