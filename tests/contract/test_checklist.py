"""No line of the conformance checklist is without a test that names it."""

import re
from pathlib import Path

LINES = {
    "AUTH": 6, "LIST": 10, "FORM": 6, "MAN": 3, "ENT": 5, "SYNC": 1,
    "SUB": 20, "EDIT": 3, "OFF": 6, "SEC": 2,
}  # fmt: skip


def test_every_line_has_a_test() -> None:
    named: set[str] = set()
    for path in Path(__file__).parent.glob("test_*.py"):
        for text in re.findall(r'def test_.*?"""(.*?)"""', path.read_text(), re.DOTALL):
            named |= set(re.findall(r"\b[A-Z]+-\d+\b", text))

    wanted = {f"{kind}-{n}" for kind, last in LINES.items() for n in range(1, last + 1)}

    assert wanted - named == set()
