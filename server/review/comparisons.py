"""What the model and the rules say about records and all their candidates."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from server.domain.matching.facts import facts
from server.domain.matching.features import Features
from server.domain.matching.judgement import pair
from server.domain.matching.linkage import WEAK
from server.domain.matching.telling import agreeing
from server.domain.matching.waterfall import Explained
from server.domain.plain import to_plain
from server.domain.survey.record import Household, SurveyRecord
from server.matching.candidates import candidates_of_each
from server.matching.comparing import Beside, beside_each
from server.matching.in_force import thresholds_in_force
from server.matching.keeping import features_of, keep_features, opened
from server.registry import queries as registry
from server.review import queries
from server.review.ruled import Ruled, ruled_each

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Compared:
    """One pair: what it weighs, why, and whether that needs nobody's word."""

    bits: float
    score: float
    is_certain: bool
    facts: list[dict[str, object]]
    codes: str
    weighing: dict[str, object]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One record beside its candidates, and what is worth keeping of that, by pair."""

    beside: Beside
    pairs: Mapping[Pair, Compared]


def compare_each(
    record_ids: Collection[str], among: Collection[str]
) -> dict[str, Comparison]:
    """Compare each of some records with all its candidates: those that have a household,
    and those `among` which all are compared now. Written is nothing but what a record
    says that was not read yet."""
    known = features_of(record_ids)
    mine = {
        each: known.get(each)
        or keep_features(record_id=each, record=registry.get_record(each))
        for each in sorted(record_ids)
    }
    ruled = ruled_each(mine)
    compared = beside_each(_given(mine, ruled, among))
    worth_keeping = {
        each.mine.record_id: sorted(
            other
            for other, bits in each.bits.items()
            if bits > WEAK or other in ruled[each.mine.record_id].all
        )
        for each in compared
    }
    shown = {other for others in worth_keeping.values() for other in others}
    shown |= {each for each, others in worth_keeping.items() if others}
    records = {view.id: view.record for view in registry.record_views(shown)}
    auto_from = thresholds_in_force().auto_from
    found: dict[str, Comparison] = {}
    for each in compared:
        record_id = each.mine.record_id
        # A pair says the same from both sides, so it is explained from the first one.
        told = {
            other: found[other].pairs[pair(record_id, other)]
            for other in worth_keeping[record_id]
            if other in found and pair(record_id, other) in found[other].pairs
        }
        untold = [other for other in worth_keeping[record_id] if other not in told]
        found[record_id] = Comparison(
            each,
            {pair(record_id, other): known for other, known in told.items()}
            | _pairs(each, untold, ruled[record_id], records, auto_from),
        )
    return found


def _given(
    mine: Mapping[str, Features], ruled: Mapping[str, Ruled], among: Collection[str]
) -> list[tuple[Features, dict[str, Features]]]:
    """Each record with those it is compared with."""
    found = candidates_of_each([*mine.values()], queries.households_of)
    candidates = dict(zip(mine, found, strict=True))
    others = {each: {*candidates[each], *ruled[each].all} for each in mine}
    reached = {other for each in others.values() for other in each}
    placed = queries.households_of(reached).keys() | set(among)
    bound = features_of({other for each in ruled.values() for other in each.all})
    given = []
    for each, features in mine.items():
        sealed = {
            other: content
            for other, content in candidates[each].items()
            if other in placed
        }
        known = {**opened(sealed), **bound}
        compared = sorted(others[each] & placed & known.keys())
        given.append((features, {other: known[other] for other in compared}))
    return given


def _pairs(
    compared: Beside,
    others: Collection[str],
    ruled: Ruled,
    records: Mapping[str, SurveyRecord],
    auto_from: float,
) -> dict[Pair, Compared]:
    record_id = compared.mine.record_id
    explained = compared.explain(
        {each: records[each].household for each in (record_id, *others) if others}
    )
    found = {}
    for each in others:
        sides = pair(record_id, each)
        found[sides] = _compared(
            (records[sides[0]], records[sides[1]]),
            explained[each], compared.bits[each], ruled.rules(each),
            _are_two_chosen(records[record_id], records[each]), auto_from,
        )  # fmt: skip
    return found


def _compared(
    sides: tuple[SurveyRecord, SurveyRecord],
    explained: Explained,
    bits: float,
    rules: set[str],
    are_two: bool,
    auto_from: float,
) -> Compared:
    left, right = (side.household for side in sides)
    by_rule = "edit" in rules or (
        "entity" in rules and _is_confirmed(left, right, explained)
    )
    told = facts(
        left, right, explained.people, explained.weights,
        is_same_entity="entity" in rules, are_two_entities=are_two, is_edit="edit" in rules,
    )  # fmt: skip
    return Compared(
        bits=bits,
        score=1.0 if by_rule else round(explained.score.probability, 4),
        # Who stood at two doors of the list and chose twice knows more than the model.
        is_certain=by_rule or (bits > auto_from and not are_two),
        facts=[to_plain(fact) for fact in told],
        codes=f" {' '.join(agreeing(told))} ",
        weighing={
            "prior": list(explained.prior),
            "steps": [to_plain(step) for step in explained.steps],
        },
    )


def _are_two_chosen(one: SurveyRecord, other: SurveyRecord) -> bool:
    """Whether two households were chosen from the list on the phones. A household that
    was registered as new may be another one of the list all the same."""
    chosen = [
        side.entity.id.removeprefix("uuid:").lower()
        for side in (one, other)
        if side.entity is not None and not side.entity.is_create
    ]
    return len(set(chosen)) == 2


def _is_confirmed(left: Household, right: Household, explained: Explained) -> bool:
    """The phone named the household; is there anybody to contradict it?

    A record that only confirms the answers of last year has nobody to compare.
    """
    is_bare = not (left.members and right.members)
    return is_bare or bool(explained.people)
