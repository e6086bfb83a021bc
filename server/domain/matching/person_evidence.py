"""How two lines of rosters agree, one pair at a time and in words of levels.

These functions say the same as `person_levels` does for many pairs at once; they are
what is shown and explained, those are what is run. A property test holds them equal.
"""

from server.domain.matching.features import AGE, DAY, UNKNOWN, Person
from server.domain.matching.words import (
    EQUAL,
    INITIAL,
    NONE,
    OTHER_WORD,
    relation,
)
from server.domain.people.names import within_one_edit


def name_level(left: Person, right: Person) -> str:
    """The two names are the same, nearly the same or another."""
    if not left.words or not right.words:
        return "missing"
    if left.words == right.words:
        if not left.toned or not right.toned:
            return "toneless"
        return "equal" if left.toned == right.toned else "tones_differ"
    given = relation(left.words[-1], right.words[-1])
    if len(left.words) == 1 or len(right.words) == 1:
        return "short_given" if given > OTHER_WORD else "short_other"
    family = relation(left.words[0], right.words[0])
    contained, near = _middles(left.words[1:-1], right.words[1:-1])
    return _full_names(left.words, right.words, family, given, contained, near)


def _full_names(
    left: tuple[str, ...], right: tuple[str, ...], family: int, given: int,
    contained: bool, near: int,
) -> str:  # fmt: skip
    same_count = len(left) == len(right)
    all_near = near + (INITIAL < family < EQUAL) + (INITIAL < given < EQUAL)
    family_fits = family in (EQUAL, INITIAL)
    if contained and not near and family_fits and given in (EQUAL, INITIAL):
        return "shortened"
    if contained and same_count and all_near == 1 and family and given:
        return "one_near"
    if sorted(left) == sorted(right):
        return "reordered"
    if given == EQUAL and contained and same_count and len(left) > 2:
        return "family_differs"
    if given == EQUAL and family_fits:
        return "middle_differs"
    if given > NONE and family_fits:
        return "given_near"
    if given == EQUAL:
        return "given_only"
    return "family_only" if family == EQUAL else "different"


def _middles(left: tuple[str, ...], right: tuple[str, ...]) -> tuple[bool, int]:
    """Whether the middle names of one are all among those of the other, and how many
    of them only nearly."""
    best = [
        [max((relation(a, b) for b in theirs), default=NONE) for a in mine]
        for mine, theirs in ((left, right), (right, left))
    ]
    fits = [all(found > NONE for found in side) for side in best]
    near = [sum(INITIAL < found < EQUAL for found in side) for side in best]
    if all(fits):
        return True, min(near)
    return any(fits), near[0] if fits[0] else near[1]


def birth_level(left: Person, right: Person) -> str:
    """The two were born on the same day, in the same year, or apart."""
    if UNKNOWN in (left.precision, right.precision):
        return "missing"
    apart = abs(left.year - right.year)
    if left.precision == right.precision == DAY:
        return _days(left, right, apart)
    if apart == 0:
        return "year"
    if apart == 1:
        return "about" if AGE in (left.precision, right.precision) else "year_off"
    return _years(apart)


def _days(left: Person, right: Person, apart: int) -> str:
    same_day = (left.month, left.day) == (right.month, right.day)
    days = (left.year - right.year) * 365 + (left.month - right.month) * 30
    days = abs(days + left.day - right.day)
    if apart == 0:
        if same_day:
            return "day"
        if (left.month, left.day) == (right.day, right.month):
            return "swapped"
        if left.month == right.month or left.day == right.day:
            return "mistyped"
        return "lunar" if 16 <= days <= 53 else "same_year_other_day"
    if apart == 1:
        if same_day:
            return "mistyped"
        return "lunar" if 16 <= days <= 53 else "year_off_dates"
    return "same_day_other_year" if same_day else _years(apart)


def _years(apart: int) -> str:
    if apart % 10 == 0:
        return "decade_mistyped"
    if apart <= 3:
        return "years"
    return "decade" if apart <= 10 else "far"


def number_level(left: Person, right: Person) -> str:
    """The identity numbers are the same, one typing error apart, or different."""
    personal = _number(left.personal, right.personal)
    card = _number(left.card, right.card)
    if personal == EQUAL:
        return "personal"
    if card == EQUAL:
        return "card"
    if TYPED_WRONG in (personal, card):
        return "near"
    if personal == card == OTHER:
        return "both_differ"
    if personal == OTHER:
        return "differ"
    return "card_differs" if card == OTHER else "missing"


OTHER, TYPED_WRONG = 1, 2


def _number(left: str, right: str) -> int:
    if not left or not right:
        return NONE
    if left == right:
        return EQUAL
    return TYPED_WRONG if within_one_edit(left, right) else OTHER


def same_level(left: object, right: object) -> str:
    """Both give the same, or something else."""
    if not left or not right:
        return "missing"
    return "same" if left == right else "differ"
