"""The words of the trade."""

import pytest
from flask import Flask

from server.accounts.tables import ROLES
from server.domain.poverty.pack import PovertyCategory
from server.web.labels import category_label, category_tone, role_label

pytestmark = pytest.mark.sqlite_only


def test_every_category_has_its_words_and_its_tone(screens: Flask) -> None:
    with screens.test_request_context():
        words = [category_label(category) for category in PovertyCategory]
        tones = [category_tone(category) for category in PovertyCategory]

    assert words[:2] == ["Hộ nghèo", "Hộ cận nghèo"]
    assert len(set(words)) == len(set(tones)) == len(PovertyCategory)


def test_every_role_has_its_words(screens: Flask) -> None:
    with screens.test_request_context():
        assert len({role_label(role) for role in ROLES} - set(ROLES)) == len(ROLES)


def test_what_is_not_classified_says_so(screens: Flask) -> None:
    with screens.test_request_context():
        assert category_label(None) == "Chưa phân loại"
        assert category_tone(None) == "unknown"
