"""How the score of two submissions comes about, stage by stage, as text.

What was read, which keys they share, which persons were laid on each other and how,
what the households say, and the verdict. Identity numbers are masked.
"""

from collections.abc import Iterator

import numpy as np

from server.domain.matching.catalogue import sentence_of, topic_of
from server.domain.matching.features import AGE, DAY, UNKNOWN, Features, Person
from server.domain.matching.frequencies import Counts
from server.domain.matching.keys import SECRET, keys_of
from server.domain.matching.model import Model
from server.domain.matching.person_levels import EVIDENCE
from server.domain.matching.scoring import explain_bands, look, prepare
from server.domain.matching.table import Array
from server.domain.people.identity_numbers import mask

HEADINGS = {
    "vi": ("1. Đã đọc", "2. Khoá chung", "3. Từng người", "4. Hai hộ", "5. Kết luận"),
    "en": ("1. Read", "2. Shared keys", "3. Persons", "4. Households", "5. Verdict"),
}
VERDICTS = {"vi": ("CÙNG HỘ", "KHÁC HỘ"), "en": ("SAME", "DIFFERENT")}
WORDS = {
    "vi": ("không có; cặp này chỉ được so khi đã cùng cụm", "không ai giống ai",
           "bắt đầu", "sẽ đổi nếu thiếu", "xác suất"),
    "en": ("none; such a pair is compared only within a cluster", "nobody is like anybody",
           "start", "would turn without", "probability"),
}  # fmt: skip


def stages(
    model: Model, one: Features, other: Features, counts: Counts, language: str
) -> Iterator[str]:
    """Lines of text about a pair, a heading before each stage."""
    headings, words = HEADINGS[language], WORDS[language]
    yield headings[0]
    for record in (one, other):
        yield f"   {record.record_id}  {_place(record)}"
        yield from (f"      {_person(person)}" for person in record.persons)
    yield headings[1]
    shared = sorted({*keys_of(one)} & {*keys_of(other)})
    yield from (f"   {_shown(key)}" for key in shared or [words[0]])
    yield headings[2]
    prepared = prepare([one, other], counts)
    seen = look(model, prepared, np.array([0]), np.array([1]))
    persons = [*one.persons, *other.persons]
    for line in range(len(seen.pair)):
        left, right = persons[seen.left[line]], persons[seen.right[line]]
        said = [
            f"{name}={steps[seen.levels[line, column]]} "
            f"{model.persons.bits[name][seen.levels[line, column]]:+.1f}"
            for column, (name, steps) in enumerate(EVIDENCE.items())
        ]
        yield f"   {' '.join(left.words)} ~ {' '.join(right.words)}  {seen.weight[line]:+.1f}"
        yield f"      {', '.join(said)}"
    if not len(seen.pair):
        yield f"   {words[1]}"
    yield headings[3]
    yield from _households(model, seen.bands[0], language)


def _households(model: Model, bands: Array, language: str) -> Iterator[str]:
    words, result = WORDS[language], explain_bands(model, bands)
    start = float(model.probability(result.prior))
    yield f"   {words[2]:28}{result.prior:>+8.1f}  {start:.4f}"
    for part in result.parts:
        yield (
            f"   {topic_of(part.evidence, language):28}{part.bits:>+8.1f}  "
            f"{part.probability:.4f}  {sentence_of(part, language)}"
        )
    yield HEADINGS[language][4]
    verdict = VERDICTS[language][result.bits <= model.zones.link]
    turning = ", ".join(topic_of(each, language) for each in result.flip)
    yield (
        f"   {verdict}: {result.bits:.1f} bits, {words[4]} {result.probability:.4f}; "
        f"{words[3]}: {turning or '-'}"
    )


def _place(record: Features) -> str:
    where = (
        record.ward,
        record.group,
        "/".join(record.numbers),
        ".".join(record.street),
    )
    return " | ".join(each for each in where if each)


def _person(person: Person) -> str:
    number = (
        mask(person.personal or person.card) if person.personal or person.card else ""
    )
    return "  ".join(
        each for each in (" ".join(person.words), _birth(person), number) if each
    )


def _birth(person: Person) -> str:
    if person.precision == UNKNOWN:
        return ""
    if person.precision == DAY:
        return f"{person.year}-{person.month:02}-{person.day:02}"
    return f"~{person.year}" if person.precision == AGE else str(person.year)


def _shown(key: str) -> str:
    return SECRET + mask(key.removeprefix(SECRET)) if key.startswith(SECRET) else key
