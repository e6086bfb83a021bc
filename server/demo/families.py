"""Invented families of one ward, the same for the same seed.

Names, numbers and addresses belong to nobody. What matters is that the mixture looks
like a ward: many who are fine, some near the line, some poor, elders who live alone,
namesakes, neighbours who share a phone, and people whose birthday nobody knows.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from random import Random

SURNAMES = (
    ["Nguyễn"] * 12 + ["Trần"] * 4 + ["Lê"] * 4 + ["Phạm"] * 3 + ["Hoàng", "Vũ"] * 2
) + [
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
    "Đào",
    "Đinh",
    "Trịnh",
    "Đoàn",
    "Tạ",
    "Phan",
]
MIDDLES = {
    "male": [
        "Văn",
        "Văn",
        "Văn",
        "Đức",
        "Hữu",
        "Xuân",
        "Quang",
        "Minh",
        "Đình",
        "Mạnh",
    ],
    "female": [
        "Thị",
        "Thị",
        "Thị",
        "Thị",
        "Thu",
        "Kim",
        "Ngọc",
        "Thanh",
        "Hồng",
        "Bích",
    ],
}
GIVEN = {
    "male": [
        "An",
        "Bình",
        "Cường",
        "Dũng",
        "Hải",
        "Hùng",
        "Hoà",
        "Khoa",
        "Long",
        "Minh",
        "Nam",
        "Phúc",
        "Quân",
        "Sơn",
        "Thắng",
        "Tuấn",
        "Việt",
        "Vinh",
        "Đạt",
        "Đông",
    ],
    "female": [
        "Anh",
        "Bích",
        "Chi",
        "Dung",
        "Giang",
        "Hà",
        "Hạnh",
        "Hoa",
        "Hương",
        "Lan",
        "Liên",
        "Mai",
        "Nga",
        "Ngọc",
        "Nhung",
        "Oanh",
        "Phương",
        "Thảo",
        "Thuý",
        "Yến",
    ],
}
STREETS = ("Thái Thịnh", "Thịnh Quang", "Láng Hạ", "Nam Đồng", "Tây Sơn", "Yên Lãng")
# Comfortable, just above the line, below it with few lacks, below it with many.
LEVELS = ("fine", "modest", "near", "poor")


@dataclass(frozen=True, slots=True)
class Person:
    """One member as the family itself knows them."""

    name: str
    sex: str
    relation: str
    born: date
    knows_birthday: bool = True
    cccd: str = ""
    insured: bool = True
    unable: bool = False


@dataclass(frozen=True, slots=True)
class Family:
    """One household, its door and how it gets by."""

    number: int
    group: int
    people: tuple[Person, ...]
    house_number: str
    alley: str
    lane: str
    street: str
    phone: str
    latitude: float
    longitude: float
    level: str
    lacks: frozenset[str] = field(default_factory=frozenset)

    @property
    def head(self) -> Person:
        return self.people[0]

    def renamed(self, name: str) -> "Family":
        """The same family with the head's name written differently."""
        head = replace(self.head, name=name)
        return replace(self, people=(head, *self.people[1:]))


def families(count: int, groups: int, today: date, seed: int = 108) -> list[Family]:
    """`count` families spread over residential groups numbered from 1."""
    random = Random(seed)
    return [_family(random, number, groups, today) for number in range(1, count + 1)]


def _family(random: Random, number: int, groups: int, today: date) -> Family:
    level = random.choices(LEVELS, (58, 18, 14, 10))[0]
    people = _people(random, today, level)
    has_alley = random.random() < 0.6
    lacks = {
        "fine": [],
        "modest": random.sample(("INTERNET", "AREA"), random.randint(0, 1)),
        "near": random.sample(("INTERNET", "AREA", "TOILET"), random.randint(0, 1)),
        "poor": ["INTERNET", "DEVICES", *random.sample(("AREA", "TOILET", "ROOF"), 2)],
    }[level]
    return Family(
        number=number,
        group=1 + number % groups,
        people=people,
        house_number=str(random.randint(1, 140)),
        alley=f"{random.randint(2, 30)}" if has_alley and random.random() < 0.5 else "",
        lane=str(random.randint(3, 400)) if has_alley else "",
        street=random.choice(STREETS),
        phone="" if random.random() < 0.08 else f"09{random.randint(10**7, 10**8 - 1)}",
        latitude=round(21.0060 + random.random() * 0.012, 6),
        longitude=round(105.8140 + random.random() * 0.014, 6),
        level=level,
        lacks=frozenset(lacks),
    )


def _people(random: Random, today: date, level: str) -> tuple[Person, ...]:
    shape = random.choices(
        ("couple", "family", "three", "alone", "single"), (18, 38, 14, 16, 14)
    )[0]
    poor = level == "poor"
    age = random.randint(68, 88) if shape == "alone" else random.randint(34, 66)
    sex = random.choice(("male", "female"))
    head = _person(random, today, sex, "head", age, poor)
    if shape == "alone":
        return (head,)
    surname = head.name.split()[0]
    found = [head]
    if shape != "single":
        other = "female" if sex == "male" else "male"
        found.append(_person(random, today, other, "spouse", age - 2, poor))
    if shape != "couple":
        for _ in range(random.randint(1, 3)):
            child_age = max(1, age - random.randint(24, 34))
            child = _person(random, today, "", "child", child_age, poor, surname)
            found.append(child)
    if shape == "three":
        elder = _person(random, today, "female", "parent", min(age + 25, 94), poor)
        found.append(elder)
    return tuple(found)


def _person(
    random: Random,
    today: date,
    sex: str,
    relation: str,
    age: int,
    poor: bool,
    surname: str = "",
) -> Person:
    sex = sex or random.choice(("male", "female"))
    born = date(today.year - age, random.randint(1, 12), random.randint(1, 28))
    born = min(born, date(today.year, 1, 1)) if age < 2 else born
    name = " ".join(
        (
            surname or random.choice(SURNAMES),
            random.choice(MIDDLES[sex]),
            random.choice(GIVEN[sex]),
        )
    )
    return Person(
        name=name,
        sex=sex,
        relation=relation,
        born=born,
        knows_birthday=age < 70 or random.random() < 0.5,
        cccd=_cccd(random, sex, born) if age >= 14 and random.random() < 0.9 else "",
        insured=random.random() < (0.6 if poor else 0.96),
        unable=age >= 72 or (poor and random.random() < 0.15),
    )


def _cccd(random: Random, sex: str, born: date) -> str:
    """A number that fits sex and year (reference: structure of the 12 digits)."""
    century = 2 * (born.year // 100 - 19) + (sex == "female")
    province = random.choice(("001", "001", "001", "036", "034", "030"))
    return f"{province}{century}{born.year % 100:02}{random.randint(0, 999_999):06}"
