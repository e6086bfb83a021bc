"""Identity numbers: their kinds, how they are read, and what they say about a person.

CCCD, Căn cước and the personal number of a birth registration are one 12-digit space:
three digits for the province of birth registration, one for century and sex, two for
the birth year, six random. There is no check digit, so contradictions are warnings:
number, sex and year can all be mistyped. CMND numbers of 9 digits say nothing and
changed when a person moved. The 63 province codes stayed when provinces merged in
2025.

Source: public explanations of the 12 digits (lsvn.vn, hrnk.vn), not the decree itself;
that nine-digit numbers changed on moving is common knowledge, unsourced.
"""

import re
import unicodedata
from dataclasses import dataclass

from server.domain.problems import Problem
from server.domain.survey.record import BirthDate, Identifier

CCCD12 = "cccd12"
CMND9 = "cmnd9"
CMND12 = "cmnd12"
BIRTH_REGISTRATION = "birth_registration"
LENGTHS = {CCCD12: 12, CMND9: 9, CMND12: 12, BIRTH_REGISTRATION: 12}
# Every kind of 12 digits is one and the same personal number.
PERSONAL_KINDS = frozenset({CCCD12, CMND12, BIRTH_REGISTRATION})

PROVINCES = {
    "001": "Hà Nội",
    "002": "Hà Giang",
    "004": "Cao Bằng",
    "006": "Bắc Kạn",
    "008": "Tuyên Quang",
    "010": "Lào Cai",
    "011": "Điện Biên",
    "012": "Lai Châu",
    "014": "Sơn La",
    "015": "Yên Bái",
    "017": "Hòa Bình",
    "019": "Thái Nguyên",
    "020": "Lạng Sơn",
    "022": "Quảng Ninh",
    "024": "Bắc Giang",
    "025": "Phú Thọ",
    "026": "Vĩnh Phúc",
    "027": "Bắc Ninh",
    "030": "Hải Dương",
    "031": "Hải Phòng",
    "033": "Hưng Yên",
    "034": "Thái Bình",
    "035": "Hà Nam",
    "036": "Nam Định",
    "037": "Ninh Bình",
    "038": "Thanh Hóa",
    "040": "Nghệ An",
    "042": "Hà Tĩnh",
    "044": "Quảng Bình",
    "045": "Quảng Trị",
    "046": "Thừa Thiên Huế",
    "048": "Đà Nẵng",
    "049": "Quảng Nam",
    "051": "Quảng Ngãi",
    "052": "Bình Định",
    "054": "Phú Yên",
    "056": "Khánh Hòa",
    "058": "Ninh Thuận",
    "060": "Bình Thuận",
    "062": "Kon Tum",
    "064": "Gia Lai",
    "066": "Đắk Lắk",
    "067": "Đắk Nông",
    "068": "Lâm Đồng",
    "070": "Bình Phước",
    "072": "Tây Ninh",
    "074": "Bình Dương",
    "075": "Đồng Nai",
    "077": "Bà Rịa - Vũng Tàu",
    "079": "Thành phố Hồ Chí Minh",
    "080": "Long An",
    "082": "Tiền Giang",
    "083": "Bến Tre",
    "084": "Trà Vinh",
    "086": "Vĩnh Long",
    "087": "Đồng Tháp",
    "089": "An Giang",
    "091": "Kiên Giang",
    "092": "Cần Thơ",
    "093": "Hậu Giang",
    "094": "Sóc Trăng",
    "095": "Bạc Liêu",
    "096": "Cà Mau",
}
# Below 100 a code is a province, above it a country of birth.
_FIRST_COUNTRY = 100
# Typed to get past a required question.
_PLACEHOLDERS = frozenset({"123456789", "987654321", "123456789012", "012345678910"})
_SEPARATORS = re.compile(r"[\s.\-\u2010-\u2015/]")


@dataclass(frozen=True, slots=True)
class ReadNumber:
    """What was made of a typed number: None when it is empty or a mere placeholder."""

    identifier: Identifier | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonalNumber:
    """What a 12-digit number says about its holder."""

    registered_in: str  # three digits: a province below 100, a country from there on
    sex: str
    birth_year: int


def read_number(kind: str, text: str, path: str = "") -> ReadNumber:
    """Read one number as typed; every problem is a warning, the number is kept.

    A spreadsheet drops leading zeros, so 12-digit kinds with 9 to 11 digits are
    filled up when that gives a province, and flagged. A number that is no number of its
    kind is kept as typed: it is evidence, and staff can still read it.
    """
    typed = unicodedata.normalize("NFKC", text)
    digits = unicodedata.normalize("NFKC", _SEPARATORS.sub("", typed)).strip("'")
    if not digits or is_placeholder(digits):
        return ReadNumber(None, _placeholder_problem(digits, path))
    wanted = LENGTHS.get(kind)
    if wanted is None or not (digits.isascii() and digits.isdigit()):
        return ReadNumber(Identifier(kind, digits), (_unreadable(path, digits, kind),))
    problems = []
    if len(digits) < wanted and _lost_zeros(kind, digits):
        problems.append(
            Problem(
                "identity_zero_restored",
                path,
                {"value": mask(digits.zfill(wanted))},
                blocking=False,
            )
        )
        digits = digits.zfill(wanted)
    if len(digits) != wanted:
        return ReadNumber(Identifier(kind, digits), (_unreadable(path, digits, kind),))
    if kind in PERSONAL_KINDS and not _is_known_place(digits[:3]):
        problems.append(
            Problem(
                "identity_province_unknown",
                path,
                {"value": mask(digits), "province": digits[:3]},
                blocking=False,
            )
        )
    return ReadNumber(Identifier(kind, digits), tuple(problems))


def personal_number(identifier: Identifier) -> PersonalNumber | None:
    """What a well-formed 12-digit number says; None for any other."""
    number = identifier.number
    if identifier.kind not in PERSONAL_KINDS or not re.fullmatch(r"[0-9]{12}", number):
        return None
    century, is_female = divmod(int(number[3]), 2)
    year = 1900 + 100 * century + int(number[4:6])
    return PersonalNumber(number[:3], "female" if is_female else "male", year)


def check_against_person(
    identifier: Identifier, sex: str | None, birth: BirthDate | None, path: str = ""
) -> tuple[Problem, ...]:
    """Warnings where a number contradicts the sex or the birth year of its holder."""
    said = personal_number(identifier)
    if said is None:
        return ()
    value = mask(identifier.number)
    problems = []
    if sex is not None and sex != said.sex:
        problems.append(
            Problem(
                "identity_contradicts_sex",
                path,
                {"value": value, "sex": sex},
                blocking=False,
            )
        )
    if birth is not None and birth.year != said.birth_year:
        problems.append(
            Problem(
                "identity_contradicts_year",
                path,
                {"value": value, "said": said.birth_year, "year": birth.year},
                blocking=False,
            )
        )
    return tuple(problems)


def is_well_formed(identifier: Identifier) -> bool:
    """Digits of the right number for its kind: good enough to compare people by."""
    number = identifier.number
    return (
        number.isascii()
        and number.isdigit()
        and len(number) == LENGTHS.get(identifier.kind)
        and not is_placeholder(number)
    )


def comparable(identifier: Identifier) -> str | None:
    """The text that equals for two records of one number, whatever the kind is called.

    A 9-digit and a 12-digit number of one person never compare: they differ by design.
    """
    if not is_well_formed(identifier):
        return None
    space = "personal" if identifier.kind in PERSONAL_KINDS else identifier.kind
    return f"{space}:{identifier.number}"


def mask(number: str) -> str:
    """The number with all but its last three characters hidden, for screens
    and logs.
    """
    return (
        "\u2022" * max(len(number) - 3, 0) + number[-3:] if len(number) > 3 else "•••"
    )


def is_placeholder(digits: str) -> bool:
    """Whether digits were typed only to get past a required question."""
    is_one_digit = len(set(digits)) == 1 and digits.isdecimal()
    return is_one_digit or digits in _PLACEHOLDERS


def _is_known_place(code: str) -> bool:
    return code in PROVINCES or int(code) >= _FIRST_COUNTRY


def _lost_zeros(kind: str, digits: str) -> bool:
    """Only a province code that starts with zeros can lose them.

    Nine digits under a 12-digit kind are far more often an old CMND in the wrong field.
    """
    if kind == CMND9:
        return len(digits) == 8
    return len(digits) in (10, 11) and digits.zfill(12)[:3] in PROVINCES


def _placeholder_problem(digits: str, path: str) -> tuple[Problem, ...]:
    if not digits:
        return ()
    return (Problem("identity_placeholder", path, {"value": digits}, blocking=False),)


def _unreadable(path: str, digits: str, kind: str) -> Problem:
    values = {"value": mask(digits), "kind": kind, "length": len(digits)}
    return Problem("identity_unreadable", path, values, blocking=False)
