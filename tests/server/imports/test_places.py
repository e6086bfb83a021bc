"""Wards and groups in a list are those of the day of its review, not those of today."""

from datetime import date, timedelta

from flask import Flask

from server import clock
from server.areas.actions import add_groups, end_group
from server.areas.tables import Area
from server.db import transaction
from server.domain.actor import SYSTEM
from server.imports.places import choices_on
from tests.factories import make_area

DIVIDED = date(2025, 7, 1)


def groups(ward: Area, on: date) -> dict[str, str]:
    found = choices_on(on.isoformat()).groups
    return {name: code for (code_of_ward, name), code in found.items()
            if code_of_ward == ward.code}  # fmt: skip


def test_a_ward_is_known_by_the_code_it_had_on_the_day(app: Flask) -> None:
    make_area(code="00001", name="Phường Quang Trung", valid_to=DIVIDED)
    make_area(code="00002", name="Phường Quang Trung", valid_from=DIVIDED)

    before = choices_on((DIVIDED - timedelta(days=1)).isoformat()).wards
    since = choices_on(DIVIDED.isoformat()).wards

    assert before["quang trung"] == "00001"
    assert "00002" not in before
    assert since["quang trung"] == "00002"
    assert "00001" not in since


def test_groups_are_those_of_the_ward_of_the_day(app: Flask) -> None:
    ward = make_area(code="00235")
    add_groups(by=SYSTEM, ward_id=ward.id, names=["Tổ 1", "Tổ 2"])
    with transaction() as session:
        session.get_one(Area, ward.id).valid_to = DIVIDED
        for group in session.query(Area).filter_by(parent_id=ward.id):
            group.valid_to = DIVIDED
    later = make_area(code="00235", valid_from=DIVIDED)
    add_groups(by=SYSTEM, ward_id=later.id, names=["Tổ 7"])

    assert groups(later, DIVIDED - timedelta(days=1)) == {
        "1": "00235-01", "2": "00235-02",
    }  # fmt: skip
    assert list(groups(later, DIVIDED)) == ["7"]


def test_a_group_that_ended_is_none_of_a_later_list(app: Flask) -> None:
    ward = make_area(code="00235")
    old, kept = add_groups(by=SYSTEM, ward_id=ward.id, names=["Tổ 1", "Tổ 2"])
    end = clock.today() - timedelta(days=30)
    end_group(by=SYSTEM, group_id=old.id, on=end)

    assert groups(ward, end - timedelta(days=1)) == {"1": old.code, "2": kept.code}
    assert groups(ward, end) == {"2": kept.code}


def test_the_number_of_an_ended_group_means_the_one_that_had_it_then(
    app: Flask,
) -> None:
    ward = make_area(code="00235")
    old = add_groups(by=SYSTEM, ward_id=ward.id, names=["Cụm Chợ"])[0]
    end = clock.today() - timedelta(days=30)
    end_group(by=SYSTEM, group_id=old.id, on=end)
    new = add_groups(by=SYSTEM, ward_id=ward.id, names=["Cụm Đình"])[0]

    assert old.code == new.code
    assert list(groups(ward, end - timedelta(days=1))) == ["cum cho"]
    assert list(groups(ward, end)) == ["cum dinh"]
