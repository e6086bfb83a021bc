"""How two lines of rosters agree, evidence by evidence, for many pairs at once.

The same levels, said for one pair in words, are in `person_evidence`; a test holds the
two equal. Levels are numbered from the weakest agreement to the strongest within each
evidence; what a level is worth is not said here but estimated (`weights`).
"""

import numpy as np

from server.domain.matching.features import AGE, DAY, UNKNOWN
from server.domain.matching.table import Array, Table
from server.domain.matching.words import EQUAL, INITIAL, NONE, OTHER_WORD, Relations

NAME = (
    "missing", "different", "family_only", "short_other", "given_only", "given_near",
    "middle_differs", "family_differs", "short_given", "reordered", "one_near",
    "shortened", "tones_differ", "toneless", "equal",
)  # fmt: skip
BIRTH = (
    "missing", "far", "decade", "years", "decade_mistyped", "same_day_other_year",
    "year_off_dates", "year_off", "same_year_other_day", "lunar", "mistyped", "swapped",
    "about", "year", "day",
)  # fmt: skip
NUMBER = (
    "missing",
    "both_differ",
    "differ",
    "card_differs",
    "near",
    "card",
    "personal",
)
PHONE = ("missing", "differ", "same")
SEX = ("missing", "differ", "same")
EVIDENCE = {"name": NAME, "birth": BIRTH, "number": NUMBER, "phone": PHONE, "sex": SEX}


def levels_of(table: Table, relations: Relations, left: Array, right: Array) -> Array:
    """Levels of name, birth, number, phone and sex; one row for each pair."""
    p = table.persons
    return np.stack(
        [
            name_levels(p, relations, left, right),
            birth_levels(p, left, right),
            number_levels(p, left, right),
            _same(p["phone"], left, right),
            _same(p["sex"], left, right),
        ],
        axis=1,
    )


def is_worth_comparing(
    p: dict[str, Array], relations: Relations, left: Array, right: Array
) -> Array:
    """Whether anything says the two could be one person: the given name or nearly it,
    the day of birth, or a number. All other pairs weigh nothing."""
    given_left, given_right = p["given"][left], p["given"][right]
    year = np.abs(p["year"][left].astype(np.int32) - p["year"][right])
    unknown = (p["precision"][left] == UNKNOWN) | (p["precision"][right] == UNKNOWN)
    keep: Array = (given_left == given_right) & (given_left > 0)
    keep |= (
        (p["precision"][left] == DAY)
        & (p["precision"][right] == DAY)
        & (year == 0)
        & (p["month"][left] == p["month"][right])
        & (p["day"][left] == p["day"][right])
    )
    for number in ("personal", "card"):
        keep |= (p[number][left] == p[number][right]) & (p[number][left] > 0)
    ask = np.flatnonzero(~keep & (unknown | (year <= 1)))
    keep[ask] = relations.of(given_left[ask], given_right[ask]) > NONE
    return keep


def name_levels(
    p: dict[str, Array], relations: Relations, left: Array, right: Array
) -> Array:
    """How two names agree."""
    out = np.full(len(left), NAME.index("different"), np.int8)
    count_l, count_r = p["count"][left], p["count"][right]
    same = p["full"][left] == p["full"][right]
    tone_l, tone_r = p["toned"][left], p["toned"][right]
    out[same] = NAME.index("toneless")
    marked = same & (tone_l != 0) & (tone_r != 0)
    out[marked] = NAME.index("tones_differ")
    out[marked & (tone_l == tone_r)] = NAME.index("equal")
    rest = np.flatnonzero(~same)
    out[rest] = _unequal_names(p, relations, left[rest], right[rest])
    out[(count_l == 0) | (count_r == 0)] = NAME.index("missing")
    return out


def _unequal_names(
    p: dict[str, Array], relations: Relations, left: Array, right: Array
) -> Array:
    family = relations.of(p["family"][left], p["family"][right])
    given = relations.of(p["given"][left], p["given"][right])
    count_l, count_r = p["count"][left], p["count"][right]
    contained, near = _middles(p, relations, left, right)
    same_count = count_l == count_r
    near_count = near + (family > INITIAL) * (family < EQUAL)
    near_count = near_count + (given > INITIAL) * (given < EQUAL)
    family_fits, given_fits = family == EQUAL, given == EQUAL
    family_loose = family_fits | (family == INITIAL)
    given_loose = given_fits | (given == INITIAL)
    out = np.full(len(left), NAME.index("different"), np.int8)
    for name, holds in (
        ("family_only", family_fits),
        ("given_only", given_fits),
        ("given_near", (given > NONE) & family_loose),
        ("middle_differs", given_fits & family_loose),
        ("family_differs", given_fits & contained & same_count & (count_l > 2)),
        ("reordered", p["bag"][left] == p["bag"][right]),
        ("one_near", contained & same_count & (near_count == 1)
         & (family > NONE) & (given > NONE)),
        ("shortened", contained & (near == 0) & family_loose & given_loose),
    ):  # fmt: skip
        out[holds] = NAME.index(name)
    short = (count_l == 1) | (count_r == 1)
    out[short] = NAME.index("short_other")
    out[short & (given > OTHER_WORD)] = NAME.index("short_given")
    return out


def _middles(
    p: dict[str, Array], relations: Relations, left: Array, right: Array
) -> tuple[Array, Array]:
    """Whether the middle names of one are all among those of the other, and how many
    of them only nearly."""
    middle_l, middle_r = p["middle"][left], p["middle"][right]
    # Every middle name of one with every one of the other, asked about all at once.
    row, mine, theirs = np.nonzero((middle_l[:, :, None] > 0) & (middle_r[:, None] > 0))
    levels = np.zeros((len(left), middle_l.shape[1], middle_r.shape[1]), np.int8)
    levels[row, mine, theirs] = relations.of(middle_l[row, mine], middle_r[row, theirs])
    best_l, best_r = levels.max(axis=2), levels.max(axis=1)
    all_l = ((best_l > NONE) | (middle_l == 0)).all(axis=1)
    all_r = ((best_r > NONE) | (middle_r == 0)).all(axis=1)
    near_l = ((best_l > INITIAL) & (best_l < EQUAL)).sum(axis=1)
    near_r = ((best_r > INITIAL) & (best_r < EQUAL)).sum(axis=1)
    near = np.where(
        all_l & all_r, np.minimum(near_l, near_r), np.where(all_l, near_l, near_r)
    )
    return all_l | all_r, near.astype(np.int8)


def birth_levels(p: dict[str, Array], left: Array, right: Array) -> Array:
    """How two births agree, as far as both are known."""
    year_l, year_r = (p["year"][side].astype(np.int32) for side in (left, right))
    month_l, month_r = p["month"][left], p["month"][right]
    day_l, day_r = p["day"][left], p["day"][right]
    exact_l, exact_r = p["precision"][left], p["precision"][right]
    apart = np.abs(year_l - year_r)
    both = (exact_l == DAY) & (exact_r == DAY)
    vague = (exact_l == AGE) | (exact_r == AGE)
    same_day = both & (month_l == month_r) & (day_l == day_r)
    swapped = both & (month_l == day_r) & (day_l == month_r)
    one_part = both & ((month_l == month_r) | (day_l == day_r))
    days = (year_l - year_r) * 365 + (month_l - month_r.astype(np.int32)) * 30
    days = np.abs(days + day_l - day_r)
    out = np.full(len(left), BIRTH.index("far"), np.int8)
    for name, holds in (
        ("decade", apart <= 10),
        ("years", apart <= 3),
        ("decade_mistyped", (apart > 0) & (apart % 10 == 0)),
        ("same_day_other_year", same_day),
        ("year_off_dates", both & (apart == 1)),
        ("year_off", ~both & (apart == 1)),
        ("same_year_other_day", both & (apart == 0)),
        ("lunar", both & (apart <= 1) & (days >= 16) & (days <= 53)),
        ("mistyped", (both & one_part & (apart == 0)) | (same_day & (apart == 1))),
        ("swapped", swapped & (apart == 0)),
        ("about", vague & (apart <= 1)),
        ("year", ~both & (apart == 0)),
        ("day", same_day & (apart == 0)),
    ):
        out[holds] = BIRTH.index(name)
    out[(exact_l == UNKNOWN) | (exact_r == UNKNOWN)] = BIRTH.index("missing")
    return out


def number_levels(p: dict[str, Array], left: Array, right: Array) -> Array:
    """How identity numbers agree; a 12-digit and a 9-digit number cannot differ."""
    out = np.zeros(len(left), np.int8)
    state = {}
    for kind in ("personal", "card"):
        mine, theirs = p[kind][left], p[kind][right]
        asked = np.flatnonzero((mine > 0) & (theirs > 0))
        found = np.zeros(len(left), np.int8)
        found[asked] = 1
        near = _is_near(
            mine[asked], theirs[asked],
            p[f"{kind}_length"][left[asked]], p[f"{kind}_length"][right[asked]],
        )  # fmt: skip
        found[asked[near]] = 2
        found[asked[mine[asked] == theirs[asked]]] = 3
        state[kind] = found
    personal, card = state["personal"], state["card"]
    for name, holds in (
        ("card_differs", card == 1),
        ("differ", personal == 1),
        ("both_differ", (personal == 1) & (card == 1)),
        ("near", (personal == 2) | (card == 2)),
        ("card", card == 3),
        ("personal", personal == 3),
    ):
        out[holds] = NUMBER.index(name)
    return out


def _is_near(left: Array, right: Array, length_l: Array, length_r: Array) -> Array:
    """Whether one digit was changed, left out or added, or two were exchanged."""
    wide = 13
    digits_l, digits_r = _digits(left, length_l, wide), _digits(right, length_r, wide)
    same = digits_l == digits_r
    prefix = np.where(same.all(axis=1), wide, np.argmin(same, axis=1))
    back_l = _digits(left, np.full(len(left), wide), wide)[:, ::-1]
    back_r = _digits(right, np.full(len(right), wide), wide)[:, ::-1]
    same_back = back_l == back_r
    suffix = np.where(same_back.all(axis=1), wide, np.argmin(same_back, axis=1))
    shorter = np.minimum(length_l, length_r)
    apart = np.abs(length_l - length_r)
    changed = (apart == 0) & (prefix + suffix >= shorter - 1)
    added = (apart == 1) & (prefix + suffix >= shorter)
    row = np.arange(len(left))
    at, after = np.minimum(prefix, wide - 2), np.minimum(prefix, wide - 2) + 1
    exchanged = (
        (apart == 0)
        & (prefix + suffix == shorter - 2)
        & (digits_l[row, at] == digits_r[row, after])
        & (digits_l[row, after] == digits_r[row, at])
    )
    near: Array = changed | added | exchanged
    return near


_POWERS = 10 ** np.arange(18, -1, -1, dtype=np.int64)


def _digits(numbers: Array, length: Array, wide: int) -> Array:
    """The digits from the left, as many as `length` says, then -1."""
    column = np.arange(wide)
    power = np.maximum(length[:, None] - 1 - column, 0)
    digits = numbers[:, None] // _POWERS[18 - power] % 10
    return np.where(column < length[:, None], digits, -1)


def _same(column: Array, left: Array, right: Array) -> Array:
    mine, theirs = column[left], column[right]
    known = (mine != 0) & (theirs != 0)
    return np.where(known, np.where(mine == theirs, 2, 1), 0).astype(np.int8)
