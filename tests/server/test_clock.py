from datetime import date

import pytest

from server.clock import day_of


def test_a_day_is_read_as_addresses_write_it() -> None:
    assert day_of("2026-11-24") == date(2026, 11, 24)
    assert day_of("1900-01-01") == date(1900, 1, 1)


@pytest.mark.parametrize(
    "text", ["", "24/11/2026", "2026-02-30", "0001-01-01", "1899-12-31", "9999-12-31"]
)
def test_what_nobody_can_mean_is_no_day(text: str) -> None:
    assert day_of(text) is None
