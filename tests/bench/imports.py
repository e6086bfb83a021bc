"""What importing a list from Excel costs: `python -m tests.bench.imports`.

A workbook of a hundred thousand rows (25,000 households) is read, analysed and handed over
to the inbox on a fresh SQLite database; then a part of the households is understood,
compared and computed as any survey, which is most of the work. Times are those of the
processor. Fails when reading and analysing is slower than 800 rows a second, handing over
slower than 200 households a second, or when memory grows by more than 250 MB.
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

import xlsxwriter

from server.accounts.tables import User
from server.areas.actions import load_areas
from server.db import db
from server.domain.actor import SYSTEM, Actor
from server.imports import actions, queries, reading, stepping
from server.imports.tables import RegisterImport
from server.inbox.file_store import ReceivedFile
from server.jobs.worker import run_due
from server.migrations.upgrade import upgrade
from server.pipeline import HANDLERS
from tests.conftest import make_app
from tests.factories import make_user
from tests.server.imports.books import HEADINGS

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
EACH = 4
PLAYED = 300
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ")
MIDDLE = ("Văn", "Thị", "Đức", "Minh", "Thanh", "Hữu", "Ngọc", "Quang")
GIVEN = (
    "An",
    "Bình",
    "Cường",
    "Dung",
    "Hà",
    "Hoa",
    "Khánh",
    "Lan",
    "Mai",
    "Nga",
    "Phúc",
)
RELATIONS = ("Chủ hộ", "Vợ", "Con", "Con")
WARDS = ("Kim Liên", "Đống Đa", "Láng", "Ô Chợ Dừa")


def main() -> None:
    """Measure, print, and fail below the promise."""
    with tempfile.TemporaryDirectory(prefix="ra-soat-imports-") as name:
        folder = Path(name)
        app = make_app(
            folder, f"sqlite:///{folder / 'ra-soat.sqlite'}", LOG_LEVEL="ERROR"
        )
        with app.app_context():
            upgrade()
            load_areas(by=SYSTEM)
            user: User = make_user(role="admin")
            failures = _measure(Actor("user", user.id, user.name), folder)
    if failures:
        sys.exit("; ".join(failures))


def _measure(by: Actor, folder: Path) -> list[str]:
    file = _kept(folder)
    before = _memory()
    one = actions.bring(by=by, file=file)
    began = time.process_time()
    reading.read(one.id)
    read = time.process_time() - began
    found = queries.counts_of(one.id)
    say(
        f"{file.size / 1e6:.1f} MB, {ROWS:,} rows, {found.get('ready', 0):,} households"
    )
    say(f"read and analysed: {read:.1f} s, {ROWS / read:,.0f} rows/s")
    actions.start(by=by, import_id=one.id, with_statuses=False)
    began = time.process_time()
    while db.session.get_one(RegisterImport, one.id).state == "importing":
        stepping.hand_over(one.id, by.id)
        db.session.expire_all()
    handed = time.process_time() - began
    households = found.get("ready", 0)
    say(f"handed over: {handed:.1f} s, {households / handed:,.0f} households/s")
    growth = _memory() - before
    say(f"memory: +{growth:.0f} MB at most")
    began = time.process_time()
    taken = run_due(HANDLERS, PLAYED * 4)
    played = time.process_time() - began
    say(f"then, as of any survey: {taken / played:,.0f} jobs/s, four for a household")
    failures = []
    if ROWS / read < 800:
        failures.append("reading is slower than 800 rows/s")
    if households / handed < 200:
        failures.append("handing over is slower than 200 households/s")
    if growth > 250:
        failures.append("memory grew by more than 250 MB")
    return failures


def say(line: str) -> None:
    """Tell it on the terminal at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _kept(folder: Path) -> ReceivedFile:
    path = folder / "list.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Danh sách")
        sheet.write_row(0, 0, HEADINGS[:10])
        for row in range(ROWS):
            sheet.write_row(row + 1, 0, _row(row))
    with reading.store().incoming() as file:
        with path.open("rb") as made:
            while chunk := made.read(1 << 20):
                file.write(chunk)
        sha256, size = file.keep()
    return ReceivedFile("list.xlsx", sha256, size, "")


def _row(row: int) -> list[str]:
    household, place = divmod(row, EACH)
    names = (FAMILY[household % 10], MIDDLE[(household // 10 + place) % 8])
    given = GIVEN[(household // 80 + place) % 11]
    year = 1940 + (household * 7 + place * 23) % 70
    sex = "Nữ" if place == 1 else "Nam"
    digit = 1 if place == 1 else 0
    number = f"001{digit}{year % 100:02}{row % 1_000_000:06}" if year < 2000 else ""
    return [
        f"H{household}", f"{names[0]} {names[1]} {given}", RELATIONS[place], sex,
        str(year), number, "Kinh", WARDS[household % 4], f"{household % 300} ngõ {household % 97}",
        "15/10/2026",
    ]  # fmt: skip


def _memory() -> float:
    """The most this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
