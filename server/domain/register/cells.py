"""Reading one cell of a list: from whatever a spreadsheet holds to an answer.

Each reader takes the text of a cell and gives the answer in the codes of the survey form
with what is wrong with it; it never raises. What could be read two ways is left out and
said, never guessed.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from server.domain.people.birth_dates import parse_birth
from server.domain.people.ethnic_groups import find_ethnic_group
from server.domain.people.identity_numbers import CCCD12, CMND9
from server.domain.people.names import fold, normalise_name
from server.domain.survey.values import shown

LONGEST_CELL = 2000
SMALLEST_INCOME = 10_000
_ERRORS = re.compile(
    r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!)", re.IGNORECASE
)
_DAY = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})")
_LONG_DAY = re.compile(r"ngay (\d{1,2}) thang (\d{1,2}) nam (\d{4})")
_GROUPED = re.compile(r"\d{1,3}([.,\s]\d{3})+")
_DIGITS = re.compile(r"[\s.\-'’]")
_SEX = {
    "male": "nam m male trai boy man ong",
    "female": "nu f female gai girl woman ba",
}
_RELATIONS = {
    "head": ["chu ho", "ch", "head"],
    "spouse": ["vo", "chong", "vo/chong", "vo chong", "vo hoac chong", "spouse", "wife", "husband"],
    "child": ["con", "con de", "con trai", "con gai", "con nuoi", "con ruot", "child", "son", "daughter"],
    "parent": ["bo", "me", "bo de", "me de", "bo/me", "bo me", "cha", "cha me", "bo chong", "me chong", "bo vo", "me vo", "parent", "father", "mother"],
    "grandparent": ["ong", "ba", "ong ba", "ong noi", "ba noi", "ong ngoai", "ba ngoai", "grandparent"],
    "grandchild": ["chau noi", "chau ngoai", "chau noi/ngoai", "chau noi ngoai", "grandchild"],
    "sibling": ["anh", "chi", "em", "anh chi em", "anh/chi/em", "anh trai", "em trai", "chi gai", "em gai", "anh ruot", "chi ruot", "em ruot", "sibling", "brother", "sister"],
    "child_in_law": ["con dau", "con re", "con dau/re", "con dau re", "child_in_law"],
    "other": ["khac", "quan he khac", "nguoi khac", "other"],
}  # fmt: skip
_CATEGORIES = {
    "POOR": ["ho ngheo", "ngheo", "hn", "n1", "n2", "poor", "ho ngheo n1", "ho ngheo n2", "ngheo n1", "ngheo n2", "tai ngheo", "ho tai ngheo", "ngheo thu nhap", "ngheo thieu hut"],
    "NEAR_POOR": ["ho can ngheo", "can ngheo", "hcn", "cn", "near poor", "near_poor", "near-poor", "tai can ngheo"],
    "AVERAGE": ["ho co muc song trung binh", "muc song trung binh", "trung binh", "hmstb", "average"],
    "NON_POOR": ["khong ngheo", "ho khong ngheo", "thoat ngheo", "ho thoat ngheo", "thoat can ngheo", "ho thoat can ngheo", "moi thoat ngheo", "ho moi thoat ngheo", "non_poor", "non poor", "not poor"],
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """What was made of a cell: `value` is an answer, or parts of one; `code` is what is
    wrong, `blocking` whether the row can be understood all the same."""

    value: Any = None
    code: str = ""
    blocking: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """What names of a list mean here: wards, groups and causes, by folded name."""

    wards: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[tuple[str, str], str] = field(default_factory=dict)
    causes: Mapping[str, str] = field(default_factory=dict)


def text_of(value: object) -> str:
    """What a spreadsheet holds, as text; whole numbers without a point, days as ISO."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        is_whole = abs(value) < 1e15 and value.is_integer()
        return str(int(value)) if is_whole else repr(value)
    if isinstance(value, datetime):
        is_day = value.time() == time(0)
        return value.date().isoformat() if is_day else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value).replace("\0", "").replace("_x000D_", "").strip()[:LONGEST_CELL]


def read_cell(reader: str, text: str, choices: Choices, ward: str = "") -> Cell:
    """The answer of one cell that is not blank; `ward` is the one its group lies in."""
    if _ERRORS.fullmatch(text):
        return Cell(code="import_cell_error", blocking=True)
    if reader == "ward":
        return _of_list(choices.wards, place_key(text), "import_ward_unknown", True)
    if reader == "group":
        return _group(text, choices, ward)
    if reader == "causes":
        return _causes(text, choices)
    return _READERS[reader](text)


def place_key(text: str) -> str:
    """A ward's name as it is compared: without its kind and without marks."""
    plain = " ".join(re.sub(r"[^\w ]+", " ", fold(text)).split())
    for kind in ("phuong ", "xa ", "thi tran ", "p ", "tt "):
        if plain.startswith(kind) and len(plain) > len(kind):
            return plain.removeprefix(kind)
    return plain.zfill(5) if plain.isdecimal() and len(plain) < 5 else plain


def group_key(text: str) -> str:
    """A residential group as it is compared: its number, or else its name."""
    plain = " ".join(re.sub(r"[^\w ]+", " ", fold(text)).split())
    number = re.fullmatch(r"(?:[a-z ]*\D)?0*(\d{1,3})", plain)
    return number[1] if number else plain


def _of_list(known: Mapping[str, str], key: str, code: str, blocking: bool) -> Cell:
    return Cell(known[key]) if key in known else Cell(code=code, blocking=blocking)


def _group(text: str, choices: Choices, ward: str) -> Cell:
    found = choices.groups.get((ward, group_key(text)))
    return Cell(found) if found else Cell(code="import_group_unknown")


def _causes(text: str, choices: Choices) -> Cell:
    parts = [part for part in re.split(r"[;,\n/+]", text) if part.strip()]
    known = [choices.causes.get(" ".join(fold(part).split())) for part in parts]
    whole = choices.causes.get(" ".join(fold(text).split()))
    if whole:
        return Cell(whole)
    if parts and all(known):
        return Cell(" ".join(dict.fromkeys(str(each) for each in known)))
    return Cell(code="import_cause_unknown")


def _text(text: str) -> Cell:
    return Cell(text)


def _name(text: str) -> Cell:
    name = normalise_name(text)
    if not any(char.isalpha() for char in name):
        return Cell(code="import_name_without_letter", blocking=True)
    return Cell(name)


def _word(table: Mapping[str, Any], text: str, code: str) -> Cell:
    plain = " ".join(fold(text).strip(" .").split())
    for value, words in table.items():
        if plain in (words.split() if isinstance(words, str) else words):
            return Cell(value)
    return Cell(code=code)


def _sex(text: str) -> Cell:
    return _word(_SEX, text, "import_sex_unknown")


def _relation(text: str) -> Cell:
    return _word(_RELATIONS, text, "import_relation_unknown")


def _category(text: str) -> Cell:
    found = _word(_CATEGORIES, text, "import_category_unknown")
    return found if found.value else Cell(code=found.code, blocking=True)


def _birth(text: str) -> Cell:
    """Year, month and day as far as they are said."""
    plain = (
        text.split(" ", maxsplit=1)[0] if re.match(r"\d{4}-\d\d-\d\d ", text) else text
    )
    birth = parse_birth(plain)
    if birth is None and (day := _long_day(text)):
        birth = parse_birth(day.isoformat())
    if birth is None or not 1850 <= birth.year <= 2200:
        return Cell(code="import_birth_unreadable", blocking=True)
    return Cell(tuple(str(p) for p in (birth.year, birth.month, birth.day) if p))


def _day(text: str) -> Cell:
    found = read_day(text)
    if found is None:
        return Cell(code="import_day_unreadable", blocking=True)
    return Cell(found.isoformat())


def read_day(text: str) -> date | None:
    """A whole day, as Excel keeps it or as people write it; None when it is none."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        pass
    written = _DAY.fullmatch(text.strip())
    if written is None:
        return _long_day(text)
    day, month, year = (int(part) for part in written.groups())
    return _possible(year, month, day)


def _long_day(text: str) -> date | None:
    said = _LONG_DAY.search(fold(text))
    return _possible(*(int(part) for part in said.groups()[::-1])) if said else None


def _possible(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _identity_number(text: str) -> Cell:
    """The number with its kind by its length; what is none goes on as typed, since the
    reader of surveys says what is wrong with it."""
    digits = _DIGITS.sub("", text)
    if re.fullmatch(r"\d(?:\.\d+)?[eE]\+?\d+", text.replace(",", ".")):
        return Cell(code="import_number_cut", blocking=True)
    kind = CMND9 if digits.isdecimal() and len(digits) in (8, 9) else CCCD12
    return Cell((kind, digits or text))


def _ethnicity(text: str) -> Cell:
    code = find_ethnic_group(text.zfill(2) if text.isdecimal() else text)
    return Cell(code) if code else Cell(code="import_ethnicity_unknown")


def _count(text: str) -> Cell:
    whole = re.fullmatch(r"(\d{1,4})(?:[.,]0+)?", text.strip())
    return (
        Cell(whole[1]) if whole else Cell(code="import_count_unreadable", blocking=True)
    )


def _money(text: str) -> Cell:
    plain = (
        fold(text).removesuffix("dong").removesuffix("vnd").removesuffix("d").strip()
    )
    if _GROUPED.fullmatch(plain):
        plain = re.sub(r"\D", "", plain)
    if plain.isascii() and plain.isdigit() and len(plain) <= 12:
        # Some lists count in thousands: nobody lives on less than this in dong.
        is_small = 0 < int(plain) < SMALLEST_INCOME
        return Cell(code="import_money_small") if is_small else Cell(plain)
    return Cell(code="import_money_unreadable", blocking=True)


def _phone(text: str) -> Cell:
    return Cell(re.split(r"[;,/\n]| - ", text)[0].strip() or text)


_READERS: dict[str, Callable[[str], Cell]] = {
    "text": _text,
    "name": _name,
    "sex": _sex,
    "relation": _relation,
    "category": _category,
    "birth": _birth,
    "day": _day,
    "identity_number": _identity_number,
    "ethnicity": _ethnicity,
    "count": _count,
    "money": _money,
    "phone": _phone,
}
READERS = frozenset({*_READERS, "ward", "group", "causes"})


def short(text: str) -> str:
    """A cell short and harmless enough to stand in a sentence."""
    return shown(text)
