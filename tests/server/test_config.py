from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from server import config
from server.config import SettingRefused


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for setting in config.SETTINGS:
        monkeypatch.delenv(setting.name, raising=False)


def test_nothing_needs_to_be_set(tmp_path: Path) -> None:
    loaded = config.load()

    assert loaded["DATABASE_URL"] == f"sqlite:///{tmp_path / 'data' / 'ra-soat.sqlite'}"
    assert loaded["PORT"] == 8000
    assert loaded["SECURE_COOKIES"] is False


def test_the_environment_wins_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("PORT=8001\nHOST=192.0.2.1\n")
    monkeypatch.setenv("PORT", "8002")

    loaded = config.load()

    assert (loaded["PORT"], loaded["HOST"]) == (8002, "192.0.2.1")


def test_an_empty_value_is_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "")

    assert config.load()["PORT"] == 8000


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("THREADS", "2.5"),
        ("WORKER", "perhaps"),
        ("LOG_LEVEL", "loud"),
        ("DEFAULT_LANGUAGE", "fr"),
    ],
)
def test_a_value_that_does_not_fit_is_named(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingRefused, match=f"{name}='{value}'"):
        config.load()


def test_keys_are_made_once_and_kept_for_the_owner_alone(tmp_path: Path) -> None:
    first = config.load()
    second = config.load()

    assert first["SEALING_KEY"] == second["SEALING_KEY"] != first["SECRET_KEY"]
    assert (tmp_path / "data" / "sealing-key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_way_of_writing_a_postgresql_address_is_understood(
    scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"{scheme}://user:word@host/name")

    assert config.load()["DATABASE_URL"] == "postgresql+psycopg://user:word@host/name"


def test_processes_that_start_at_once_share_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as starting:
        loaded = list(starting.map(lambda _: config.load(), range(8)))

    assert len({each["SEALING_KEY"] for each in loaded}) == 1
    assert {p.name for p in (tmp_path / "data").iterdir()} == {
        "sealing-key",
        "secret-key",
    }


@pytest.mark.parametrize(
    "copied",
    [
        "https://odk.example.vn",
        "https://odk.example.vn/",
        "https://odk.example.vn/v1",
        "https://ODK.example.vn/#/projects/3",
        " https://odk.example.vn/#/login?next=%2F ",
    ],
)
def test_one_central_has_one_address_however_it_was_copied(
    copied: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CENTRAL_URL", copied)

    assert config.load()["CENTRAL_URL"] == "https://odk.example.vn"


@pytest.mark.parametrize("text", ["odk.example.vn", "htp://odk.example.vn", "https://"])
def test_what_is_no_address_of_central_is_refused_with_an_example(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CENTRAL_URL", text)

    with pytest.raises(SettingRefused, match=f"'{text}'.*https://odk.example.vn"):
        config.load()


def test_a_setting_is_refused_in_the_language_of_the_installation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PORT", "http")
    with pytest.raises(SettingRefused, match="không phải số nguyên"):
        config.load()

    monkeypatch.setenv("DEFAULT_LANGUAGE", "en")
    with pytest.raises(SettingRefused, match="not a whole number"):
        config.load()


def test_a_password_in_a_wrong_database_address_is_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres+none://ra_soat:secret@db/x")

    with pytest.raises(SettingRefused, match="DATABASE_URL") as refused:
        config.load()

    assert "secret" not in str(refused.value)


def test_a_data_folder_that_cannot_be_made_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATA_DIR", "/proc/none")

    with pytest.raises(SettingRefused, match="DATA_DIR='/proc/none'"):
        config.load()
