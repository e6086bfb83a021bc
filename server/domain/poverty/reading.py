"""Strict reading of pack files: every key is expected, of the right kind, used once.

A misspelt key that is silently ignored would be a law that silently does not apply, so
whatever nobody asks for is an error that names the file and the place.
"""

from collections.abc import Hashable
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from server.domain.data_files import TypedLoader


class PackError(Exception):
    """A pack cannot be loaded; the message names the file, the place and the reason."""


class _StrictLoader(TypedLoader):
    """Refuses a key that is written twice, where YAML would keep the last."""

    def construct_mapping(
        self, node: yaml.MappingNode, deep: bool = False
    ) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise PackError(f"the key {key!r} is written twice")
        return super().construct_mapping(node, deep)


def read_yaml(path: Path) -> Any:
    """The content of a YAML file. Raises PackError when it cannot be read."""
    place = f"{path.parent.name}/{path.name}"
    if not path.is_file():
        raise PackError(f"{place}: there is no such file")
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_StrictLoader)
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a 32nd of December
        raise PackError(f"{place}: not YAML: {error}") from error
    except PackError as error:
        raise PackError(f"{place}: {error}") from error


class Entry:
    """One mapping of a pack file, emptied key by key; `close()` wants it empty."""

    def __init__(self, content: Any, place: str) -> None:
        if not isinstance(content, dict):
            raise PackError(f"{place}: expected keys with values")
        self.place = place
        self._left = dict(content)

    def has(self, key: str) -> bool:
        return key in self._left

    def keys_left(self) -> tuple[str, ...]:
        """The keys that nobody has asked for yet."""
        return tuple(map(str, self._left))

    def take(self, key: str) -> Any:
        """The value of a key that must be there."""
        if key not in self._left:
            raise PackError(f"{self.place}: {key!r} is missing")
        return self._left.pop(key)

    def text(self, key: str) -> str:
        value = self.take(key)
        if not isinstance(value, str) or not value.strip():
            raise PackError(f"{self.place}: {key!r} must be text")
        return value

    def optional_text(self, key: str) -> str | None:
        """Text, or None when the key is absent or empty."""
        return self.text(key) if self._is_given(key) else None

    def whole(self, key: str) -> int:
        """A whole number that is not negative."""
        value = self.take(key)
        if type(value) is not int or value < 0:
            raise PackError(
                f"{self.place}: {key!r} must be a whole number, not {value}"
            )
        return value

    def day(self, key: str) -> date:
        value = self.take(key)
        if type(value) is not date:
            raise PackError(f"{self.place}: {key!r} must be a date like 2022-01-01")
        return value

    def optional_day(self, key: str) -> date | None:
        """A date, or None when the key is absent or empty."""
        return self.day(key) if self._is_given(key) else None

    def flag(self, key: str) -> bool:
        """True or false; absent is false."""
        value = self._left.pop(key, False)
        if not isinstance(value, bool):
            raise PackError(f"{self.place}: {key!r} must be true or false")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; absent is empty."""
        value = self._left.pop(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise PackError(f"{self.place}: {key!r} must be a list of texts")
        return tuple(value)

    def wholes(self, key: str) -> tuple[int, ...]:
        """A list of whole numbers."""
        value = self.take(key)
        if not isinstance(value, list) or not all(type(v) is int for v in value):
            raise PackError(f"{self.place}: {key!r} must be a list of whole numbers")
        return tuple(value)

    def entry(self, key: str) -> "Entry":
        return Entry(self.take(key), f"{self.place} {key}")

    def entries(self, key: str) -> list["Entry"]:
        return entries_of(self.take(key), f"{self.place} {key}")

    def close(self) -> None:
        """Raises PackError for keys that mean nothing here."""
        if self._left:
            unknown = ", ".join(sorted(map(str, self._left)))
            raise PackError(f"{self.place}: unknown keys: {unknown}")

    def _is_given(self, key: str) -> bool:
        if self._left.get(key) is None:
            self._left.pop(key, None)
        return key in self._left


def entries_of(content: Any, place: str) -> list[Entry]:
    """The entries of a list."""
    if not isinstance(content, list):
        raise PackError(f"{place}: expected a list")
    return [Entry(each, f"{place}[{number}]") for number, each in enumerate(content)]


def frozen(value: Any) -> Any:
    """Lists as tuples, so that a loaded parameter is not changed by mistake."""
    if isinstance(value, list):
        return tuple(frozen(each) for each in value)
    if isinstance(value, dict):
        return {key: frozen(each) for key, each in value.items()}
    return value
