"""Finding households by what people know of them: a few words, a code, or a number.

Words are folded, so "dang" finds "Đặng" and it does not matter how marks were typed; each
must begin a word of the household, in any order. An identity number is found only whole,
by its keyed hash: nothing stored could be searched for a part of it.
"""

import json
import re
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    func,
    literal,
    or_,
    select,
    text,
)

from server.columns import blind_index
from server.db import db
from server.domain.households.codes import normalise_code
from server.domain.people.identity_numbers import (
    CCCD12,
    CMND9,
    comparable,
)
from server.domain.people.names import fold
from server.domain.survey.record import Identifier
from server.registry.tables import HouseholdRow, PersonIdentifier

MOST_WORDS = 8
# So many households are sorted at once; of more, only those that are shown are looked up.
FEW = 5000
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_BETWEEN_DIGITS = re.compile(r"[\s.\-\u2010-\u2015]+")
_IDENTITY_NUMBER = re.compile(r"[0-9]{12}|[0-9]{9}")


def words_of(*texts: str | None) -> str:
    """The folded words of the texts, each once: what a household is found by."""
    words = _BETWEEN_WORDS.split(fold(" ".join(each for each in texts if each)))
    return " ".join(dict.fromkeys(word for word in words if word))


def number_index(identifier: Identifier) -> str:
    """Under which hash an identity number is kept; equal for all its kinds."""
    plain = comparable(identifier) or f"{identifier.kind}:{identifier.number}"
    return blind_index(plain)


def find_number_index(text: str) -> str | None:
    """The hash of the whole identity number that was typed; None when it is none."""
    digits = _BETWEEN_DIGITS.sub("", text.strip())
    if not _IDENTITY_NUMBER.fullmatch(digits):
        return None
    return number_index(Identifier(CCCD12 if len(digits) == 12 else CMND9, digits))


def must_stay_secret(text: str) -> bool:
    """Whether `text` looks like the number of a person or their telephone, which must
    stand in no address and no log."""
    digits = _BETWEEN_DIGITS.sub("", text.strip()).removeprefix("+")
    return re.fullmatch(r"[0-9]{9,12}", digits) is not None


def find_by_code(text: str) -> HouseholdRow | None:
    """The household that has the typed code, or the one it was merged into."""
    code = normalise_code(text)
    if code is None:
        return None
    found = db.session.scalar(select(HouseholdRow).where(HouseholdRow.code == code))
    while found is not None and found.merged_into is not None:
        found = db.session.get(HouseholdRow, found.merged_into)
    return found


def search(statement: Select[Any], text: str) -> Select[Any]:
    """Narrow a statement over households to those that `text` finds.

    Text without a single letter or digit finds nothing.
    """
    with_code = find_by_code(text)
    if with_code is not None:
        return statement.where(HouseholdRow.id == with_code.id)
    index = find_number_index(text)
    words = words_of(text).split()[:MOST_WORDS]
    if index is None:
        return statement.where(has_words(words))
    # Nine digits may be an old number, or the beginning of a telephone.
    return statement.where(or_(has_number(index), has_words(words)))


def has_number(index: str) -> ColumnElement[bool]:
    """Whether a member of the household bears the number of this hash."""
    return HouseholdRow.id.in_(
        select(PersonIdentifier.household_id).where(
            PersonIdentifier.number_index == index
        )
    )


def has_words(words: list[str]) -> ColumnElement[bool]:
    """Whether each of the folded words begins a word of the household."""
    if not words:
        return literal(value=False)
    if db.engine.dialect.name == "postgresql":
        wanted = " & ".join(f"{word}:*" for word in words)
        document = func.to_tsvector(text("'simple'"), HouseholdRow.search_text)
        return document.op("@@")(func.to_tsquery(text("'simple'"), wanted))
    found = _ids_with(words)
    if len(found) > FEW:
        # Going through households in the order of the list soon finds a page of them;
        # sorting all of them would take a hundred times as long.
        text_of = literal(" ") + HouseholdRow.search_text
        longest_first = sorted(words, key=len, reverse=True)
        return and_(*(func.instr(text_of, f" {word}") > 0 for word in longest_first))
    listed = func.json_each(json.dumps(found)).table_valued("value")
    return HouseholdRow.id.in_(select(listed.c.value))


def _ids_with(words: list[str]) -> list[str]:
    """The households that SQLite's index finds, one more than a few at most."""
    statement = text(
        "SELECT household_id FROM household_search"
        " JOIN household_search_numbers ON number = household_search.rowid"
        " WHERE household_search MATCH :wanted LIMIT :most"
    )
    wanted = " ".join(f'"{word}"*' for word in words)
    rows = db.session.scalars(statement, {"wanted": wanted, "most": FEW + 1})
    return list(rows)
