"""Steps go up and down, with rows in the tables, all of them or none."""

import re
import threading
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import func, inspect, select

from server.areas.tables import Area
from server.db import Base, db
from server.migrations import triggers
from server.migrations.upgrade import downgrade, newest, present, upgrade
from tests.factories import make_area, make_submission, make_user

VERSIONS = Path(triggers.__file__).with_name("versions")


def tables() -> set[str]:
    db.session.remove()
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def is_ours(thing: Any, name: str | None, *_: Any) -> bool:
    """The search index is made by hand, and is no table of the code."""
    return not str(name).startswith("household_search")


def test_the_newest_step_has_the_tables_of_the_code(blank: Flask) -> None:
    upgrade()

    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": is_ours, "compare_type": True}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_every_step_says_where_it_stands(blank: Flask) -> None:
    assert present() == ""

    assert upgrade() == ("", newest())

    assert present() == newest()
    assert upgrade() == (newest(), newest())


@pytest.mark.sqlite_only
def test_the_files_say_which_step_is_the_newest() -> None:
    steps = ScriptDirectory(str(VERSIONS.parent))

    assert newest() == steps.get_current_head()


def test_rows_do_not_stop_the_way_down_and_up_again(blank: Flask) -> None:
    upgrade()
    make_user(areas=[make_area()])
    make_submission()

    downgrade("base")
    assert tables() == set()

    upgrade()
    assert db.session.scalar(select(func.count(Area.id))) == 0


def test_every_step_goes_down_and_up_by_itself(blank: Flask) -> None:
    steps = sorted(path.name[:4] for path in VERSIONS.glob("*.py"))
    upgrade()

    for step in reversed(["base", *steps[:-1]]):
        downgrade(step)
        assert present() == step.replace("base", "")
    for step in steps:
        assert upgrade(step)[1] == step


def test_a_step_that_fails_half_way_leaves_nothing_behind(
    blank: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(connection: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(triggers, "refuse_overlapping_statuses", fail)

    with pytest.raises(OSError, match="disk full"):
        upgrade()

    assert (present(), tables()) == ("", set())


def test_two_processes_that_start_together_migrate_once(blank: Flask) -> None:
    moves = []

    def start() -> None:
        with blank.app_context():
            moves.append(upgrade())

    threads = [threading.Thread(target=start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(moves) == [("", newest()), *[(newest(), newest())] * 2]


def test_steps_are_numbered_and_know_no_tables_of_the_code() -> None:
    for path in VERSIONS.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert re.fullmatch(r"\d{4}_[a-z_]+\.py", path.name)
        assert f'revision = "{path.name[:4]}"' in text
        assert "server.db" not in text
        assert ".tables" not in text
