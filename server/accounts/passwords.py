"""Passwords: argon2id, checked exactly as typed but for the spelling of Unicode.

A Vietnamese letter can be typed composed or in parts, and the same person's computer and
phone differ; so NFC once, here, for setting and for checking. Nothing else is changed.
An unknown account costs the same work as a known one, so that time does not tell which
names exist.
"""

import threading
import unicodedata
from functools import cache
from itertools import pairwise
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from server.domain.people.names import fold
from server.domain.problems import Problem

SHORTEST, LONGEST = 10, 200
_DIGITS = "0123456789"
COMMON = Path(__file__).with_name("common_passwords.txt")
# OWASP's first choice: 46 MiB, one pass.
_HASHER = PasswordHasher(time_cost=1, memory_cost=47_104, parallelism=1)
# Two at a time: a flood of guesses must not take the machine's memory.
_TURNS = threading.BoundedSemaphore(2)


def hash_password(password: str) -> str:
    """What is kept of a password."""
    with _TURNS:
        return _HASHER.hash(_composed(password))


def is_right(password: str, kept: str | None) -> bool:
    """Whether a password is the one behind `kept`; None takes as long and is False."""
    with _TURNS:
        try:
            return _HASHER.verify(kept or _nobodys(), _composed(password)) and bool(
                kept
            )
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(kept: str) -> bool:
    """Whether it was made with weaker parameters than today's."""
    return _HASHER.check_needs_rehash(kept)


def objection(password: str, *, login: str, name: str) -> Problem | None:
    """Why a password cannot be chosen; None when it can.

    Length counts; kinds of letters do not. Common words, runs and one's own name are
    refused also with digits or signs around them: "MatKhau@2026" is the first guess.
    """
    text = _composed(password)
    if not SHORTEST <= len(text) <= LONGEST:
        return Problem("password_length", "", {"min": SHORTEST, "max": LONGEST})
    letters = "".join(char for char in fold(text) if char.isalnum())
    word = letters.strip(_DIGITS)
    if {word, letters} & _common() or _is_run(letters):
        return Problem("password_common")
    if word and word in {_plain(login), _plain(name)}:
        return Problem("password_is_name")
    return None


def _is_run(letters: str) -> bool:
    """Few different letters, something repeated, or neighbours in a row."""
    is_repeated = (letters + letters).find(letters, 1) < len(letters)
    steps = {ord(b) - ord(a) for a, b in pairwise(letters)}
    # From 9 to 0, or back, is a step along the keys.
    is_in_a_row = steps <= {1, -9} or steps <= {-1, 9}
    return len(set(letters)) < 4 or is_repeated or is_in_a_row


def _plain(text: str) -> str:
    letters = "".join(char for char in fold(text) if char.isalnum())
    return letters.strip(_DIGITS)


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


@cache
def _common() -> frozenset[str]:
    lines = COMMON.read_text(encoding="utf-8").splitlines()
    words = {line.strip() for line in lines if line and line[0] != "#"}
    return frozenset(words | {word.strip(_DIGITS) for word in words})


@cache
def _nobodys() -> str:
    return _HASHER.hash("nobody has this password")
