"""Cursors: readable by us alone, and only where they were made."""

import base64
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask import Flask

from server.web.cursors import seal, unseal

pytestmark = pytest.mark.sqlite_only


def test_values_of_every_kind_come_back_as_they_went_in(screens: Flask) -> None:
    values = (
        "Nguyễn Thị Ánh",
        7,
        1.5,
        True,
        date(2026, 11, 24),
        datetime(2026, 11, 24, 2, 5, 9, 123456, tzinfo=UTC),
        Decimal("12.50"),
    )

    assert unseal(seal(values, context="list"), context="list") == values


def test_a_name_cannot_be_read_out_of_an_address(screens: Flask) -> None:
    first = seal(("Nguyễn Thị Ánh", 7), context="list")

    assert b"Nguy" not in base64.urlsafe_b64decode(first + "=" * (-len(first) % 4))
    assert seal(("Nguyễn Thị Ánh", 7), context="list") != first


@pytest.mark.parametrize("text", ["", "a", "AAAA", "é", "%%%", "A" * 200])
def test_what_is_not_a_cursor_is_nothing(screens: Flask, text: str) -> None:
    assert unseal(text, context="list") is None


def test_a_cursor_of_one_list_or_order_is_nothing_in_another(screens: Flask) -> None:
    cursor = seal((1,), context="villages:name")

    assert unseal(cursor, context="villages:-name") is None


def test_a_sort_value_that_is_unknown_is_a_bug_that_shows(screens: Flask) -> None:
    with pytest.raises(ValueError, match="cannot be sorted"):
        seal((None, 1), context="list")
