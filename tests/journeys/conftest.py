"""The day on which all journeys happen."""

from datetime import UTC, datetime

import pytest


@pytest.fixture(autouse=True)
def november(monkeypatch: pytest.MonkeyPatch) -> None:
    """The surveys of these tests were made four days ago."""
    at = datetime(2026, 11, 24, 3, tzinfo=UTC)
    monkeypatch.setattr("server.clock.now", lambda: at)
