import threading
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, exc, func, select, text

from server.app import create_app
from server.areas.tables import Area
from server.db import WriteOutsideTransaction, db, transaction, within
from server.domain.actor import EVERYWHERE, NOWHERE, Scope
from tests.conftest import KEY
from tests.factories import make_area


def count() -> Any:
    db.session.rollback()
    return db.session.scalar(select(func.count(Area.id)))


def test_all_of_a_transaction_is_kept(app: Flask) -> None:
    with transaction():
        make_area()
        make_area()

    assert count() == 2


def test_none_of_a_broken_transaction_is_kept(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        make_area()
        _ = 1 / 0

    assert count() == 0


def test_an_inner_transaction_ends_with_the_outer_one(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        with transaction():
            make_area()
        _ = 1 / 0

    assert count() == 0


def test_writing_outside_a_transaction_is_refused(app: Flask) -> None:
    area = make_area()
    area.name = "Phường khác"
    db.session.add(area)

    with pytest.raises(WriteOutsideTransaction):
        db.session.flush()


def test_changes_made_before_a_transaction_do_not_slip_into_it(app: Flask) -> None:
    area = make_area()
    db.session.add(area)
    area.name = "Phường khác"

    with pytest.raises(WriteOutsideTransaction), transaction():
        pass


def test_a_refused_row_leaves_the_session_usable(app: Flask) -> None:
    area = make_area()

    with pytest.raises(exc.IntegrityError):
        make_area(code=area.code)

    assert count() == 1


def test_two_threads_write_one_after_the_other(app: Flask) -> None:
    def raise_number() -> None:
        with app.app_context():
            for _ in range(10):
                with transaction() as session:
                    row = session.scalars(select(Area).with_for_update()).one()
                    row.name = str(int(row.name) + 1)

    make_area(name="0")
    threads = [threading.Thread(target=raise_number) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    db.session.rollback()
    assert db.session.scalar(select(Area.name)) == "40"


def test_a_row_that_was_read_is_not_asked_for_again(app: Flask) -> None:
    area_id = make_area(name="Khâm Thiên").id
    db.session.remove()
    asked: list[str] = []
    event.listen(
        db.engine, "before_cursor_execute", lambda *told: asked.append(told[2])
    )

    with app.test_request_context():
        names = [db.session.get_one(Area, area_id).name for _ in range(9)]
        assert sum("FROM areas" in statement for statement in asked) == 1
        with transaction():
            db.session.get_one(Area, area_id)

    assert names == ["Khâm Thiên"] * 9
    assert sum("FROM areas" in statement for statement in asked) == 2


def test_whoever_reads_very_much_does_not_hold_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.db.MOST_HELD", 2)
    for number in range(5):
        make_area(code=str(number))
    db.session.remove()

    with app.test_request_context():
        for _ in db.session.scalars(select(Area).execution_options(yield_per=1)):
            pass

        assert len(db.session.identity_map) <= 3


@pytest.mark.parametrize("kind", ["own", "everywhere", "nowhere"])
def test_a_scope_limits_what_is_found(app: Flask, kind: str) -> None:
    own, other = make_area(), make_area()
    scope = {
        "own": Scope(frozenset({own.id})),
        "everywhere": EVERYWHERE,
        "nowhere": NOWHERE,
    }[kind]

    found = set(db.session.scalars(within(select(Area.id), Area.id, scope)))

    assert (
        found
        == {
            "own": {own.id},
            "everywhere": {own.id, other.id},
            "nowhere": set(),
        }[kind]
    )


def test_a_commit_is_on_the_disk_when_it_is_done(tmp_path: Path) -> None:
    """Tests do without; whoever runs this for a ward does not."""
    app = create_app(
        {"DATA_DIR": tmp_path, "DATABASE_URL": "", "SEALING_KEY": KEY, "WORKER": False}
    )

    with app.app_context():
        assert db.session.execute(text("PRAGMA synchronous")).scalar() == 2
        db.session.remove()
        db.engine.dispose()
