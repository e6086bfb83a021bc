"""The database is in memory before the first survey asks for it."""

import os
from pathlib import Path

import pytest

from server.serving import read_ahead


def test_a_database_file_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "registry.sqlite"
    path.write_bytes(bytes(3_000_000))

    assert read_ahead(f"sqlite:///{path}") == 3_000_000


def test_what_memory_does_not_hold_or_is_no_file_of_ours_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "registry.sqlite"
    path.write_bytes(bytes(3_000_000))
    monkeypatch.setattr(os, "sysconf", lambda name: 2000)

    assert read_ahead(f"sqlite:///{path}") == 0
    assert read_ahead(f"sqlite:///{tmp_path / 'missing'}") == 0
    assert read_ahead("sqlite://") == 0
    assert read_ahead("postgresql+psycopg://elsewhere/registry") == 0
