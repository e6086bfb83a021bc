from datetime import date

import pytest
from flask import Flask

from server.areas.directory import choices, names
from server.domain.actor import EVERYWHERE, NOWHERE, Scope
from tests.factories import make_area


@pytest.fixture
def place(app: Flask) -> dict[str, int]:
    district = make_area(name="Quận A", level="district")
    ward = make_area(name="Phường B", parent_id=district.id)
    group = make_area(name="Tổ 1", level="group", parent_id=ward.id, code="00235-01")
    old = make_area(name="Phường Cũ", valid_to=date(2020, 1, 1))
    return {"A": district.id, "B": ward.id, "1": group.id, "old": old.id}


def test_names_say_what_a_group_belongs_to_and_what_is_no_more(
    place: dict[str, int],
) -> None:
    assert names([place["1"], place["old"]]) == {
        place["1"]: "Tổ 1, Phường B",
        place["old"]: "Phường Cũ (không còn)",
    }
    assert names([]) == {}


def test_areas_of_today_are_offered_with_their_groups(place: dict[str, int]) -> None:
    offered = choices(EVERYWHERE)

    assert [one.name for one in offered] == ["Quận A", "Phường B"]
    assert [group.name for group in offered[1].groups] == ["Tổ 1"]
    assert offered[1].within == "Quận A"


def test_only_what_is_in_sight_is_offered(place: dict[str, int]) -> None:
    assert choices(NOWHERE) == []
    alone = choices(Scope(frozenset({place["1"]})))
    assert [(one.id, one.name) for one in alone] == [(place["1"], "Tổ 1, Phường B")]
