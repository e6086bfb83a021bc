"""The database: one session, one way to write.

A write happens inside `with transaction():`, which joins an outer transaction, commits at
the end of the outermost one and rolls back on any exception. Writing outside raises, so a
half-written household cannot happen by forgetting something.

SQLite allows one writer. Its own waiting is unfair under load (p99 of a second with eight
writers), so all write transactions of this process queue on one lock, and begin with
BEGIN IMMEDIATE so that a reader never has to be upgraded.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVarTuple

from flask import Flask, has_request_context
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Engine,
    MetaData,
    Select,
    bindparam,
    event,
    text,
)
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session

from server.domain.actor import Scope
from server.postgresql import connect_postgresql

Row = TypeVarTuple("Row")

_writing: ContextVar[int] = ContextVar("transaction_depth", default=0)
_sqlite_writers = threading.Lock()
_COMMITS = "commits"
# Rows a session holds on to, and how many: a page asks for the same few again and again,
# an export reads a hundred thousand once.
_HELD, MOST_HELD = "held", 500
# Waiting in a circle, and what concurrent transactions cannot be put in order.
_DEADLOCKS = frozenset({"40P01", "40001"})


class Base(DeclarativeBase):
    """Parent of all tables. Constraints get names, so that migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


# The values that a statement is asked with which is made once and used ever after: making
# it takes three times as long as asking it. `scalars(statement, {"given": ids})`
GIVEN: BindParameter[Any] = bindparam("given", expanding=True)


# Called within each outermost transaction, before what is done in it.
beginnings: list[Callable[[], None]] = []


class WriteOutsideTransaction(RuntimeError):
    """Code tried to change the database outside `transaction()`: a bug."""


def init_app(app: Flask) -> None:
    """Bind the session to `app` and prepare its engine."""
    url = app.config["DATABASE_URL"]
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {
        # Errors are logged and kept with jobs: the values they quote are of people.
        "hide_parameters": True,
        **(
            {"connect_args": {"timeout": 30}}
            if url.startswith("sqlite")
            else {"pool_pre_ping": True, "pool_size": 10, "max_overflow": 20}
        ),
    }
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            event.listen(db.engine, "connect", _prepare_sqlite)
            event.listen(db.engine, "begin", _begin_sqlite)
        else:
            event.listen(db.engine, "do_connect", connect_postgresql)


@contextmanager
def transaction() -> Iterator[Session]:
    """One unit of work: all of it is committed, or none.

    What was read before the outermost transaction is forgotten first, so that decisions
    are made on what the transaction itself sees.
    """
    depth = _writing.get()
    if depth:
        token = _writing.set(depth + 1)
        try:
            yield db.session()
        finally:
            _writing.reset(token)
        return
    session = db.session()
    if session.new or session.dirty or session.deleted:
        raise WriteOutsideTransaction(f"pending {[*session.new, *session.dirty]!r}")
    is_sqlite = db.engine.dialect.name == "sqlite"
    session.rollback()
    # Rolling back forgets nothing when nothing was read since the last commit.
    session.expire_all()
    session.info.pop(_HELD, None)
    if is_sqlite:
        _sqlite_writers.acquire()
    token = _writing.set(1)
    try:
        for begin in beginnings:
            begin()
        yield session
        session.commit()
        session.info[_COMMITS] = commits() + 1
    except BaseException:
        session.rollback()
        raise
    finally:
        _writing.reset(token)
        if is_sqlite:
            _sqlite_writers.release()


def commits() -> int:
    """How many transactions this session has committed since it was opened."""
    return int(db.session().info.get(_COMMITS, 0))


def is_deadlock(error: BaseException) -> bool:
    """Whether PostgreSQL has undone a transaction because it and another waited for
    each other: nothing is wrong with it, and nothing of it was kept."""
    return getattr(getattr(error, "orig", None), "sqlstate", None) in _DEADLOCKS


def within(
    statement: Select[*Row],
    area: ColumnElement[Any] | InstrumentedAttribute[Any],
    scope: Scope,
) -> Select[*Row]:
    """Only the rows in the areas of `scope`: the one place where areas limit a query.

    An account without areas sees nothing, and rows without an area are for those who
    see everything.
    """
    if scope.area_ids is None:
        return statement
    return statement.where(area.in_(sorted(scope.area_ids)))


def is_writing() -> bool:
    """Whether a transaction is open in this thread."""
    return _writing.get() > 0


def serialise(name: str) -> None:
    """Until commit, let one transaction at a time pass this point (per `name`).

    SQLite writers are alone anyway; PostgreSQL takes an advisory lock.
    """
    if db.engine.dialect.name == "postgresql":
        db.session.execute(
            text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": name}
        )


@event.listens_for(Session, "loaded_as_persistent")
def _hold(session: Session, instance: Any) -> None:
    """Keep what a page has read: a session forgets at once what nobody holds, and would
    ask for one ward nine times."""
    if not has_request_context():
        return  # a job works for hours, and must see what others do meanwhile
    held = session.info.setdefault(_HELD, [])
    if len(held) < MOST_HELD:
        held.append(instance)


@event.listens_for(Session, "before_flush")
def _refuse_stray_writes(session: Session, *_: Any) -> None:
    if not is_writing():
        changed = [*session.new, *session.dirty, *session.deleted]
        raise WriteOutsideTransaction(f"write outside transaction(): {changed!r}")


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # Danger: nothing else in this process may open the file. To close it lets go of
    # SQLite's own locks, and another program then removes the log that we write to.
    # The driver's own BEGIN handling would start transactions too late for IMMEDIATE.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=30000",
        # Eight megabytes: the upper pages of every index, so that finding a record among
        # a million reads one or two pages from the file and not four.
        "cache_size=-8000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing() else "BEGIN")


def engine() -> Engine:
    """The engine of the current application."""
    return db.engine
