"""Which columns a list of poor households may have; `columns.yaml` is the whole list."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from server.domain.data_files import read_data

LIST = Path(__file__).with_name("columns.yaml")
USES = ("person", "household", "status", "said", "kept")


@dataclass(frozen=True, slots=True)
class RegisterColumn:
    """One kind of column: what becomes of its cells, and how it may be headed."""

    key: str
    use: str
    reader: str
    vi: str
    en: str
    aliases: tuple[str, ...]
    is_repeatable: bool = False

    def label(self, language: str) -> str:
        """What staff call it."""
        return self.vi if language == "vi" else self.en


@cache
def register_columns() -> dict[str, RegisterColumn]:
    """Every kind of column by its key, in the order of the list."""
    rows = read_data(LIST)
    found = [
        RegisterColumn(**{**row, "aliases": tuple(str(a) for a in row["aliases"])})
        for row in rows
    ]
    return {column.key: column for column in found}
