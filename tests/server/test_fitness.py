import base64
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from server.fitness import findings
from server.migrations.upgrade import downgrade


@pytest.fixture
def fit(app: Flask) -> dict[str, Any]:
    """The settings of an installation that lacks nothing."""
    return {
        **app.config,
        "PUBLIC_URL": "https://rasoat.example.vn",
        "SECURE_COOKIES": True,
        "SECRET_KEY": base64.b64encode(b"k" * 32).decode(),
        "TRUSTED_PROXIES": 1,
    }


def codes(config: dict[str, Any]) -> list[str]:
    return [problem.code for problem in findings(config)]


def test_a_careful_installation_has_no_findings(fit: dict[str, Any]) -> None:
    assert codes(fit) == []


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("PUBLIC_URL", "http://rasoat.example.vn", "fitness_public_url"),
        ("SECURE_COOKIES", False, "fitness_cookies"),
        ("SECRET_KEY", "secret", "fitness_secret_key"),
        ("TRUSTED_PROXIES", 0, "fitness_proxies"),
    ],
)
def test_each_careless_setting_is_found(
    fit: dict[str, Any], name: str, value: Any, code: str
) -> None:
    assert codes({**fit, name: value}) == [code]


@pytest.mark.sqlite_only
def test_a_key_that_others_may_read_is_found(fit: dict[str, Any]) -> None:
    key = Path(fit["DATA_DIR"]) / "sealing-key"
    key.write_text("key")
    key.chmod(0o644)

    assert codes(fit) == ["fitness_key_file"]


@pytest.mark.sqlite_only
def test_a_database_without_tables_is_found(fit: dict[str, Any]) -> None:
    downgrade("base")

    assert codes(fit) == ["fitness_database_old"]
