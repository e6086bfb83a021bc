"""Households follow from what was said, and keep what people know them by."""

from datetime import UTC, date, datetime
from itertools import permutations
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from server.areas.tables import Area
from server.db import db, transaction
from server.domain.households.codes import household_code, own_identity
from server.domain.matching.judgement import Verdict
from server.domain.problems import Refused
from server.domain.survey.record import SurveyRecord
from server.invariants.fingerprints import of_households
from server.registry import actions, queries
from server.registry.computing import content_hash
from server.registry.tables import (
    HouseholdMemberRow,
    HouseholdRow,
    PersonIdentifier,
    SurveyRecordRow,
)
from server.review.actions import match_record, relink
from server.review.queries import closure
from server.review.tables import JudgementRow
from tests.factories import make_area
from tests.server.registry.households import (
    NUMBER,
    again,
    all_households,
    catch_up,
    judge,
    make_household,
    member,
    take_back,
)
from tests.server.review.surveys import STAFF, arrive, survey

ENTITY = "uuid:11111111-0000-4000-8000-000000000001"
OTHER_ENTITY = "uuid:22222222-0000-4000-8000-000000000002"

pytestmark = pytest.mark.usefixtures("ward", "thresholds")


def test_a_survey_becomes_a_household_with_all_that_lists_need(app: Flask) -> None:
    row = make_household(
        name="Đặng Thị Mão",
        number=NUMBER,
        others=(member("b", "Lê Văn Tám", born="1975"),),
        phones=("0912345678",),
    )

    assert row.state == "live"
    assert row.head_name == "Đặng Thị Mão"
    assert row.member_count == 2
    assert row.record_count == 1
    assert row.address_text
    assert {"dang", "mao", "tam", "0912345678"} <= set(row.search_text.split())
    assert row.content_hash == content_hash(row.content)
    members = db.session.scalars(
        select(HouseholdMemberRow).order_by(HouseholdMemberRow.position)
    ).all()
    assert [(m.full_name, m.birth_year) for m in members] == [
        ("Đặng Thị Mão", 1960),
        ("Lê Văn Tám", 1975),
    ]
    assert db.session.scalars(select(PersonIdentifier)).one().number == NUMBER


def test_understanding_a_submission_again_adds_nothing(app: Flask) -> None:
    record = survey()
    first = arrive(record)

    assert arrive(record) == first
    assert len(db.session.scalars(select(SurveyRecordRow)).all()) == 1


def test_computing_again_changes_nothing_and_says_so(app: Flask) -> None:
    make_household(entity=ENTITY, name="Đặng Thị Mão")
    row = make_household(entity=ENTITY, name="Đặng Thị Mão")
    before = of_households([each.id for each in all_households()])

    closed, judgements = closure(queries.record_ids_of(row.id))
    changed = actions.rebuild(record_ids=closed, judgements=judgements)

    assert changed == set()
    assert of_households([each.id for each in all_households()]) == before


def test_a_damaged_row_comes_back_as_it_was(app: Flask) -> None:
    row = make_household(name="Đặng Thị Mão")
    before = of_households([row.id])
    with transaction():
        damaged = again(row)
        damaged.head_name, damaged.content = "Ai đó", {}

    changed = relink(record_ids=set(queries.record_ids_of(row.id)))

    assert changed == {row.id}
    assert of_households([row.id]) == before


def test_merging_keeps_the_id_of_the_older_survey_and_points_to_it(app: Flask) -> None:
    young = make_household(born="1961", review_date=date(2026, 2, 1))
    old = make_household(born="1960", review_date=date(2026, 1, 1))

    judge(young, old, Verdict.SAME)

    assert again(old).state == "live"
    assert again(old).record_count == 2
    assert (again(young).state, again(young).merged_into) == ("merged", old.id)
    assert queries.survivor_of(again(young)).id == old.id
    gone = select(HouseholdMemberRow).where(HouseholdMemberRow.household_id == young.id)
    assert db.session.scalars(gone).all() == []


def test_taking_a_merge_back_brings_both_back_as_they_were(app: Flask) -> None:
    first = make_household(born="1960", number=NUMBER)
    second = make_household(born="1961", phones=("0912345678",))
    before = of_households([first.id, second.id])

    row = judge(first, second, Verdict.SAME)
    assert of_households([first.id, second.id]) != before
    take_back(row)

    assert of_households([first.id, second.id]) == before


def test_two_households_of_one_entity_get_ids_of_their_own(app: Flask) -> None:
    first = make_household(
        entity=ENTITY, name="Đặng Thị Mão", review_date=date(2026, 1, 1)
    )
    second = make_household(entity=ENTITY, name="Phạm Văn Út", born="1990")

    assert first.id == ENTITY.removeprefix("uuid:")
    record_id = queries.record_ids_of(second.id)[0]
    assert second.id == str(own_identity(record_id))


def test_an_id_nobody_learned_of_goes_when_its_records_go(app: Flask) -> None:
    first = make_household(
        entity=ENTITY, name="Đặng Thị Mão", review_date=date(2026, 1, 1)
    )
    second = make_household(entity=ENTITY, name="Phạm Văn Út", born="1990")

    judge(first, second, Verdict.SAME)

    assert [row.id for row in all_households()] == [first.id]


def test_an_id_that_a_decision_names_stays_as_merged(app: Flask) -> None:
    first = make_household(
        entity=ENTITY, name="Đặng Thị Mão", review_date=date(2026, 1, 1)
    )
    second = make_household(
        entity=ENTITY, name="Phạm Văn Út", born="1990", review_date=date(2026, 2, 1)
    )
    actions.record_departure(
        by=STAFF, household_id=second.id, kind="moved_out", on=date(2026, 3, 1),
        reason="về quê",
    )  # fmt: skip
    catch_up()

    judge(first, second, Verdict.SAME)

    assert again(second).merged_into == first.id
    assert again(second).head_name == "Phạm Văn Út"
    assert again(first).state == "departed"
    before = of_households([first.id, second.id])
    assert relink(record_ids=set(queries.record_ids_of(first.id))) == set()
    assert of_households([first.id, second.id]) == before


def test_a_phone_that_knew_a_derived_id_does_not_take_it_from_its_household(
    app: Flask,
) -> None:
    make_household(entity=ENTITY, name="Đặng Thị Mão", review_date=date(2026, 1, 1))
    second = make_household(
        entity=ENTITY, name="Phạm Văn Út", born="1990", review_date=date(2026, 2, 1)
    )

    late = make_household(
        entity=f"uuid:{second.id}", name="Cao Thị Sen", born="1933",
        review_date=date(2026, 5, 1),
    )  # fmt: skip

    assert late.id != second.id
    assert again(second).head_name == "Phạm Văn Út"


def test_a_correction_survives_a_rebuild_a_merge_and_its_undoing(app: Flask) -> None:
    first = make_household(born="1960", review_date=date(2026, 1, 1))
    second = make_household(born="1961", review_date=date(2026, 2, 1), key="k")
    actions.correct(
        by=STAFF, household_id=second.id, path="members[k].sex", value="female",
        reason="hỏi",
    )  # fmt: skip
    catch_up()
    assert _members(second)["k"]["sex"] == "female"

    row = judge(first, second, Verdict.SAME)
    assert _members(first)["k"]["sex"] == "female"
    take_back(row)

    assert _members(second)["k"]["sex"] == "female"
    assert all(each["sex"] is None for each in _members(first).values())


def test_a_newer_survey_leaves_a_correction_in_force(app: Flask) -> None:
    row = make_household(entity=ENTITY, review_date=date(2026, 1, 1))
    correction = actions.correct(
        by=STAFF, household_id=row.id, path="note", value="gần chợ", reason="hỏi"
    )
    catch_up()

    make_household(entity=ENTITY, review_date=date(2026, 2, 1))

    assert again(row).content["household"]["note"] == "gần chợ"
    actions.take_back_correction(by=STAFF, correction_id=correction.id)
    catch_up()
    assert again(row).content["household"]["note"] is None
    with pytest.raises(Refused, match="correction_already_taken_back"):
        actions.take_back_correction(by=STAFF, correction_id=correction.id)


def test_nothing_is_corrected_at_a_household_that_is_no_more(app: Flask) -> None:
    first = make_household(born="1960", review_date=date(2026, 1, 1))
    second = make_household(born="1961", review_date=date(2026, 2, 1))
    judge(first, second, Verdict.SAME)

    with pytest.raises(Refused, match="household_merged"):
        actions.correct(
            by=STAFF, household_id=second.id, path="note", value="x", reason="vì"
        )


def test_nothing_is_corrected_of_a_person_who_is_not_there(app: Flask) -> None:
    row = make_household(born="1960", review_date=date(2026, 1, 1))

    with pytest.raises(Refused, match="correction_path_unknown"):
        actions.correct(
            by=STAFF, household_id=row.id, path="members[nobody].full_name",
            value="Lê Văn Tám", reason="nghe nói",
        )  # fmt: skip


def test_a_household_that_left_is_back_when_it_is_surveyed_again(app: Flask) -> None:
    row = make_household(entity=ENTITY, review_date=date(2026, 1, 1))
    actions.record_departure(
        by=STAFF, household_id=row.id, kind="moved_out", on=date(2026, 3, 1),
        reason="về quê",
    )  # fmt: skip
    catch_up()
    assert (again(row).state, again(row).departed_on) == ("departed", date(2026, 3, 1))

    make_household(entity=ENTITY, review_date=date(2026, 6, 1))

    assert (again(row).state, again(row).departed_on) == ("live", None)


DEPARTURES = [
    ({"on": date(2030, 1, 1)}, "departure_in_future"),
    ({"on": date(2025, 12, 31)}, "departure_before_review"),
    ({"reason": "  "}, "reason_missing"),
]


@pytest.mark.parametrize(("given", "code"), DEPARTURES)
def test_a_departure_that_cannot_be_is_refused(
    app: Flask, given: dict[str, Any], code: str
) -> None:
    row = make_household(review_date=date(2026, 1, 1))
    values = {"kind": "moved_out", "on": date(2026, 3, 1), "reason": "về quê", **given}

    with pytest.raises(Refused, match=code):
        actions.record_departure(by=STAFF, household_id=row.id, **values)


def test_a_household_leaves_only_once(app: Flask) -> None:
    row = make_household(review_date=date(2026, 1, 1))
    values: dict[str, Any] = {"on": date(2026, 3, 1), "reason": "về quê"}
    actions.record_departure(by=STAFF, household_id=row.id, kind="moved_out", **values)
    catch_up()

    with pytest.raises(Refused, match="household_departed"):
        actions.record_departure(
            by=STAFF, household_id=row.id, kind="dissolved", **values
        )


def test_a_household_stands_in_the_ward_its_code_means_today(
    app: Flask, ward: Area
) -> None:
    row = make_household()
    unknown = make_household(ward_code="99999", born="1999", name="Cao Thị Sen")

    assert (row.area_id, row.needs_area_review) == (ward.id, False)
    assert (unknown.area_id, unknown.needs_area_review) == (None, True)


def test_a_corrected_ward_means_what_its_code_means_on_the_day_of_the_correction(
    app: Flask, district: Area
) -> None:
    make_area(code="00300", name="Cũ", valid_to=date(2025, 7, 1), parent_id=district.id)
    now = make_area(
        code="00300", name="Mới", valid_from=date(2025, 7, 1), parent_id=district.id
    )
    row = make_household(ward_code="00301", review_date=date(2024, 10, 1))
    assert again(row).needs_area_review

    actions.correct(
        by=STAFF, household_id=row.id, path="ward_code", value="00300", reason="hỏi"
    )
    catch_up()

    assert (again(row).area_id, again(row).needs_area_review) == (now.id, False)


def test_a_code_that_is_taken_gives_way_to_a_spare_one(app: Flask) -> None:
    record = survey()
    with transaction() as session:
        record_id = arrive(record, is_matched=False)
        wanted = household_code(own_identity(record_id))
        session.add(_stranger(code=wanted))

    match_record(by=STAFF, record_id=record_id)

    row = queries.household_of(record_id)
    assert row.code != wanted
    assert relink(record_ids={record_id}) == set()
    assert again(row).code == row.code


# --- whatever the order -------------------------------------------------------------

people = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["Lê Thị Hoa", "Lê Thị Hoà", "Trần Văn Tư"]),
        "born": st.sampled_from(["1960", "1960-03-02", "1975"]),
        "review_date": st.sampled_from([date(2026, m, 1) for m in range(1, 5)]),
    },
    optional={
        "number": st.sampled_from([NUMBER, "001160099999"]),
        "entity": st.sampled_from([ENTITY, OTHER_ENTITY]),
        "phones": st.sampled_from([("0912345678",), ()]),
    },
)


class _Undone(Exception):
    """Ends a trial; nothing of it stays."""


def outcome(records: list[SurveyRecord], said: list[tuple[int, int, str]]) -> Any:
    """Everything computed when the records arrive in this order and staff then say
    what they said; tried in a transaction that is rolled back."""
    found: Any = None
    try:
        with transaction() as session:
            ids = {record.instance_id: arrive(record) for record in records}
            known = sorted(ids)
            for number, (left, right, verdict) in enumerate(said):
                ends = sorted(ids[known[n % len(known)]] for n in (left, right))
                if ends[0] != ends[1]:
                    _say(ends, verdict, number)
            relink(record_ids=set(ids.values()))
            session.expire_all()
            found = of_households([row.id for row in all_households()])
            raise _Undone
    except _Undone:
        return found


def _say(ends: list[str], verdict: str, number: int) -> None:
    live = select(JudgementRow).where(
        JudgementRow.left_record_id == ends[0],
        JudgementRow.right_record_id == ends[1],
        JudgementRow.superseded_at.is_(None),
    )
    at = datetime(2026, 11, 1, number, tzinfo=UTC)
    if row := db.session.scalar(live):
        row.superseded_at, row.superseded_by = at, "x"
        db.session.flush()
    db.session.add(
        JudgementRow(
            left_record_id=ends[0],
            right_record_id=ends[1],
            verdict=verdict,
            reason="",
            at=at,
            actor_kind="user",
            actor_id=1,
            actor_name="x",
        )
    )
    db.session.flush()


def check_any_order(examples: int) -> None:
    said = st.tuples(
        st.integers(0, 3), st.integers(0, 3), st.sampled_from(["same", "different"])
    )

    @settings(
        max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck)
    )
    @given(
        st.lists(people, min_size=2, max_size=4), st.lists(said, max_size=3), st.data()
    )
    def agree(drawn: list[Any], said: list[Any], data: st.DataObject) -> None:
        records = [survey(**one) for one in drawn]
        order = data.draw(st.permutations(records))

        assert outcome(order, said) == outcome(records, said)

    agree()


def test_any_order_of_arrival_gives_the_same_households_byte_for_byte(
    app: Flask,
) -> None:
    check_any_order(25 if db.engine.dialect.name == "sqlite" else 8)


def test_an_edit_may_come_before_what_it_replaces(app: Flask) -> None:
    first = survey(name="Lê Thị Hoa")
    second = survey(name="Lê Thị Hoà", deprecated_id=first.instance_id)
    third = survey(name="Lê Thị Hoạ", deprecated_id=second.instance_id)

    found = [outcome(list(order), []) for order in permutations([first, second, third])]

    assert all(each == found[0] for each in found)


def _members(row: HouseholdRow) -> dict[str, Any]:
    household = again(row).content["household"]
    return {member["key"]: member for member in household["members"]}


def _stranger(**given: Any) -> HouseholdRow:
    values: dict[str, Any] = {
        "id": "33333333-0000-4000-8000-000000000003", "state": "live",
        "needs_area_review": False, "group_code": "", "head_name": "",
        "head_sort_key": "", "address_text": "", "search_text": "",
        "member_count": 0, "record_count": 0, "review_date": date(2026, 1, 1),
        "content": {}, "content_hash": "", **given,
    }  # fmt: skip
    return HouseholdRow(**values)
