"""Vietnamese names: one spelling for storing, two foldings for comparing.

The text people gave is kept; comparisons run on keys. `fold` drops every mark ("Nguyễn
Đức" -> "nguyen duc"), `fold_tones` drops only what writers disagree on: where the tone
mark sits (hoà, hòa) and i or y at the end of a syllable (Lý, Lí). Both accept composed
and decomposed Unicode. đ is a letter of its own that no Unicode form decomposes, so it
is mapped by hand.
"""

import re
import unicodedata
from enum import IntEnum
from functools import lru_cache

_VOWELS = "aăâeêioôơuưy"
_TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
_SPACES = re.compile(r"\s+")
# ’ and ʼ are typed for the apostrophe of H'Mông and H'Hen.
_APOSTROPHES = str.maketrans({"\u2018": "'", "\u2019": "'", "\u02bc": "'", "`": "'"})
_ZERO_WIDTH = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD))


def _folding_table() -> dict[int, str]:
    table = {ord("đ"): "d", ord("Đ"): "d"}
    for code in (*range(0x41, 0x250), *range(0x1E00, 0x1F00)):
        plain = "".join(
            char
            for char in unicodedata.normalize("NFD", chr(code))
            if not unicodedata.combining(char)
        ).lower()
        if code not in table and plain != chr(code):
            table[code] = plain
    table.update(dict.fromkeys(range(0x300, 0x370), ""))
    return table


_FOLD = _folding_table()
_FOLD.update(_APOSTROPHES)
_FOLD_TABLE: dict[int, str | None] = {**_FOLD, **dict.fromkeys(_ZERO_WIDTH)}
# Vietnamese alphabetical order: the letters, then the tones level, falling, asking,
# tumbling, rising, heavy.
_LETTER_RANK = {"ă": "a1", "â": "a2", "đ": "d1", "ê": "e1", "ô": "o1", "ơ": "o2"} | {
    letter: letter + "0" for letter in "adeou"
}
_LETTER_RANK["ư"] = "u1"
_TONE_RANK = {
    "": "0",
    "\u0300": "1",
    "\u0309": "2",
    "\u0303": "3",
    "\u0301": "4",
    "\u0323": "5",
}
_TITLES = frozenset({"ông", "bà", "cụ"})


class NameAgreement(IntEnum):
    """How well two names agree, from contradiction to the same spelling."""

    MISSING = -1
    DIFFERENT = 0
    GIVEN_ONLY = 1
    NEAR = 2
    TONELESS_EQUAL = 3
    EQUAL = 4


def normalise_name(text: str) -> str:
    """The name as stored: composed Unicode, single spaces, capitals as given."""
    cleaned = unicodedata.normalize("NFC", text).translate(_ZERO_WIDTH)
    return " ".join(cleaned.translate(_APOSTROPHES).split())


def fold(text: str) -> str:
    """Small letters without any mark, đ as d, single spaces: the key of every
    search.
    """
    return " ".join(text.translate(_FOLD_TABLE).lower().split())


@lru_cache(maxsize=65536)
def fold_tones(text: str) -> str:
    """Small letters with their tone kept, but not where it was written.

    The tone moves to the end of each syllable, and a closing y after h, k, l, m, s, t,
    v or qu becomes i, so that hoà equals hòa and Lý equals Lí, while Hoa and Hoà
    differ.
    """
    return " ".join(_syllable(token) for token in normalise_name(text).split())


def given_name(text: str) -> str:
    """The name people are called by: the last word."""
    return normalise_name(text).rpartition(" ")[2]


def name_key(text: str) -> str:
    """The folded name without title and with y as i: equal for names that agree but for
    their marks (`TONELESS_EQUAL` or better)."""
    return " ".join(_plain(word) for word in _words(text))


@lru_cache(maxsize=65536)
def sort_key(text: str) -> str:
    """A plain string that sorts names as Vietnamese lists do.

    By given name, then family name and middle names; letters before tones.
    """
    tokens = normalise_name(text).lower().split()
    ordered = [*tokens[-1:], *tokens[:-1]]
    letters, tones = [], []
    for token in ordered:
        bare, tone = _split_tone(token)
        letters.append("".join(_LETTER_RANK.get(char, char) for char in bare))
        tones.append(_TONE_RANK[tone])
    return " ".join(letters) + "|" + "".join(tones)


def names_agree(left: str, right: str) -> NameAgreement:
    """How well two full names agree; a title before the name is passed over.

    NEAR is one word within one typing error, a middle name dropped or cut to its
    initial, or the same words in another order. A shared family name alone is no
    agreement: a dozen of them cover most people.
    """
    first, second = _words(left), _words(right)
    if not first or not second:
        return NameAgreement.MISSING
    if [fold_tones(w) for w in first] == [fold_tones(w) for w in second]:
        return NameAgreement.EQUAL
    plain_left, plain_right = [_plain(w) for w in first], [_plain(w) for w in second]
    if plain_left == plain_right:
        return NameAgreement.TONELESS_EQUAL
    if _near(plain_left, plain_right):
        return NameAgreement.NEAR
    if plain_left[-1] == plain_right[-1]:
        return NameAgreement.GIVEN_ONLY
    return NameAgreement.DIFFERENT


def _split_tone(token: str) -> tuple[str, str]:
    tone = ""
    kept = []
    for char in unicodedata.normalize("NFD", token):
        if char in _TONES:
            tone = char
        else:
            kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept)), tone


def _syllable(token: str) -> str:
    bare, tone = _split_tone(token.lower())
    if _y_is_i(bare):
        bare = bare[:-1] + "i"
    return bare + (_TONE_RANK[tone] if tone else "")


def _y_is_i(bare: str) -> bool:
    return bare.endswith("y") and (bare[:-1].endswith("qu") or bare[-2:-1] in "hklmstv")


def _plain(word: str) -> str:
    plain = fold(word)
    return plain[:-1] + "i" if len(plain) > 1 and _y_is_i(plain) else plain


def _words(text: str) -> list[str]:
    words = re.sub(r"[.,;]", " ", normalise_name(text)).split()
    if len(words) > 2 and words[0].lower() in _TITLES:
        return words[1:]
    return words


def _near(left: list[str], right: list[str]) -> bool:
    if sorted(left) == sorted(right):
        return True
    if len(left) == len(right):
        unequal = [(a, b) for a, b in zip(left, right, strict=True) if a != b]
        if all(_abbreviates(a, b) for a, b in unequal) and left[-1] == right[-1]:
            return True
        return len(unequal) == 1 and within_one_edit(*unequal[0])
    shorter, longer = sorted((left, right), key=len)
    return (
        len(shorter) >= 2
        and shorter[-1] == longer[-1]
        and (shorter[0] == longer[0] or _abbreviates(shorter[0], longer[0]))
        and _is_subsequence(shorter[1:-1], longer[1:-1])
    )


def _abbreviates(left: str, right: str) -> bool:
    short, long = sorted((left, right), key=len)
    return len(short) <= 2 and long.startswith(short)


def _is_subsequence(short: list[str], long: list[str]) -> bool:
    rest = iter(long)
    return all(any(_abbreviates(a, b) or a == b for b in rest) for a in short)


def within_one_edit(left: str, right: str) -> bool:
    """Equal but for one character added, left out, changed, or two exchanged."""
    if left == right:
        return True
    short, long = sorted((left, right), key=len)
    if len(long) - len(short) > 1:
        return False
    start = 0
    while start < len(short) and short[start] == long[start]:
        start += 1
    if len(short) < len(long):
        return short[start:] == long[start + 1 :]
    exchanged = long[start + 1 : start + 2] + long[start : start + 1]
    return (
        short[start + 1 :] == long[start + 1 :]
        or short[start:] == exchanged + long[start + 2 :]
    )
