"""The identity of a household: its UUID, and the code people print, read out and type.

A UUID comes from the phone that first registered the household (entities are created
offline), so a household keeps the identity it already has on phones. Which of several
seeds a merged household keeps depends on review dates only, never on arrival.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from server.domain.survey.record import SurveyRecord

# Crockford's base 32 leaves out I, L, O (read as 1, 1, 0) and U.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PREFIX = "HN"
_READ_AS = str.maketrans("OIL", "011")
_DIGITS = 9
_FALLBACKS = 3


@dataclass(frozen=True, slots=True)
class Seed:
    """The household id that one record proposes, and the date of its review."""

    household_id: UUID
    review_date: date


@dataclass(frozen=True, slots=True)
class Identities:
    """The id of each component, and where each seed that was not chosen went."""

    by_component: dict[frozenset[str], UUID]
    merged_into: dict[UUID, UUID]


def household_code(household_id: UUID) -> str:
    """The printable code of a household, such as "HN-7ZK4M-0Q9TC".

    45 bits of the id's SHA-256 and one check character: among 100,000 households the
    chance of two equal codes is about 1 in 7,000, so the table needs its unique
    constraint.
    """
    digest = int.from_bytes(hashlib.sha256(household_id.bytes).digest()[:6], "big")
    digits = [digest >> (5 * place) & 31 for place in range(_DIGITS)]
    text = "".join(ALPHABET[digit] for digit in [*digits, _check_digit(digits)])
    return f"{PREFIX}-{text[:5]}-{text[5:]}"


def normalise_code(text: str) -> str | None:
    """The code as printed, from what a person typed; None when it cannot be one.

    Small letters, spaces, any dash, a missing prefix, O for 0 and I or L for 1 are
    forgiven. One wrong character and two exchanged ones are always noticed.
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    plain = re.sub(r"[\s\-\u2010-\u2015_.]", "", plain)
    if len(plain) == _DIGITS + 1 + len(PREFIX) and plain.startswith(PREFIX):
        plain = plain.removeprefix(PREFIX)
    plain = plain.translate(_READ_AS)
    if len(plain) != _DIGITS + 1 or any(char not in ALPHABET for char in plain):
        return None
    digits = [ALPHABET.index(char) for char in plain]
    if _check_digit(digits[:-1]) != digits[-1]:
        return None
    return f"{PREFIX}-{plain[:5]}-{plain[5:]}"


def household_seed(record: SurveyRecord, record_id: str) -> UUID:
    """The household id a record stands for: its entity, or one derived from its own id.

    The derived id has the form of a version 4 UUID, the only one ODK Central accepts.
    """
    if record.entity is not None:
        try:
            return UUID(record.entity.id.removeprefix("uuid:"))
        except ValueError:
            pass  # an entity id that is no UUID cannot name a household
    return own_identity(record_id)


def own_identity(record_id: str) -> UUID:
    """The household id that only this record can stand for.

    Besides naming a household without an entity, it is what a component gets when all
    seeds of its records went to others; `record_id` is then its earliest record.
    """
    return _derived(record_id)


def fallback_identities(record_id: str) -> Iterator[UUID]:
    """The ids that a household may have for want of a seed, first `own_identity`, each
    made of the one before where that was taken; only once in a lifetime the third."""
    identity = own_identity(record_id)
    for _ in range(_FALLBACKS):
        yield identity
        identity = _derived(str(identity))


def assign_identities(
    components: Iterable[frozenset[str]], seeds: Mapping[str, Seed]
) -> Identities:
    """Give every component of records one household id.

    Components choose in the order of their earliest record, by (review date, record
    id); each takes the first seed of its records, in that same order, that nobody has
    taken. `seeds` has one entry per record.
    """

    def age(record_id: str) -> tuple[date, str]:
        return seeds[record_id].review_date, record_id

    by_age = {component: sorted(component, key=age) for component in components}
    chosen: dict[frozenset[str], UUID] = {}
    taken: set[UUID] = set()
    ordered = sorted(by_age, key=lambda component: age(by_age[component][0]))
    for component in ordered:
        identity = _first_free(by_age[component], seeds, taken)
        chosen[component] = identity
        taken.add(identity)

    merged: dict[UUID, UUID] = {}
    for component in ordered:
        for record_id in by_age[component]:
            seed = seeds[record_id].household_id
            if seed not in taken:
                merged.setdefault(seed, chosen[component])
    return Identities(chosen, merged)


def _first_free(
    records: list[str], seeds: Mapping[str, Seed], taken: set[UUID]
) -> UUID:
    for record_id in records:
        if seeds[record_id].household_id not in taken:
            return seeds[record_id].household_id
    identity = own_identity(records[0])
    while identity in taken:
        identity = _derived(str(identity))
    return identity


def _derived(text: str) -> UUID:
    return UUID(bytes=hashlib.sha256(text.encode()).digest()[:16], version=4)


def _check_digit(digits: list[int]) -> int:
    """A weighted sum in the field of 32 elements, each place with its own weight.

    Distinct weights other than 0 and 1 (the check digit's own) make every single wrong
    character and every exchange of two characters visible, which a sum modulo 31 or 32
    cannot do for 32 symbols.
    """
    total = 0
    for weight, digit in enumerate(digits, start=2):
        total ^= _times(weight, digit)
    return total


def _times(left: int, right: int) -> int:
    """Multiply in GF(32), reduced by x^5 + x^2 + 1."""
    product = 0
    while right:
        if right & 1:
            product ^= left
        left <<= 1
        if left & 32:
            left ^= 0b100101
        right >>= 1
    return product
