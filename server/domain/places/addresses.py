"""Urban addresses: reading, writing and comparing them.

A Hanoi address is said from the inside out: số 12 hẻm 5/7/9 ngách 7/9 ngõ 9 phố X. The
slashes name the way back to the street: hẻm 5 leaves ngách 7, which leaves ngõ 9.
House number and slashes alone, 12/5/7/9, say the same. Comparisons look at the bare
numbers, so that every way of writing one place gives one key.
"""

import re
import unicodedata
from dataclasses import fields, replace
from enum import IntEnum

from server.domain.people.names import fold
from server.domain.survey.record import Address

_NUMBER = r"(\d+\s?[a-zđ]?\d{0,3}(?:\s?[/-]\s?\d+\s?[a-zđ]?\d{0,3})*)"
# A letter after a number belongs to it only when no word goes on from there.
_END = r"(?![\wÀ-ỹ])"
_LANES = (
    ("sub_alley", re.compile(r"\bhẻm\s*(?:số\s*)?" + _NUMBER + _END, re.IGNORECASE)),
    ("alley", re.compile(r"\bngách\s*(?:số\s*)?" + _NUMBER + _END, re.IGNORECASE)),
    (
        "lane",
        re.compile(r"\b(?:ngõ|kiệt)\s*(?:số\s*)?" + _NUMBER + _END, re.IGNORECASE),
    ),
)
_HOUSE = re.compile(
    r"(?:\b(?:số\s*nhà|nhà\s*số|số|sn)\s*[:.]?\s*|^\s*)" + _NUMBER + _END, re.IGNORECASE
)
_BUILDING = re.compile(
    r"\b(?:p(?:hòng)?\.?\s*\d|căn hộ|tầng|toà|tòa|khu tập thể|ktt|tập thể|nhà\s*[a-z]\d"
    r"|chung cư)",
    re.IGNORECASE,
)
_AREA = re.compile(
    r"^(?:tổ(?:\s*dân\s*phố)?|tdp|phường|p\.(?!\s*\d)|quận|q\.|thành phố|tp\b|hà nội)",
    re.IGNORECASE,
)
_STREET_WORD = re.compile(r"^(?:phố|đường|đ\.|đại lộ)\s*", re.IGNORECASE)
_OUTWARD = ("house_number", "sub_alley", "alley", "lane")
_PARTS = tuple(part.name for part in fields(Address) if part.name != "text")


class AddressAgreement(IntEnum):
    """How close two addresses are, from another street to the same door."""

    MISSING = -1
    DIFFERENT = 0
    SAME_STREET = 1
    SAME_LANE = 2
    SAME_HOUSE = 3


def parse_address(text: str) -> Address:
    """The parts of an address as spoken; `text` keeps the original.

    Residential group, ward and city are passed over: they are asked for by code.
    """
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    found: dict[str, str] = {}
    rest = []
    for said in (piece.strip() for piece in re.split(r"[,;]", plain)):
        if not said or _AREA.match(said):
            continue
        left = said
        if _BUILDING.search(said) and "building" not in found:
            left = _take_building(said, found)
        for name, pattern in (*_LANES, ("house_number", _HOUSE)):
            left = _take(left, name, pattern, found)
        if left:
            rest.append(left)
    street = _STREET_WORD.sub("", rest[0]).strip() if rest else ""
    return _spread(Address(street=street or None, text=text, **found))


def format_address(address: Address) -> str:
    """The address as written on an envelope; what was said when no part is known."""
    if not any(getattr(address, name) for name in _PARTS):
        return address.text or ""
    plain = bare(address)
    numbers = [getattr(plain, name) for name in _OUTWARD]
    words = []
    for label, start in (("hẻm", 1), ("ngách", 2), ("ngõ", 3)):
        if numbers[start]:
            way = [number for number in numbers[start:] if number]
            words.append(f"{label} {'/'.join(way)}")
    if plain.house_number:
        words.insert(0, f"số {plain.house_number}")
    if plain.street:
        named = _STREET_WORD.match(plain.street) is not None
        words.append(plain.street if named else f"phố {plain.street}")
    line = " ".join(words)
    return ", ".join(part for part in (plain.building, line) if part)


def bare(address: Address) -> Address:
    """The address with one number in each part: slashes are spread over the parts.

    An address of which only the spoken text is known is read first. A part that was
    given on its own wins over what a slash says about it.
    """
    if address.text and not any(getattr(address, name) for name in _PARTS):
        return parse_address(address.text)
    return _spread(address)


def _spread(address: Address) -> Address:
    found = {name: _clean(getattr(address, name)) for name in _OUTWARD}
    for position, name in enumerate(_OUTWARD):
        first, *way = (found[name] or "").split("/")
        outer = _OUTWARD[position + 1 :]
        if not way or len(way) > len(outer):
            continue
        found[name] = first
        # 12/9 is number 12 in lane 9; 12/5/7/9 goes through all of them.
        for outward, number in zip(outer[-len(way) :], way, strict=True):
            found[outward] = found[outward] or number
    return replace(address, **found)


def address_key(address: Address) -> str:
    """One text for every way of writing one door; blank when the door is not known."""
    plain = bare(address)
    street = _street_key(plain)
    if not (street or plain.lane or plain.building) or not (
        plain.house_number or plain.building
    ):
        return ""
    parts = [street, plain.lane, plain.alley, plain.sub_alley, plain.house_number]
    parts.append(fold(plain.building or "").replace(" ", "").replace(".", ""))
    return "/".join(fold(part or "") for part in parts)


def addresses_agree(left: Address, right: Address) -> AddressAgreement:
    """How close two addresses are, as far as both are known."""
    first, second = bare(left), bare(right)
    key = address_key(first)
    if key and key == address_key(second):
        return AddressAgreement.SAME_HOUSE
    streets = {_street_key(first), _street_key(second)}
    lanes = [
        (one.lane, one.alley, one.sub_alley)
        for one in (first, second)
        if one.lane or one.alley or one.sub_alley
    ]
    if len(streets - {""}) == 2:
        return AddressAgreement.DIFFERENT
    if len(lanes) == 2:
        same = [fold(part or "") for part in lanes[0]] == [
            fold(part or "") for part in lanes[1]
        ]
        return AddressAgreement.SAME_LANE if same else AddressAgreement.DIFFERENT
    if "" in streets:
        return AddressAgreement.MISSING
    return AddressAgreement.SAME_STREET


def _take(
    piece: str, name: str, pattern: re.Pattern[str], found: dict[str, str]
) -> str:
    """Move the first number that `pattern` finds from the text to its part."""
    match = pattern.search(piece)
    if match is None or name in found:
        return piece
    found[name] = match[1]
    return " ".join((piece[: match.start()] + " " + piece[match.end() :]).split())


def _take_building(piece: str, found: dict[str, str]) -> str:
    """A flat or block up to the first word that belongs to the street."""
    start = re.search(r"\b(?:số(?!\s*nhà\s*[a-z])|hẻm|ngách|ngõ|phố|đường)\b", piece)
    end = start.start() if start else len(piece)
    if not piece[:end].strip():
        return piece
    found["building"] = piece[:end].strip()
    return piece[end:]


def _clean(number: str | None) -> str | None:
    """Reads "12 A" and "012a" as 12A; the words of the part itself are left out."""
    if not number:
        return None
    plain = unicodedata.normalize("NFC", number).strip()
    plain = re.sub(
        r"^(?:số\s*nhà|số|hẻm|ngách|ngõ|kiệt)\s+", "", plain, flags=re.IGNORECASE
    )
    plain = re.sub(r"\s*/\s*", "/", plain)
    plain = re.sub(r"(?<=\d)\s+(?=[A-Za-z]\b)", "", plain)
    return re.sub(r"(?<![\dA-Za-z])0+(?=\d)", "", plain).upper() or None


def _street_key(address: Address) -> str:
    return fold(_STREET_WORD.sub("", (address.street or "").strip()))
