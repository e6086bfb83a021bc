"""Reviewers at their screens, who are asked about whoever is alike."""

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


@pytest.fixture(autouse=True)
def caution(app: Flask) -> None:
    """Whoever is alike is a question here."""
    ask_about_everything()
