from datetime import UTC, date, datetime

import pytest
from flask import Flask

from server.areas.actions import add_groups, end_group, load_areas
from server.areas.queries import (
    area_on,
    areas_then,
    current_area,
    descendants,
    groups_of,
    path_of,
    predecessors_of,
    scope_of,
    successors_of,
    wards,
    wards_then,
)
from server.areas.tables import Area
from server.domain.actor import EVERYWHERE, NOWHERE, SYSTEM, Scope
from server.domain.problems import Refused
from tests.factories import make_area, make_user

WITH_21, WITH_17, WITH_7 = date(2019, 12, 31), date(2025, 3, 31), date(2026, 11, 23)


@pytest.fixture
def loaded(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.clock.today", lambda: WITH_7)
    monkeypatch.setattr(
        "server.clock.now", lambda: datetime(2026, 11, 23, 2, tzinfo=UTC)
    )
    load_areas(by=SYSTEM)


def names(areas: list[Area]) -> list[str]:
    return [area.name.removeprefix("Phường ") for area in areas]


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(("on", "count"), [(WITH_21, 21), (WITH_17, 17), (WITH_7, 7)])
def test_each_day_has_its_wards(on: date, count: int) -> None:
    assert len(wards(EVERYWHERE, on)) == count


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("on", "name", "path"),
    [
        (WITH_21, "Phường Ngã Tư Sở", ["01", "006", "00235"]),
        (date(2024, 12, 31), "Phường Ngã Tư Sở", ["01", "006", "00235"]),
        (date(2025, 1, 1), "Phường Thịnh Quang", ["01", "006", "00235"]),
        (WITH_17, "Phường Thịnh Quang", ["01", "006", "00235"]),
        (date(2025, 6, 30), "Phường Thịnh Quang", ["01", "006", "00235"]),
        (date(2025, 7, 1), "Phường Đống Đa", ["01", "00235"]),
        (WITH_7, "Phường Đống Đa", ["01", "00235"]),
    ],
)
def test_one_code_is_three_wards_over_time(
    on: date, name: str, path: list[str]
) -> None:
    area = area_on("00235", on)

    assert area is not None
    assert area.name == name
    assert [each.code for each in path_of(area)] == path


@pytest.mark.usefixtures("loaded")
def test_the_district_is_no_more() -> None:
    assert area_on("006", date(2025, 6, 30)) is not None
    assert area_on("006", date(2025, 7, 1)) is None


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("code", "known_on", "today", "is_certain"),
    [
        ("00235", WITH_21, "Đống Đa", True),  # Ngã Tư Sở, Thịnh Quang, Đống Đa
        ("00223", WITH_21, "Đống Đa", True),
        ("00193", WITH_21, "Văn Miếu - Quốc Tử Giám", True),
        ("00211", WITH_17, "Văn Miếu - Quốc Tử Giám", False),  # gone by that day
        ("00187", WITH_17, "Láng", True),
        ("00184", WITH_21, "Văn Miếu - Quốc Tử Giám", False),  # divided in 2025
        ("00178", WITH_17, "Ô Chợ Dừa", False),
        ("00199", WITH_17, "Láng", False),
        ("00226", WITH_17, "Kim Liên", False),
        ("00226", WITH_7, "Văn Miếu - Quốc Tử Giám", True),
        ("00193", WITH_7, "Văn Miếu - Quốc Tử Giám", False),  # an old list
    ],
)
def test_an_old_code_is_followed_to_the_ward_of_today(
    code: str, known_on: date, today: str, is_certain: bool
) -> None:
    area, certainty = current_area(code, known_on)

    assert area is not None
    assert (area.name, certainty) == (f"Phường {today}", is_certain)
    assert area.valid_to is None


@pytest.mark.usefixtures("loaded")
def test_a_code_that_never_was_is_nowhere() -> None:
    assert current_area("99999", WITH_7) == (None, False)
    assert current_area("00235", date(1970, 1, 1)) == (None, False)


@pytest.mark.usefixtures("loaded")
def test_what_a_divided_ward_became_begins_with_the_likeliest() -> None:
    cat_linh = area_on("00178", WITH_17)
    o_cho_dua = area_on("00190", WITH_7)
    assert cat_linh is not None
    assert o_cho_dua is not None

    became = [area.name for area, _ in successors_of(cat_linh.id)]
    made_of = [area.name for area, row in predecessors_of(o_cho_dua.id)]

    assert became == ["Phường Ô Chợ Dừa", "Phường Giảng Võ"]
    assert len(made_of) == 5


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("code", "known_on", "on", "expected", "certain"),
    [
        # The report of a past day uses the ward of that day, whatever its code is now.
        ("00235", WITH_21, WITH_21, ["Ngã Tư Sở"], True),
        ("00235", WITH_21, WITH_17, ["Thịnh Quang"], True),
        ("00235", WITH_21, WITH_7, ["Đống Đa"], True),
        ("00226", WITH_21, WITH_7, ["Kim Liên", "Văn Miếu - Quốc Tử Giám"], False),
        # Looking back from a ward that was made of several.
        ("00235", WITH_17, WITH_21, ["Ngã Tư Sở", "Thịnh Quang"], False),
        ("00199", WITH_7, WITH_17, ["Láng Hạ", "Láng Thượng"], False),
        ("00190", WITH_17, WITH_21, ["Ô Chợ Dừa"], True),
    ],
)
@pytest.mark.sqlite_only
def test_a_code_of_one_day_is_followed_to_another(
    code: str, known_on: date, on: date, expected: list[str], certain: bool
) -> None:
    found, is_certain = areas_then(code, known_on, on)

    assert (sorted(names(found)), is_certain) == (sorted(expected), certain)
    if not certain and on == WITH_7:
        assert names(found)[0] == "Kim Liên"  # the likeliest first


@pytest.mark.usefixtures("loaded")
@pytest.mark.sqlite_only
def test_every_ward_is_followed_to_the_wards_of_a_day() -> None:
    then = wards_then(WITH_21)
    trung_tu = area_on("00226", WITH_21)
    today = area_on("00226", WITH_7)
    assert trung_tu is not None
    assert today is not None

    assert names(then[trung_tu.id]) == ["Trung Tự"]
    assert "Trung Tự" in names(then[today.id])
    assert names(wards_then(WITH_7)[trung_tu.id]) == [
        "Kim Liên",
        "Văn Miếu - Quốc Tử Giám",
    ]
    assert {ward.valid_from for found in then.values() for ward in found} == {
        date(2004, 7, 8)
    }


@pytest.mark.usefixtures("loaded")
def test_every_ward_that_ended_has_one_default_successor() -> None:
    for on in (WITH_21, WITH_17):
        for ward in wards(EVERYWHERE, on):
            if ward.valid_to is not None:
                defaults = [row.is_default for _, row in successors_of(ward.id)]
                assert defaults.count(True) == 1, ward.name


@pytest.mark.usefixtures("loaded")
def test_a_group_of_a_ward_that_ended_is_somewhere_in_its_successor() -> None:
    old = area_on("00235", WITH_17)
    assert old is not None
    make_area(
        code="00235-01",
        level="group",
        parent_id=old.id,
        valid_from=old.valid_from,
        valid_to=old.valid_to,
    )

    area, is_certain = current_area("00235-01", WITH_17)

    assert area is not None
    assert (area.name, is_certain) == ("Phường Đống Đa", False)


@pytest.mark.usefixtures("loaded")
def test_groups_are_found_on_the_days_they_exist() -> None:
    ward = area_on("00235", WITH_7)
    assert ward is not None
    first, second = add_groups(by=SYSTEM, ward_id=ward.id, names=["Tổ 1", "Tổ 2"])
    end_group(by=SYSTEM, group_id=first.id, on=date(2026, 5, 1))

    assert names(groups_of(ward.id)) == ["Tổ 2"]
    assert names(groups_of(ward.id, date(2026, 4, 30))) == ["Tổ 1", "Tổ 2"]
    assert current_area("00235-02", WITH_7) == (second, True)


def test_a_scope_holds_what_lies_below_and_nothing_else(app: Flask) -> None:
    district = make_area(level="district")
    ward = make_area(parent_id=district.id)
    group = make_area(parent_id=ward.id, level="group")
    sibling = make_area(parent_id=district.id)
    make_area(parent_id=sibling.id, level="group")

    assert descendants([ward.id]) == {group.id}
    assert descendants([]) == set()
    assert scope_of(make_user(areas=[ward])) == Scope(frozenset({ward.id, group.id}))
    assert scope_of(make_user(areas=[group])) == Scope(frozenset({group.id}))
    assert scope_of(make_user()) == NOWHERE
    assert scope_of(make_user(role="admin")) == EVERYWHERE


def test_two_assigned_areas_are_seen_together(app: Flask) -> None:
    first, second, third = make_area(), make_area(), make_area()
    group = make_area(parent_id=second.id, level="group")

    scope = scope_of(make_user(areas=[first, second]))

    assert scope.area_ids == {first.id, second.id, group.id}
    assert not scope.holds(third.id)
    assert [ward.id for ward in wards(scope)] == [first.id, second.id]


def test_an_area_that_is_not_there_is_refused(app: Flask) -> None:
    with pytest.raises(Refused):
        add_groups(by=SYSTEM, ward_id=4711, names=["Tổ 1"])
