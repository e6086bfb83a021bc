"""Wards of Đống Đa over time."""

from datetime import date

from server.domain.places.areas import (
    AreaVersion,
    Succession,
    Successor,
    area_on,
    codes_on,
)

OLD, MIDDLE, NEW = date(2019, 12, 31), date(2025, 3, 31), date(2026, 11, 23)
JANUARY, JULY = date(2025, 1, 1), date(2025, 7, 1)
SUCCESSIONS = [
    Succession("00235", "00235", JANUARY),  # Ngã Tư Sở
    Succession("00217", "00235", JULY, is_default=True),  # Trung Liệt, divided
    Succession("00217", "00229", JULY),
    Succession("00217", "00190", JULY),
    Succession("00223", "00235", JANUARY),  # Thịnh Quang
    Succession("00235", "00235", JULY),
    Succession("00202", "00226", JULY),  # Khâm Thiên
]


def test_a_code_means_the_area_that_is_valid_on_the_day() -> None:
    old = AreaVersion("00226", "Trung Tự", date(2004, 1, 1), JANUARY)
    new = AreaVersion("00226", "Văn Miếu - Quốc Tử Giám", JULY)

    assert area_on([new, old], "00226", OLD) == old
    assert area_on([old, new], "00226", NEW) == new
    assert area_on([old, new], "00226", MIDDLE) is None
    assert area_on([old, new], "00226", JANUARY) is None


def test_a_ward_is_followed_through_two_reforms() -> None:
    assert codes_on(SUCCESSIONS, "00223", OLD, NEW) == (Successor("00235", True),)


def test_a_divided_ward_has_several_uncertain_successors_default_first() -> None:
    found = codes_on(SUCCESSIONS, "00217", MIDDLE, NEW)

    assert found == (
        Successor("00235", False),
        Successor("00190", False),
        Successor("00229", False),
    )


def test_a_ward_that_did_not_change_keeps_its_code() -> None:
    assert codes_on(SUCCESSIONS, "00202", OLD, MIDDLE) == (Successor("00202", True),)


def test_a_ward_of_today_is_followed_back_to_those_it_came_from() -> None:
    found = {successor.code for successor in codes_on(SUCCESSIONS, "00235", NEW, OLD)}

    assert found == {"00217", "00223", "00235"}
    assert not any(s.is_certain for s in codes_on(SUCCESSIONS, "00235", NEW, OLD))


def test_the_day_of_the_reform_belongs_to_the_new_areas() -> None:
    before = date(2025, 6, 30)

    assert codes_on(SUCCESSIONS, "00202", OLD, before) == (Successor("00202", True),)
    assert codes_on(SUCCESSIONS, "00202", OLD, JULY) == (Successor("00226", True),)
