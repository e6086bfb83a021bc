"""Officers at their screens, and when people are asked."""

import pytest
from flask import Flask

from tests.server.officers import chief, district, neighbour, officer, other_ward, ward
from tests.server.review.surveys import ask_about_everything

__all__ = [
    "chief",
    "district",
    "neighbour",
    "officer",
    "other_ward",
    "ward",
]


@pytest.fixture
def thresholds(app: Flask) -> None:
    """Whoever is alike is a question: people say here who is one household."""
    ask_about_everything()
