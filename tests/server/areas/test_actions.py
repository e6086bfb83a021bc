from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from server import clock
from server.areas.actions import add_groups, end_group, load_areas
from server.areas.tables import Area, AreaSuccession
from server.audit.tables import AuditEvent
from server.db import db, transaction
from server.domain.actor import SYSTEM
from server.domain.problems import Refused
from tests.factories import make_area


def events() -> list[str]:
    return list(db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def test_loading_twice_changes_nothing_more(app: Flask) -> None:
    assert load_areas(by=SYSTEM) > 0
    assert load_areas(by=SYSTEM) == 0

    assert events() == ["areas.loaded"]
    assert db.session.scalar(select(func.count()).select_from(AreaSuccession)) == 38


def test_loading_mends_what_differs_and_keeps_the_row(app: Flask) -> None:
    load_areas(by=SYSTEM)
    ward = db.session.scalars(
        select(Area).where(Area.code == "00235", Area.valid_to.is_(None))
    ).one()
    with transaction():
        ward.name = ward.name_folded = "Phường Khác"

    assert load_areas(by=SYSTEM) == 1

    mended = db.session.get_one(Area, ward.id)
    assert (mended.name, mended.name_folded) == ("Phường Đống Đa", "phuong dong da")


def test_a_group_takes_the_number_in_its_name(app: Flask) -> None:
    ward = make_area(code="00235")

    added = add_groups(
        by=SYSTEM, ward_id=ward.id, names=["Khu tập thể", "Tổ 1", "Tổ dân phố số 12"]
    )

    assert {group.name: group.code for group in added} == {
        "Khu tập thể": "00235-02",
        "Tổ 1": "00235-01",
        "Tổ dân phố số 12": "00235-12",
    }
    assert {group.valid_from for group in added} == {ward.valid_from}
    assert events() == ["groups.added"]


def test_a_taken_number_goes_to_nobody_else(app: Flask) -> None:
    ward = make_area(code="00235")
    add_groups(by=SYSTEM, ward_id=ward.id, names=["Tổ 3"])

    added = add_groups(by=SYSTEM, ward_id=ward.id, names=["Khu 3", "Cụm 3"])

    assert [group.code for group in added] == ["00235-01", "00235-02"]


def test_one_bad_name_keeps_all_out(app: Flask) -> None:
    ward = make_area()
    add_groups(by=SYSTEM, ward_id=ward.id, names=["Tổ 1"])

    with pytest.raises(Refused) as refused:
        add_groups(by=SYSTEM, ward_id=ward.id, names=["Tổ 2", "tổ 1", "---"])

    assert codes(refused) == ["group_name_taken", "group_name_unreadable"]
    assert db.session.scalar(select(func.count()).where(Area.level == "group")) == 1


@pytest.mark.parametrize(
    "given", [{"level": "district"}, {"valid_to": date(2020, 1, 1)}]
)
def test_only_a_ward_of_today_has_groups(app: Flask, given: dict[str, object]) -> None:
    area = make_area(**given)

    with pytest.raises(Refused) as refused:
        add_groups(by=SYSTEM, ward_id=area.id, names=["Tổ 1"])

    assert codes(refused) == ["groups_need_a_ward_of_today"]


def test_a_number_may_be_given_again_after_its_group_ended(app: Flask) -> None:
    ward = make_area(code="00235")
    old = add_groups(by=SYSTEM, ward_id=ward.id, names=["Tổ 1"])[0]
    end = clock.today() - timedelta(days=30)
    end_group(by=SYSTEM, group_id=old.id, on=end)

    new = add_groups(by=SYSTEM, ward_id=ward.id, names=["Tổ 1"])[0]

    assert (new.code, new.valid_from) == ("00235-01", end)
    assert events() == ["groups.added", "group.ended", "groups.added"]


def test_a_group_ends_on_a_day_within_its_life(app: Flask) -> None:
    ward = make_area()
    group = add_groups(by=SYSTEM, ward_id=ward.id, names=["Tổ 1"])[0]

    for day in (ward.valid_from, clock.today() + timedelta(days=1)):
        with pytest.raises(Refused) as refused:
            end_group(by=SYSTEM, group_id=group.id, on=day)
        assert codes(refused) == ["group_end_day"]

    end_group(by=SYSTEM, group_id=group.id, on=clock.today())
    with pytest.raises(Refused) as refused:
        end_group(by=SYSTEM, group_id=group.id, on=clock.today())
    assert codes(refused) == ["group_already_ended"]
    with pytest.raises(Refused) as refused:
        end_group(by=SYSTEM, group_id=ward.id, on=clock.today())
    assert codes(refused) == ["group_already_ended"]
