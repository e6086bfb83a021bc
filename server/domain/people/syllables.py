"""The Vietnamese syllable: what a word of a name was meant to be, however it was typed.

`skeleton` is the key on which words are compared: without marks, y as i, and with the
keys of an input method that was switched off (Telex "Nguyeenx", VNI "Nguye64n") undone.
Only a word that is no syllable is taken for such keys, so that real words ("ware",
"Nga") are left alone and a skeleton of a skeleton is itself.
"""

import re
from functools import lru_cache

from server.domain.people.names import fold, fold_tones

_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|gh|gi|g|kh|k|ph|qu|th|tr|t|ch|c|[bdhlmnrsvx])?"
    r"(?:ia|ie|iu|ieu|i|ya|ye|yeu|y|e|eo|eu|a|ai|ao|au|ay|o|oi|oa|oai|oao|oay|oe|oeo|oo"
    r"|u|ua|ui|uu|uo|uoi|uou|ue|uy|uya|uye|uyu|uay|uau|ui|uie|uia)"
    r"(?:ch|ng|nh|[cmnpt])?"
)
_TELEX_TONE = re.compile(r"(?<=.)[fsrxj]$")
_DOUBLED = re.compile(r"([aeo])\1|dd")
_LETTERS = re.compile(r"[^a-z0-9]+")
# The sounds that regions write for one another, each pair in one spelling.
_ALIKE = (
    (re.compile(r"^(?:gi|r)(?=[aeiouy])"), "d"),
    (re.compile(r"^gi$"), "di"),
    (re.compile(r"^x"), "s"),
    (re.compile(r"^tr"), "ch"),
    (re.compile(r"^l"), "n"),
    (re.compile(r"nh?g?$"), "n"),
    (re.compile(r"(?:ch|c|t)$"), "t"),
)


def is_syllable(word: str) -> bool:
    """Whether a folded word can be a Vietnamese syllable."""
    return _SYLLABLE.fullmatch(word) is not None


@lru_cache(maxsize=1 << 17)
def skeleton(word: str) -> str:
    """The key of one word; blank when nothing of it can be read."""
    plain = _LETTERS.sub("", fold(word))
    if not plain or is_syllable(plain):
        return _with_i(plain)
    return _with_i(_typed(plain))


@lru_cache(maxsize=1 << 17)
def toned(word: str) -> str:
    """The word with its tone, wherever that was written; blank without any mark."""
    key = fold_tones(word)
    return "" if key.isascii() and not key[-1:].isdigit() else key


@lru_cache(maxsize=1 << 17)
def sound(word: str) -> str:
    """A coarse spelling shared by words that sound alike in some region."""
    for pattern, spelled in _ALIKE:
        word = pattern.sub(spelled, word)
    return word


def _typed(plain: str) -> str:
    """What the keys of Telex or VNI were meant to give, when that is a syllable."""
    without_digits = re.sub(r"[0-9]", "", plain)
    for candidate in (
        without_digits,
        _TELEX_TONE.sub("", without_digits),
    ):
        spelled = _DOUBLED.sub(lambda found: found[0][0], candidate.replace("w", ""))
        if spelled and is_syllable(spelled):
            return spelled
    return plain


def _with_i(plain: str) -> str:
    is_y = plain.endswith("y") and len(plain) > 1
    if is_y and (plain[:-1].endswith("qu") or plain[-2] in "hklmstv"):
        return plain[:-1] + "i"
    return plain
