"""The clock of the tests of rounds stands still."""

import pytest

from tests.server.status.households import at, set_clock


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, at(2026, 11, 24))
