"""Letters from before Unicode: what a cell typed in a font of TCVN3 or VNI says.

A font of TCVN3 (.VnTime) or VNI (VNI-Times) draws Vietnamese letters at the places of
Western signs, so the file holds "NguyÔn" or "Nguyeãn" for Nguyễn. A word that is no
Vietnamese syllable as it stands and is one when read so was typed in that font. Some words
are syllables both ways ("Vò" is Vò, or Vũ in TCVN3): of these only a person can tell.
"""

import re
import unicodedata
from functools import lru_cache

PLAIN, TCVN3, VNI = "plain", "tcvn3", "vni"
FONTS = (TCVN3, VNI)

_TCVN3 = str.maketrans(
    "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\xadõøö÷ùúýûüþ¡¢§£¤¥¦",
    "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ",
)
# VNI writes a letter and then a sign for its mark; a few letters have a place of their own.
_MARKS = {
    "ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323",
    "â": "\u0302", "á": "\u0302\u0301", "à": "\u0302\u0300", "å": "\u0302\u0309",
    "ã": "\u0302\u0303", "ä": "\u0302\u0323",
    "ê": "\u0306", "é": "\u0306\u0301", "è": "\u0306\u0300", "ú": "\u0306\u0309",
    "ü": "\u0306\u0303", "ë": "\u0306\u0323",
}  # fmt: skip
_ALONE = {"ñ": "đ", "ô": "ơ", "ö": "ư", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
_MARKS |= {sign.upper(): mark for sign, mark in _MARKS.items()}
_ALONE |= {sign.upper(): letter.upper() for sign, letter in _ALONE.items()}
_VNI_LETTER = re.compile(r"([aeouyôö])([ùøûõïâáàåãäêéèúüë])", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+|[\x80-\xff]+")
# What a font of before Unicode puts inside words is more than letters: "Ph¹m", "V¨n".
_OLD_WORD = re.compile(r"[A-Za-z\xa1-\xff]+")
_TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
_ONSETS = "b|ch?|d|đ|gh?|gi|h|kh?|l|m|ngh?|nh|n|ph|p|qu|r|s|tr|th|t|v|x"
_RIMES = (
    "a(?:ch|c|i|m|ng|nh|n|o|p|t|u|y)?|ă(?:c|m|ng|n|p|t)|â(?:c|m|ng|n|p|t|u|y)"
    "|e(?:c|m|ng|n|o|p|t)?|ê(?:ch|m|nh|n|p|t|u)?|i(?:ch|c|m|nh|n|p|t|u|a)?"
    "|iê(?:c|m|ng|n|p|t|u)|o(?:c|i|m|ng|n|p|t)?|oa(?:ch|c|i|m|ng|nh|n|o|p|t|y)?"
    "|oă(?:c|m|ng|n|t)|oe(?:n|o|t)?|oo(?:c|ng)|ô(?:c|i|m|ng|n|p|t)?|ơ(?:i|m|n|p|t)?"
    "|u(?:a|c|i|m|ng|n|p|t)?|uâ(?:ng|n|t|y)|uê(?:ch|nh)?|uô(?:c|i|m|ng|n|t)|uơ"
    "|uy(?:a|ch|nh|n|t|u|p)?|uyê(?:n|t)|ư(?:a|c|i|m|ng|n|t|u)?"
    "|ươ(?:c|i|m|ng|n|p|t|u)|y(?:ch|nh|m|n|t)?|yê(?:m|ng|n|t|u)"
)
_SYLLABLE = re.compile(f"(?:{_ONSETS})?(?:{_RIMES})")


def read_as(font: str, text: str) -> str:
    """The text as somebody saw it who typed it in a font."""
    if font == TCVN3:
        return unicodedata.normalize("NFC", text.translate(_TCVN3))
    if font == VNI:
        # Marks first, so that the sign behind a letter is taken for no letter.
        marked = _VNI_LETTER.sub(lambda found: found[1] + _MARKS[found[2]], text)
        read = "".join(_ALONE.get(char, char) for char in marked)
        return unicodedata.normalize("NFC", read)
    return text


def fonts_of(text: str) -> tuple[str, ...]:
    """The fonts in which a cell can have been typed: none for one that is right as it
    stands, PLAIN first where it is right as well."""
    if text.isascii() or is_unicode(text):
        return ()
    fonts = tuple(font for font in FONTS if _is_vietnamese(read_as(font, text)))
    if not fonts:
        return ()
    return (PLAIN, *fonts) if _is_vietnamese(text, strictly=True) else fonts


def is_unicode(text: str) -> bool:
    """Whether a text has letters that no such font puts into a file."""
    return any("\u0100" <= char <= "\u1fff" for char in text)


def is_right(text: str) -> bool:
    """Whether a text is Vietnamese as it stands; one of ASCII alone tells nothing."""
    return _is_vietnamese(text, strictly=True)


def _is_vietnamese(text: str, *, strictly: bool = False) -> bool:
    """Whether every word with a sign beyond ASCII is a syllable; `strictly` in its case
    as well: a capital within a word is a letter of a font."""
    words = [word for word in _OLD_WORD.findall(text) if not word.isascii()]
    words += [word for word in _WORD.findall(text) if is_unicode(word)]
    return bool(words) and all(_is_syllable(word, strictly) for word in words)


@lru_cache(maxsize=20_000)
def _is_syllable(word: str, strictly: bool) -> bool:
    if strictly and not (word.islower() or word.isupper() or word.istitle()):
        return False
    return _SYLLABLE.fullmatch(_without_tone(word)) is not None


def _without_tone(word: str) -> str:
    parts = unicodedata.normalize("NFD", word.lower())
    left = "".join(char for char in parts if char not in _TONES)
    return unicodedata.normalize("NFC", left)
