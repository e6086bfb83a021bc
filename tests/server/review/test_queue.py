"""Which pair comes first, and what two people at one queue do to each other."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from server import clock
from server.accounts.actions import add_phone
from server.areas.tables import Area
from server.db import db
from server.domain.actor import SYSTEM, Actor
from server.domain.matching.judgement import Verdict
from server.domain.problems import Refused
from server.domain.survey.record import BirthDate, Member
from server.registry.actions import correct
from server.registry.queries import get_record
from server.review.actions import decide, relink, undo
from server.review.reserving import reserve
from server.review.tables import JudgementRow, MergeProposal, QueueEntry
from server.review.weighing import doubt, keep_stakes, worth
from tests.browsing import Browser
from tests.factories import make_user
from tests.server.review.surveys import COLLEAGUE, ELSEWHERE, STAFF, arrive, survey

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)


def order() -> list[int]:
    """Pairs as the queue has them."""
    db.session.rollback()
    return list(
        db.session.scalars(
            select(QueueEntry.proposal_id)
            .where(QueueEntry.is_main)
            .order_by(QueueEntry.place.desc(), QueueEntry.proposal_id.desc())
        )
    )


def two_families() -> tuple[MergeProposal, MergeProposal]:
    """Two pairs that have nothing to do with each other and look alike as much."""
    for name in ("Nguyễn Văn Bình", "Lê Thị Hoa"):
        home = {} if name.startswith("N") else {"address": ELSEWHERE}
        arrive(survey(name, "1960-03-02", **home))
        arrive(survey(name, "1960-03-02", **home))
    rows = db.session.scalars(select(MergeProposal).order_by(MergeProposal.id)).all()
    assert len(rows) == 2
    return rows[0], rows[1]


def test_a_decision_is_worth_more_the_less_is_known_and_the_longer_it_waits() -> None:
    assert doubt(0.5) > doubt(0.7) > doubt(0.95) >= doubt(1.0) > 0
    assert worth(0.7, 3, NOW) == worth(0.7, 0, NOW) + 2
    older = NOW - timedelta(days=30)
    assert worth(0.7, 0, older) == pytest.approx(worth(0.7, 0, NOW) + 1)


def test_what_is_at_stake_for_a_family_brings_its_pair_to_the_top(ward: Area) -> None:
    first, second = two_families()
    for poor, other in ((first, second), (second, first)):
        keep_stakes(stakes={poor.left_household_id: 3, other.left_household_id: 0})
        assert order() == [poor.id, other.id]


def test_pairs_that_touch_one_household_stand_together(
    ward: Area, officer: Browser
) -> None:
    first, second = two_families()
    third = arrive(survey("Nguyen Van Binh", "1960-03-02"))
    touching = {
        row.id
        for row in db.session.scalars(select(MergeProposal))
        if third in (row.left_record_id, row.right_record_id)
    }
    keep_stakes(stakes={second.left_household_id: 1})

    assert len(touching) == 2
    assert order()[0] == second.id
    assert set(order()[1:]) == {first.id, *touching}
    assert "cùng hộ với 2 cặp khác" in officer.get("/review").text

    keep_stakes(stakes={first.left_household_id: 3})
    assert set(order()[:3]) == {first.id, *touching}


def test_after_a_decision_the_same_family_goes_on(ward: Area, officer: Browser) -> None:
    first, second = two_families()
    arrive(survey("Nguyen Van Binh", "1960-03-02"))
    keep_stakes(stakes={second.left_household_id: 3})

    answer = officer.post(f"/review/{first.id}/decide", data={"verdict": "different"})

    assert answer.location != f"/review/{second.id}"


def test_a_decided_pair_leaves_the_queue_and_comes_back_by_undo(ward: Area) -> None:
    first, second = two_families()
    before = order()

    row = decide(by=STAFF, proposal_id=first.id, verdict=Verdict.DIFFERENT)
    assert order() == [second.id]

    undo(by=STAFF, judgement_id=row.id)
    assert order() == before


def test_filters_stay_from_pair_to_pair(ward: Area, officer: Browser) -> None:
    first, second = two_families()
    keep_stakes(stakes={second.left_household_id: 3})

    page = officer.get("/review?q=binh").text
    assert f'href="/review/{first.id}?q=binh"' in page
    assert "Không có dòng nào" in officer.get("/review?age=7").text

    pair = officer.get(f"/review/{first.id}?q=binh").text
    assert f"/review/{second.id}" not in pair
    assert 'href="/review?q=binh"' in pair


def test_pairs_are_found_by_who_surveyed(ward: Area, officer: Browser) -> None:
    enumerator = make_user(areas=[ward], role="enumerator", name="Phạm Thu Hà")
    phone = add_phone(by=SYSTEM, user_id=enumerator.id, name="Máy 1")
    first, _second = two_families()
    arrive(
        survey("Nguyen Van Binh", "1960-03-02"), by=Actor("phone", phone.id, phone.name)
    )
    link = f'href="/review/{first.id}'

    everything = officer.get("/review").text
    hers = officer.get(f"/review?enumerator={enumerator.id}").text

    assert "Phạm Thu Hà" in everything
    assert link in everything
    assert link not in hers
    assert hers.count('data-label="Hộ B"') == 2


def test_the_second_to_open_a_pair_sees_who_has_it(
    ward: Area, officer: Browser, chief: Browser
) -> None:
    first, _second = two_families()
    officer.get(f"/review/{first.id}")

    page = chief.get(f"/review/{first.id}").text
    assert "Trần Thị Bình đang xem cặp này" in page
    assert 'name="verdict"' not in page
    assert "Trần Thị Bình đang xem" in chief.get("/review").text
    assert "đang xem" not in officer.get("/review").text

    refused = chief.post(f"/review/{first.id}/decide", data={"verdict": "same"})
    assert refused.status_code == 409
    assert "Trần Thị Bình đang xem cặp này từ" in refused.text

    chief.post(f"/review/{first.id}/take")
    assert 'name="verdict"' in chief.get(f"/review/{first.id}").text
    assert 'name="verdict"' not in officer.get(f"/review/{first.id}").text


def test_who_goes_through_the_queue_meets_no_pair_that_somebody_has_open(
    ward: Area, officer: Browser, chief: Browser
) -> None:
    first, second = two_families()
    keep_stakes(stakes={first.left_household_id: 3})
    officer.get(f"/review/{first.id}")
    assert f'data-key="j" href="/review/{second.id}"' in chief.get("/review").text

    officer.get(f"/review/{second.id}")
    assert f'data-key="j" href="/review/{first.id}"' in chief.get("/review").text


def test_a_reservation_ends_by_itself(
    ward: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _second = two_families()
    reserve(by=STAFF, proposal_id=first.id)
    held = reserve(by=COLLEAGUE, proposal_id=first.id)
    assert held is not None
    assert held.actor_name == STAFF.name

    later = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr(clock, "now", lambda: later)

    assert reserve(by=COLLEAGUE, proposal_id=first.id) is None
    decide(by=COLLEAGUE, proposal_id=first.id, verdict=Verdict.SAME)


def test_a_decision_on_what_has_changed_gets_the_difference(
    ward: Area, officer: Browser
) -> None:
    first, _second = two_families()
    page = officer.get(f"/review/{first.id}").text
    shown = page.split('name="shown" value="')[1].split('"')[0]
    correct(
        by=COLLEAGUE,
        household_id=first.left_household_id,
        path="address.lane",
        value="35",
        reason="xem biển số nhà",
    )
    relink(record_ids={first.left_record_id})

    data = {"verdict": "same", "shown": shown}
    answer = officer.post(f"/review/{first.id}/decide", data=data)

    assert answer.status_code == 409
    assert "<del>9</del> → <ins>35</ins>" in answer.text
    assert db.session.scalars(select(JudgementRow)).all() == []
    data["shown"] = answer.text.split('name="shown" value="')[1].split('"')[0]
    assert officer.post(f"/review/{first.id}/decide", data=data).status_code == 303


def test_a_person_who_joined_meanwhile_is_part_of_the_difference(
    ward: Area, officer: Browser
) -> None:
    first, _second = two_families()
    shown = officer.get(f"/review/{first.id}").text
    shown = shown.split('name="shown" value="')[1].split('"')[0]
    child = Member("an", "Nguyễn Văn An", "child", "male", BirthDate(1990))
    earlier = get_record(first.left_record_id)
    arrive(
        survey(
            "Nguyễn Văn Bình",
            "1960-03-02",
            deprecated_id=earlier.instance_id,
            others=(child,),
        )
    )

    answer = officer.post(
        f"/review/{first.id}/decide", data={"verdict": "same", "shown": shown}
    )

    assert answer.status_code == 409
    assert "Nguyễn Văn An: <del>không có tên</del> → <ins>có trong danh sách</ins>" in (
        answer.text
    )


def test_deciding_without_opening_the_page_needs_no_reservation(ward: Area) -> None:
    first, _second = two_families()

    decide(by=STAFF, proposal_id=first.id, verdict=Verdict.SAME)

    with pytest.raises(Refused):
        decide(by=COLLEAGUE, proposal_id=first.id, verdict=Verdict.DIFFERENT)
