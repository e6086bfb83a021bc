"""Records about which a rule says what the model cannot weigh: edits of one another,
and those for which the phone named the same household."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from server.db import GIVEN, db
from server.registry.queries import in_chunks
from server.registry.tables import SurveyRecordRow

_OTHER = aliased(SurveyRecordRow)
_PAIRS = select(SurveyRecordRow.id, _OTHER.id).where(
    SurveyRecordRow.id.in_(GIVEN), _OTHER.id != SurveyRecordRow.id
)
# Which record another one replaces, and by which it is replaced.
_EDITS = (
    _PAIRS.where(_OTHER.instance_id == SurveyRecordRow.deprecated_id),
    _PAIRS.where(_OTHER.deprecated_id == SurveyRecordRow.instance_id),
)
_NAMED = (
    _PAIRS.where(
        _OTHER.seed_household_id == SurveyRecordRow.seed_household_id,
        SurveyRecordRow.entity_id.is_not(None),
        _OTHER.entity_id.is_not(None),
    ),
)


@dataclass(frozen=True, slots=True)
class Ruled:
    """Of one record: its edits, or what it edits, and those named as the same
    household."""

    edits: set[str]
    named: set[str]

    @property
    def all(self) -> set[str]:
        """Every record a rule binds to it."""
        return self.edits | self.named

    def rules(self, record_id: str) -> set[str]:
        """The codes of the rules that bind a record to it."""
        return {
            code
            for code, ids in (("edit", self.edits), ("entity", self.named))
            if record_id in ids
        }


def ruled_each(record_ids: Collection[str]) -> dict[str, Ruled]:
    """What the rules say of each of some records."""
    edits, named = _others(_EDITS, record_ids), _others(_NAMED, record_ids)
    return {each: Ruled(edits[each], named[each]) for each in record_ids}


def _others(
    statements: Collection[Select[str, str]], record_ids: Collection[str]
) -> defaultdict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for chunk in in_chunks(record_ids):
        for statement in statements:
            for record_id, other in db.session.execute(statement, {"given": chunk}):
                found[record_id].add(other)
    return found
