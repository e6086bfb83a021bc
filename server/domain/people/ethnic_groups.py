"""The 54 ethnic groups by statistical code; names vary, codes do not."""

from functools import cache
from pathlib import Path
from typing import Any

from server.domain.data_files import read_data
from server.domain.people.names import fold

LIST = Path(__file__).with_name("ethnic_groups.yaml")
KINH, FOREIGNER, UNKNOWN = "01", "55", "99"


@cache
def ethnic_groups() -> dict[str, dict[str, Any]]:
    """Code -> its row: `name_vi`, `name_en`, `aliases`."""
    rows = read_data(LIST)
    return {str(row["code"]): row for row in rows}


@cache
def _codes_by_name() -> dict[str, str]:
    found: dict[str, str] = {}
    for code, row in ethnic_groups().items():
        for name in (row["name_vi"], row["name_en"], *row.get("aliases", ())):
            found.setdefault(_key(name), code)
    return found


def find_ethnic_group(text: str) -> str | None:
    """The code of a group from its code, one of its names or spellings; None
    if unknown.
    """
    plain = text.strip()
    if plain in ethnic_groups():
        return plain
    return _codes_by_name().get(_key(plain))


def is_ethnic_minority(code: str | None) -> bool | None:
    """Whether a code is one of the 53 minority groups; None when nobody knows."""
    if code is None or code == UNKNOWN:
        return None
    return code not in (KINH, FOREIGNER)


def _key(name: str) -> str:
    return fold(name).replace("-", "").replace(" ", "").replace("'", "")
