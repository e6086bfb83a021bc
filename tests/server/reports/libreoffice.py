"""Open the workbook of every official table in LibreOffice and read it back:
`python -m tests.server.reports.libreoffice`. Needs `soffice` on the machine.

The suite reads workbooks back with a library; this asks the program that offices use.
Both tables with numbers and lists with people are written from made-up registers, among
them empty ones and such with everything unknown.
"""

import csv
import random
import shutil
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

from server.domain.reporting.definition import catalogue
from server.domain.reporting.facts import GROUPS, Child, PersonLine
from server.domain.reporting.register import Register
from server.domain.reporting.tabulate import tabulate
from server.reports.official_workbook import write_xlsx
from server.reports.sheet import About, Sheet, sheet_of
from tests.domain.reporting.registers import CATEGORIES, PACK, facts, register

# Numbers as they are, text quoted, every sheet: see the filter options of LibreOffice.
TO_CSV = "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,false,false"


def main() -> int:
    """Prints one line for each table; 1 when one does not read back equal."""
    soffice = shutil.which("soffice")
    if soffice is None:
        sys.stdout.write("soffice is not on this machine\n")
        return 2
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="ra-soat-office-") as name:
        folder = Path(name)
        sheets = write_all(folder)
        command = [soffice, "--headless", f"-env:UserInstallation=file://{folder}/home",
                   "--convert-to", TO_CSV, "--outdir", name,
                   *map(str, sorted(folder.glob("*.xlsx")))]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, timeout=600)
        for stem, sheet in sheets.items():
            said = compare(sheet, folder / f"{stem}.csv")
            wrong += bool(said)
            sys.stdout.write(f"{stem}: {said or 'equal'}, {len(sheet.lines)} lines\n")
    return 1 if wrong else 0


def write_all(folder: Path) -> dict[str, Sheet]:
    """A workbook of every table from each register."""
    found = {}
    for name, given in (("full", made_up(60)), ("empty", register({}, {}, {}))):
        for code, definition in catalogue().tables.items():
            about = About("Phường Láng", date(2026, 1, 1), date(2026, 12, 31), None, 3,
                          date(2026, 12, 31))  # fmt: skip
            sheet = sheet_of(tabulate(definition, given), given, about)
            stem = f"{definition.number:02}-{code}-{name}"
            (folder / f"{stem}.xlsx").write_bytes(write_xlsx(sheet))
            found[stem] = sheet
    return found


def made_up(households: int) -> Register:
    """A year of some households, drawn from a fixed seed."""
    draw = random.Random(2019)  # noqa: S311 - made-up households
    names = [f"h{number:03}" for number in range(households)]
    lists = [
        {each: (draw.choice(CATEGORIES), draw.choice("abc")) for each in names}
        for _ in range(2)
    ]
    answers = (True, False, None)
    known = {
        each: facts(
            code=f"HN-{each}",
            size=draw.choice([None, 1, 4]),
            ethnicity=draw.choice(["01", "08", None]),
            groups={group: draw.choice(answers) for group in GROUPS},
            lacks={one.code: draw.choice(answers) for one in PACK.indicators},
            causes=draw.choice([None, (), ("illness", "capital")]),
            children=(Child(True, draw.choice(answers), False),),
            people=(
                PersonLine("=Nguyễn Thị “Lan”; 1", "head", "female", "1950", "01"),
                PersonLine("Trần\nVăn B", "child", "male", "02/03/1980", None),
            ),
        )
        for each in names[: households - 5]
    }
    return register(*lists, known)


def compare(sheet: Sheet, path: Path) -> str:
    """What differs, "" for nothing."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    start = next(n for n, row in enumerate(rows) if row[:2] == ["A", "B"]) + 1
    for number, line in enumerate(sheet.lines):
        for column, value in enumerate(line.values):
            read = rows[start + number][column]
            if isinstance(value, str) or value is None:
                same = read == (value or "")
            else:
                same = float(read) == float(value)
            if not same:
                return f"line {number + 1}, column {column + 1}: {value!r} is {read!r}"
    return ""


if __name__ == "__main__":
    sys.exit(main())
