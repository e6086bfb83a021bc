"""The application as commands get it: its screens come when an address is asked for."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from flask import Flask, url_for

pytestmark = pytest.mark.sqlite_only
ROOT = Path(__file__).parents[2]
# What only screens, migrations or the matcher need, and is slow to load.
SLOW = {
    "alembic", "numpy", "openpyxl", "PIL", "pyxform", "server.registry.views", "xlsxwriter",
}  # fmt: skip
LOAD = """
import pkgutil, sys
from server.app import create_app
for place in sys.argv[1:]:
    pkgutil.resolve_name(place)
create_app(is_served=False)
print(*sys.modules)
"""
QUICK = (
    "server.accounts.commands:accounts",
    "server.areas.commands:areas",
    "server.status.commands:rules",
    "sync.doctor:examine_once",
    "sync.once:publish_once",
    "sync.once:pull_once",
)


def test_screens_are_loaded_by_the_first_address(app: Flask) -> None:
    assert "registry" not in app.blueprints

    with app.test_request_context():
        assert url_for("registry.households") == "/households/"

    assert "registry" in app.blueprints


def test_two_threads_that_ask_first_find_every_address(app: Flask) -> None:
    found = []
    together = threading.Barrier(2)

    def ask() -> None:
        together.wait()
        found.append(len([*app.url_map.iter_rules()]))

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [len([*app.url_map.iter_rules()])] * 2


def test_a_command_loads_nothing_slow_that_it_does_not_use(tmp_path: Path) -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", LOAD, *QUICK],
        cwd=ROOT,
        env={**os.environ, "DATA_DIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )

    assert SLOW & set(loaded.stdout.split()) == set()
