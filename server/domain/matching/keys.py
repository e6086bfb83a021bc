"""Which records are compared at all: those that share a key.

Keys are text for a database index, a dozen for a household of three. A key that starts
with "number:" holds an identity number and must be stored as a keyed hash only. Keys
that many records share say little and cost much: `candidates` of a caller passes over
those with more than `COMMON` records, because each pair that matters has others.
"""

from server.domain.matching.features import DAY, UNKNOWN, Features, Person

SECRET = "number:"  # noqa: S105 - how keys of numbers begin
COMMON = 20


def keys_of(features: Features) -> tuple[str, ...]:
    """The keys of a record, sorted, each once.

    Of every person: identity numbers; given name with the day of birth anywhere,
    because people move; full name with the year anywhere; given name with the year
    within the ward. Of two persons: their names together, for those whose birth nobody
    knows. Of the household: phones, the door, given names beside street and group, and
    the head within the group.
    """
    ward, persons = features.ward, features.persons
    keys = {f"phone:{phone}" for phone in features.phones}
    keys |= {f"phone:{person.phone}" for person in persons if person.phone}
    for person in persons:
        _person_keys(person, ward, keys)
    full = sorted(
        {f"{p.words[0][0]}.{p.words[-1]}" for p in persons if len(p.words) > 1}
    )[:4]
    keys |= {
        f"couple:{one}|{other}"
        for position, one in enumerate(full)
        for other in full[position + 1 :]
    }
    _place_keys(features, keys)
    if persons and persons[0].words:
        keys.add(f"name:{' '.join(persons[0].words)}|{ward}")
        if features.group and persons[0].year:
            keys.add(f"group:{persons[0].year}|{features.group}|{ward}")
        if features.latitude is not None and features.longitude is not None:
            cell = f"{features.latitude * 500:.0f}|{features.longitude * 500:.0f}"
            keys.add(f"spot:{persons[0].words[-1]}|{cell}")
    if features.entity:
        keys.add(f"entity:{features.entity}")
    return tuple(sorted(keys))


def _place_keys(features: Features, keys: set[str]) -> None:
    numbers, group = "/".join(features.numbers), features.group
    street = ".".join(features.street)
    if numbers and street:
        keys.add(f"door:{numbers}|{street}")
    if len(features.numbers) > 1:
        keys.add(f"lane:{numbers}|{features.ward}")
    if numbers and street and group:
        keys.add(f"house:{features.numbers[0]}|{street}|{group}")
    if street and group:
        given = dict.fromkeys(p.words[-1] for p in features.persons if p.words)
        keys |= {f"near:{name}|{group}|{street}" for name in [*given][:4]}


def _person_keys(person: Person, ward: str, keys: set[str]) -> None:
    if person.personal:
        keys.add(f"{SECRET}{person.personal}")
    if person.card:
        keys.add(f"{SECRET}{person.card}")
    if len(person.words) > 1:
        keys.add(f"named:{' '.join(person.words)}")
    if not person.words or person.precision == UNKNOWN:
        return
    given = person.words[-1]
    if person.precision == DAY:
        day = f"{person.month}-{person.day}"
        keys.add(f"born:{given}|{person.year}-{day}")
        keys.add(f"day:{person.year}-{day}|{ward}")
        keys.add(f"feast:{given}|{day}|{ward}")
    # Two overlapping bands bring together births written one year apart.
    bands = ((person.year + 2) // 4, -((person.year) // 4))
    for band in bands:
        if len(person.words) > 1:
            keys.add(f"full:{' '.join(person.words)}|{band}")
            keys.add(f"years:{person.words[0][0]}|{given}|{band}|{ward}")
