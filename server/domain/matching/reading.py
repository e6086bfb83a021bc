"""Names, births, numbers and addresses as typed, turned into `Features`."""

import re
import unicodedata
from functools import lru_cache

from server.domain.matching.features import (
    AGE,
    DAY,
    FEMALE,
    MALE,
    MAX_WORDS,
    UNKNOWN,
    YEAR,
)
from server.domain.people.identity_numbers import (
    CCCD12,
    PROVINCES,
    is_placeholder,
    personal_number,
)
from server.domain.people.names import fold, normalise_name
from server.domain.people.phones import canonical_phone, is_valid_phone
from server.domain.people.syllables import skeleton, toned
from server.domain.survey.record import Identifier

_NOTE = re.compile(r"\([^)]*\)?|\[[^\]]*\]?|\"[^\"]*\"?")
_GAPS = re.compile(r"[\s.,;:_\-/]+")
_TITLES = frozenset(
    ["ông", "bà", "cụ", "cô", "anh", "chị", "em", "bé", "cháu", "bác", "chú", "thầy"]
)
_PLAIN_TITLES = frozenset(
    ["ong", "ba", "anh", "be", "chau", "bac", "chu", "co", "chi", "em", "cu", "thay"]
)
# These are family names when written without marks.
_NAMES_TOO = frozenset(["chau", "chu", "co", "cu", "bac", "chi", "ong"])


@lru_cache(maxsize=1 << 16)
def read_name(text: str) -> tuple[tuple[str, ...], str]:
    """The words of a name and its toned form; titles and notes are passed over."""
    if "(" in text or "[" in text or '"' in text:
        text = _NOTE.sub(" ", text) if _NOTE.sub(" ", text).strip() else text
    words = [word for word in _GAPS.split(normalise_name(text).lower()) if word]
    if len(words) > 1 and _is_title(words[0], len(words)):
        words = words[1:]
    keys = tuple(key for word in words if (key := skeleton(word)))
    if len(keys) > MAX_WORDS:
        keys = (*keys[: MAX_WORDS - 1], keys[-1])
    marked = [toned(word) for word in words]
    has_marks = any(marked)
    full = " ".join(
        mark or key
        for mark, key in zip(marked, (skeleton(w) for w in words), strict=True)
    )
    return keys, full if has_marks else ""


def _is_title(word: str, count: int) -> bool:
    if word in _TITLES:
        return True
    return word in _PLAIN_TITLES and (count == 2 or word not in _NAMES_TOO)


def read_birth(
    dob: str | None, year: int | None, age: int | None, surveyed: int
) -> tuple[int, int, int, int]:
    """Year, month, day and precision. 1 January is what is written for a year."""
    if dob:
        parts = re.findall(r"\d+", as_digits(dob))
        if len(parts) == 3:
            if len(parts[0]) != 4:
                parts.reverse()
            born, month, day = (int(part) for part in parts)
            born = _century(born, surveyed) if len(parts[0]) == 2 else born
            if month > 12 >= day:
                month, day = day, month
            is_day = 1 <= month <= 12 and 1 <= day <= 31 and (month, day) != (1, 1)
            known = _year(born)
            return (born, month, day, DAY) if is_day and known[3] else known
        if parts and len(parts[-1]) == 4:
            return _year(int(parts[-1]))
        if parts and len(parts[0]) == 4:
            return _year(int(parts[0]))
    if year:
        return _year(int(year))
    if age is not None and surveyed:
        return surveyed - int(age), 0, 0, AGE
    return 0, 0, 0, UNKNOWN


def _century(year: int, surveyed: int) -> int:
    """Two digits of a year: nobody is born after the survey."""
    return year + (2000 if year <= (surveyed or 2026) % 100 else 1900)


def told_by_number(
    personal: str, birth: tuple[int, int, int, int], sex: int
) -> tuple[tuple[int, int, int, int], int]:
    """Birth and sex, filled up from a 12-digit number where nobody gave them.

    What was answered stays: the number can be mistyped too, and then contradicts.
    """
    said = personal_number(Identifier(CCCD12, personal)) if personal else None
    if said is None or personal[:3] not in PROVINCES:
        return birth, sex
    year, _month, _day, precision = birth
    known = _year(said.birth_year)
    if precision == UNKNOWN or (precision == AGE and abs(year - known[0]) <= 2):
        birth = known
    return birth, sex or (FEMALE if said.sex == "female" else MALE)


# Letters that readers of paper, and people, take for digits.
_LOOKALIKE = str.maketrans("OoQDIli|ZSsB", "000011112558")


def as_digits(text: str) -> str:
    """A number as typed, with letters that look like digits read as those."""
    letters = sum(char.isalpha() for char in text)
    digits = sum(char.isdecimal() for char in text)
    return text.translate(_LOOKALIKE) if letters and digits > letters else text


def _year(year: int) -> tuple[int, int, int, int]:
    return (year, 0, 0, YEAR) if 1850 < year < 2200 else (0, 0, 0, UNKNOWN)


def read_numbers(*texts: str | None) -> tuple[str, str]:
    """The 12-digit and the 9-digit number among what was typed, zeros restored."""
    personal = card = ""
    for text in texts:
        if not text:
            continue
        digits = "".join(c for c in as_digits(text) if c.isdecimal() and c.isascii())
        if len(digits) < 7 or is_placeholder(digits):
            continue
        if len(digits) in (10, 11) and digits.zfill(12)[:3] in PROVINCES:
            digits = digits.zfill(12)
        elif len(digits) == 8:
            digits = "0" + digits
        if len(digits) > 10 and not personal:
            personal = digits[:13]
        elif len(digits) <= 10 and not card:
            card = digits
    return personal, card


@lru_cache(maxsize=1 << 14)
def read_phone(text: str | None) -> str:
    """A phone number as dialled today; blank when it is too short for one."""
    if not text:
        return ""
    phone = canonical_phone(as_digits(text))
    if is_valid_phone(phone):
        return phone
    return phone[:12] if len(phone) >= 8 else ""


_WAY = frozenset(
    [
        "so",
        "nha",
        "sn",
        "ngo",
        "ng",
        "ngach",
        "hem",
        "kiet",
        "pho",
        "duong",
        "d",
        "p",
        "can",
        "ho",
        "tap",
        "the",
        "tt",
        "ktt",
        "khu",
        "toa",
        "tang",
        "chung",
        "cu",
        "trong",
        "thon",
        "xom",
        "ap",
    ]
)
_GROUP = re.compile(r"(?:^|[,;\-]\s*|\s)(?:to(?: dan pho)?|tdp|cum)\s*(?:so\s*)?\d+\b")
# Whatever follows the ward is district and city.
_WARD = re.compile(
    r"[,;]\s*(?:phuong|p\.(?!\s*\d)|xa|x\.|quan|q\.|huyen|h\.|thanh pho|tp|tinh"
    r"|thi tran|tt\.|ha noi|hn\b).*$"
)
_PIECES = re.compile(r"[a-z]*\d+[a-z]?\d*|[a-z]+")
_ROOM = re.compile(r"\bphong\s*(?=\d)")
_LED = re.compile(r"^(?:p|so|sn|ngo|ng|ngach|hem|nha|phong|kiet)(?=\d)")


@lru_cache(maxsize=1 << 14)
def read_address(text: str | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The numbers (house, lane, flat) and the street words of an address.

    Which number belongs to what is written in a dozen ways and often not at all; that
    the same numbers stand beside the same street says as much.
    """
    if not text:
        return (), ()
    plain = fold(unicodedata.normalize("NFC", text))
    plain = _GROUP.sub(" ", _WARD.sub(" ", " " + plain))
    numbers, street = [], []
    plain = re.sub(r"(?<=\d)\s+(?=[a-c]\b)", "", _ROOM.sub("p", plain))
    for piece in _PIECES.findall(plain):
        if any(c.isdigit() for c in piece):
            number = _LED.sub("", piece).lstrip("0")
            if number:
                numbers.append(number)
        elif piece not in _WAY:
            street.append(skeleton(piece))
    return tuple(sorted(numbers)[:6]), tuple(sorted(set(street))[:4])
