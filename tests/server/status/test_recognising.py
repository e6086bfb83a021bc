"""Entering a decision: what it does, and what it refuses."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from server.audit.tables import AuditEvent
from server.db import db
from server.domain.problems import Refused
from server.jobs.tables import Job
from server.status import actions, queries
from server.status.held import lists_on
from server.status.tables import PovertyStatus, RecognisedHousehold, Recognition
from server.status.words import sub_text
from tests.domain.poverty.households import household
from tests.server.status.households import (
    OFFICER,
    TODAY,
    at,
    depart,
    make_household,
    make_ward,
    merge,
    recognise,
    set_clock,
)


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def test_a_decision_gives_its_households_a_dated_status(app: Flask) -> None:
    ward = make_ward()
    poor, near = make_household(ward), make_household(ward, "NEAR_POOR")

    made = recognise(ward, [(poor, "POOR"), (near, "NEAR_POOR")], "12/QĐ-UBND")

    assert queries.status_map([ward.id], "vn-2022", TODAY) == {
        poor.id: "POOR",
        near.id: "NEAR_POOR",
    }
    assert (made.document_number, made.signer) == ("12/QĐ-UBND", "Lê Văn Chủ")
    assert queries.statuses_of(poor.id)[0].recognition_id == made.id


def test_the_assessment_of_the_day_is_kept_with_the_decision(app: Flask) -> None:
    ward = make_ward()
    poor = make_household(ward)
    actions.assess(household_ids=[poor.id])

    made = recognise(ward, [(poor, "NEAR_POOR")])

    item = db.session.get_one(RecognisedHousehold, (made.id, poor.id))
    assessment = queries.find_assessment(poor.id, "vn-2022")
    assert assessment is not None
    assert (item.category, item.assessed_category) == ("NEAR_POOR", "POOR")
    assert item.trace == assessment.trace


def test_a_decision_leaves_its_audit_event_and_its_job(app: Flask) -> None:
    ward = make_ward()
    poor = make_household(ward)

    made = recognise(ward, [(poor, "POOR")])

    event = db.session.scalars(select(AuditEvent)).one()
    assert (event.action, event.subject_id) == ("households.recognised", str(made.id))
    assert event.actor_name == OFFICER.name
    assert poor.head_name not in str(event.details)
    job = db.session.scalars(select(Job)).one()
    assert job.kind == "status_recognised"
    assert job.payload == {"recognition_id": made.id, "household_ids": [poor.id]}


def test_a_later_decision_ends_the_status_of_the_earlier_one(app: Flask) -> None:
    ward = make_ward()
    found = make_household(ward)
    first = recognise(ward, [(found, "POOR")], valid_from=date(2025, 12, 20))

    recognise(ward, [(found, "NEAR_POOR")])

    rows = [row for row in queries.statuses_of(found.id) if row.superseded_at is None]
    spans = {(row.category, row.valid_from, row.valid_to) for row in rows}
    assert spans == {
        ("POOR", date(2025, 12, 20), TODAY),
        ("NEAR_POOR", TODAY, None),
    }
    assert rows[0].recognition_id == first.id


def test_an_older_decision_that_is_entered_late_does_not_undo_the_newer_one(
    app: Flask,
) -> None:
    ward = make_ward()
    found = make_household(ward)
    recognise(ward, [(found, "NON_POOR")])

    recognise(ward, [(found, "POOR")], valid_from=date(2025, 12, 20))

    assert queries.status_map(None, "vn-2022", TODAY) == {found.id: "NON_POOR"}
    assert queries.status_map(None, "vn-2022", date(2026, 1, 1)) == {found.id: "POOR"}


def test_two_standards_hold_side_by_side(app: Flask) -> None:
    ward = make_ward()
    found = make_household(ward)
    day = date(2018, 12, 1)
    given: dict[str, Any] = {"decided_on": day, "valid_from": day}

    recognise(ward, [(found, "POOR")], "1/QĐ", standard="vn-hanoi-2016", **given)
    recognise(ward, [(found, "NON_POOR")], "1/QĐ", standard="vn-2016", **given)

    on = {
        standard: row.category
        for standard, row in queries.statuses_on([found.id], day)[found.id].items()
    }
    assert on == {"vn-hanoi-2016": "POOR", "vn-2016": "NON_POOR"}


REFUSALS: list[tuple[dict[str, Any], str]] = [
    ({"standard": "vn-1999"}, "recognition_standard_unknown"),
    ({"document_number": "  ", "confirmation": ""}, "recognition_without_number"),
    ({"signer": " "}, "recognition_without_signer"),
    ({"decided_on": date(2026, 11, 25)}, "recognition_decided_in_future"),
    ({"decided_on": date(206, 11, 25)}, "recognition_day_too_early"),
    ({"valid_from": date(2027, 11, 26)}, "recognition_too_far_ahead"),
    ({"valid_from": date(2027, 1, 1)}, "recognition_standard_not_in_force"),
    ({"valid_from": date(2021, 12, 31)}, "recognition_standard_not_in_force"),
    ({"confirmation": ""}, "recognition_not_confirmed"),
    ({"confirmation": "13/QĐ-UBND"}, "recognition_not_confirmed"),
]


@pytest.mark.parametrize(("given", "code"), REFUSALS)
def test_a_decision_that_is_not_in_order_is_refused(
    app: Flask, given: dict[str, Any], code: str
) -> None:
    ward = make_ward()
    found = make_household(ward)

    with pytest.raises(Refused) as refused:
        recognise(ward, [(found, "POOR")], "12/QĐ-UBND", **given)

    assert code in codes(refused)
    assert all(problem.sentence("en") for problem in refused.value.problems)
    counted = select(func.count()).select_from(Recognition)
    assert db.session.scalar(counted) == 0


def test_an_empty_list_is_refused(app: Flask) -> None:
    with pytest.raises(Refused, match="without_households"):
        recognise(make_ward(), [])


def test_the_last_day_of_a_standard_and_the_eve_of_a_year_ahead_are_in_order(
    app: Flask,
) -> None:
    ward = make_ward()

    made = recognise(
        ward, [(make_household(ward), "POOR")], valid_from=date(2026, 12, 31)
    )

    assert made.id


@pytest.mark.parametrize("typed", ["12/QĐ-UBND", " 12/qđ-ubnd "])
def test_the_confirmation_forgives_what_a_keyboard_does(app: Flask, typed: str) -> None:
    ward = make_ward()
    items = [(make_household(ward), "POOR")]

    assert recognise(ward, items, "12/QĐ-UBND", confirmation=typed).id


def test_a_category_that_the_standard_does_not_know_is_refused(app: Flask) -> None:
    ward = make_ward()

    with pytest.raises(Refused) as refused:
        recognise(ward, [(make_household(ward), "RICH")])

    assert codes(refused) == ["recognition_category_unknown"]


def test_a_household_of_another_ward_looks_like_none_at_all(app: Flask) -> None:
    ward, other = make_ward(), make_ward()
    elsewhere, here = make_household(other), make_household(ward)
    nobody = make_household(None)

    with pytest.raises(Refused) as refused:
        recognise(
            ward, [(elsewhere, "POOR"), (here, "POOR"), (nobody, "POOR")]
        )  # fmt: skip

    assert codes(refused) == ["recognition_household_elsewhere"]
    assert elsewhere.code not in refused.value.problems[0].sentence()


def test_a_household_of_a_group_belongs_to_its_ward(app: Flask) -> None:
    ward = make_ward()
    group = make_ward(level="group", parent_id=ward.id)

    assert recognise(ward, [(make_household(group), "POOR")]).id


def test_who_was_merged_or_left_cannot_be_recognised(app: Flask) -> None:
    ward = make_ward()
    gone, merged, elder = (make_household(ward) for _ in range(3))
    depart(gone, date(2026, 10, 1))
    merge(merged, elder, at(2026, 11, 1))

    with pytest.raises(Refused) as refused:
        recognise(ward, [(gone, "POOR"), (merged, "POOR"), (elder, "POOR")])

    assert sorted(codes(refused)) == [
        "recognition_household_departed",
        "recognition_household_merged",
    ]


def test_a_household_stands_on_a_list_once(app: Flask) -> None:
    ward = make_ward()
    found = make_household(ward)

    with pytest.raises(Refused) as refused:
        recognise(ward, [(found, "POOR"), (found, "NEAR_POOR")])

    assert codes(refused) == ["recognition_household_twice"]


def test_the_same_document_is_entered_once_for_an_area(app: Flask) -> None:
    ward, other = make_ward(), make_ward()
    recognise(ward, [(make_household(ward), "POOR")], "12/QĐ-UBND")

    with pytest.raises(Refused) as refused:
        recognise(ward, [(make_household(ward), "POOR")], " 12/qđ-ubnd")
    elsewhere = recognise(other, [(make_household(other), "POOR")], "12/QĐ-UBND")

    assert codes(refused) == ["recognition_entered_before"]
    assert elsewhere.id


def test_a_standard_of_another_city_is_refused(app: Flask) -> None:
    ward = make_ward("48")
    day = date(2018, 12, 1)

    with pytest.raises(Refused) as refused:
        recognise(
            ward, [(make_household(ward), "POOR")], standard="vn-hanoi-2016",
            decided_on=day, valid_from=day,
        )  # fmt: skip

    assert codes(refused) == ["recognition_standard_elsewhere"]


def test_withdrawing_leaves_the_days_without_a_status(app: Flask) -> None:
    ward = make_ward()
    found = make_household(ward)
    recognise(ward, [(found, "POOR")], valid_from=date(2025, 12, 20))
    second = recognise(ward, [(found, "NON_POOR")])

    actions.withdraw(by=OFFICER, recognition_id=second.id, reason="Nhập nhầm")

    assert queries.status_map(None, "vn-2022", TODAY) == {}
    assert queries.status_map(None, "vn-2022", date(2026, 1, 1)) == {found.id: "POOR"}
    assert (second.withdrawn_by, second.withdrawal_reason) == (
        OFFICER.name,
        "Nhập nhầm",
    )
    jobs = db.session.scalars(select(Job.payload).order_by(Job.id)).all()
    assert jobs[-1]["household_ids"] == [found.id]


def test_a_withdrawn_document_can_be_entered_again(app: Flask) -> None:
    ward = make_ward()
    found = make_household(ward)
    wrong = recognise(ward, [(found, "POOR")], "12/QĐ-UBND")
    actions.withdraw(by=OFFICER, recognition_id=wrong.id, reason="Sai diện")

    recognise(ward, [(found, "NEAR_POOR")], "12/QĐ-UBND")

    assert queries.status_map(None, "vn-2022", TODAY) == {found.id: "NEAR_POOR"}


def test_a_decision_is_withdrawn_once_and_with_a_reason(app: Flask) -> None:
    ward = make_ward()
    made = recognise(ward, [(make_household(ward), "POOR")])

    with pytest.raises(Refused, match="needs_reason"):
        actions.withdraw(by=OFFICER, recognition_id=made.id, reason="  ")
    actions.withdraw(by=OFFICER, recognition_id=made.id, reason="Nhập nhầm")
    with pytest.raises(Refused, match="already_withdrawn") as again:
        actions.withdraw(by=OFFICER, recognition_id=made.id, reason="Nhập nhầm")
    with pytest.raises(Refused, match="not_found"):
        actions.withdraw(by=OFFICER, recognition_id=made.id + 1, reason="x")

    assert again.value.status == 409


def test_what_was_believed_on_a_day_keeps_its_answer(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ward = make_ward()
    found = make_household(ward)
    set_clock(monkeypatch, at(2026, 3, 1))
    first = recognise(
        ward, [(found, "POOR")], decided_on=date(2026, 3, 1),
        valid_from=date(2026, 1, 1),
    )  # fmt: skip
    set_clock(monkeypatch, at(2026, 6, 1))
    actions.withdraw(by=OFFICER, recognition_id=first.id, reason="Nhầm hộ")
    set_clock(monkeypatch, at(2026, 9, 1))
    recognise(
        ward, [(found, "NEAR_POOR")], decided_on=date(2026, 9, 1),
        valid_from=date(2026, 1, 1),
    )  # fmt: skip

    on = date(2026, 2, 1)
    believed = [
        queries.status_map(None, "vn-2022", on, at(2026, month, 15)).get(found.id)
        for month in (2, 3, 7, 10)
    ]

    assert believed == [None, "POOR", None, "NEAR_POOR"]
    assert queries.status_map(None, "vn-2022", on) == {found.id: "NEAR_POOR"}


def test_a_decision_takes_effect_in_the_database_all_or_nothing(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ward = make_ward()
    items = [(make_household(ward), "POOR")]
    monkeypatch.setattr(actions, "enqueue", lambda *_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        recognise(ward, items)

    for table in (Recognition, PovertyStatus, AuditEvent):
        assert db.session.scalars(select(table)).all() == []


def test_a_status_keeps_which_kind_of_poor_was_assessed(app: Flask) -> None:
    ward = make_ward()
    content = household(lacks=("WATER", "TOILET", "TELECOM"), b1_score=150)
    reviewed = date(2018, 10, 10)
    by_income = make_household(ward, "POOR", reviewed=reviewed)
    by_lacks = make_household(ward, content=content, reviewed=reviewed)
    fewer = household(lacks=("WATER",), b1_score=150)
    disagreed = make_household(ward, content=fewer, reviewed=reviewed)
    late = make_household(ward, "POOR", reviewed=date(2019, 10, 10))
    every = [by_income, by_lacks, disagreed, late]
    actions.assess(household_ids=[each.id for each in every])

    day = date(2018, 12, 1)
    given = {"standard": "vn-2016", "decided_on": day}
    recognise(ward, [(each, "POOR") for each in every], valid_from=day, **given)
    recognise(
        ward, [(by_lacks, "NON_POOR")], valid_from=date(2019, 12, 1),
        standard="vn-2016", decided_on=date(2019, 12, 1),
    )  # fmt: skip

    kinds = {key: each.sub for key, each in lists_on("vn-2016", day).items()}
    # An assessment that says something else, or came later, says nothing of the kind.
    assert kinds == {
        by_income.id: "N1", by_lacks.id: "N2", disagreed.id: None, late.id: None
    }  # fmt: skip
    words = sub_text("vn-2016", "POOR", None)
    assert words == "chưa ghi nhận N1 hay N2"
    assert sub_text("vn-2016", "POOR", "N1") == "Hộ nghèo về thu nhập (N1)"
    assert sub_text("vn-2022", "POOR", None) == sub_text("vn-2016", "NON_POOR", None)
