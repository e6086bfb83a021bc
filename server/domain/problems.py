"""Problems: bad data and refused requests, said in the reader's language.

Bad field data is normal, so domain functions *return* `Problem`s; actions *raise*
`Refused` when a request cannot be carried out. Each code has one entry in
`problems.yaml`: what happened (with the value) and what to do next, in Vietnamese and
English.
"""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from server.domain.data_files import read_data

CATALOGUE = Path(__file__).with_name("problems.yaml")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one value.

    `code` is a key of the catalogue, `path` names the field ("members[2].full_name"),
    `values` fill the sentence. A `blocking` problem sends a submission to quarantine; the
    others are kept with the record as warnings.
    """

    code: str
    path: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    blocking: bool = True

    def sentence(self, language: str = "vi") -> str:
        """What happened and what to do next.

        Raises KeyError for a code that is not in the catalogue: that is a bug.
        """
        return f"{self.what(language)} {self.next_step(language)}".strip()

    def what(self, language: str = "vi") -> str:
        """What happened."""
        return self._said(language)

    def next_step(self, language: str = "vi") -> str:
        """What to do."""
        return self._said(f"next_{language}")

    def _said(self, key: str) -> str:
        values = _Blank({"path": self.path, **self.values})
        return catalogue()[self.code][key].format_map(values)

    def as_dict(self) -> dict[str, Any]:
        """The form kept in the database."""
        return {
            "code": self.code,
            "path": self.path,
            "values": self.values,
            "blocking": self.blocking,
        }


class Refused(Exception):
    """A request that an action does not carry out; `problems` say why."""

    def __init__(self, *problems: Problem, status: int = 422) -> None:
        super().__init__("; ".join(p.code for p in problems))
        self.problems = problems
        self.status = status


class _Blank(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Every problem code with its texts: `vi`, `next_vi`, `en`, `next_en`."""
    loaded: dict[str, dict[str, str]] = read_data(CATALOGUE)
    return loaded
