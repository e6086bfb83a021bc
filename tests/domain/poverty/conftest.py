"""Copies of the standards with one thing changed."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from server.domain.poverty.load import PACKS

Folder = Callable[..., Path]


@pytest.fixture
def edited(tmp_path: Path) -> Folder:
    """A copy of the packs in which one text of one file is replaced."""

    def edit(file: str, old: str = "", new: str = "") -> Path:
        folder = tmp_path / "packs"
        shutil.copytree(PACKS, folder, dirs_exist_ok=True)
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return folder

    return edit
