"""Who may do what: the rules of docs/architecture.md that layers alone do not show."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.source import Module, in_web, is_screen, program, used_by

# Objects through which the database is written, and what writes by them.
SESSIONS = {"session", "db.session", "connection"}
WRITING = {"add", "add_all", "delete", "merge", "flush", "commit"}
STATEMENTS = {"insert", "update", "delete"}
READERS = {"queries", "schemas", "tables", "projections"}
# They bind the application to its database and its log.
FRAME = {"server.db", "server.columns", "server.logs"}
NOW = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today"}


def writes(module: Module) -> Iterator[str]:
    from_sqlalchemy = {
        name.rpartition(".")[2]
        for name in module.imports()
        if name.startswith("sqlalchemy")
    }
    for name, call in module.calls():
        owner, _, method = name.rpartition(".")
        by_session = owner in SESSIONS and method in WRITING
        by_statement = name in STATEMENTS & from_sqlalchemy
        if by_session or by_statement or name == "transaction":
            yield f"{module.place}:{call.lineno}: {name}"


def test_screens_readers_and_the_domain_never_write() -> None:
    silent = [
        module
        for module in program()
        if (is_screen(module) and module.name not in FRAME)
        or module.kind in READERS
        or module.name.startswith("server.domain")
    ]

    assert [found for module in silent for found in writes(module)] == []


def test_an_action_is_called_by_keywords_and_says_who_acts() -> None:
    by_position = [
        f"{module.place}: {function.name}"
        for module in program()
        if module.kind == "actions"
        for function in module.tree.body
        if isinstance(function, ast.FunctionDef)
        and not function.name.startswith("_")
        and "by" in {a.arg for a in (*function.args.args, *function.args.posonlyargs)}
    ]

    assert by_position == []


def test_what_is_stored_asked_and_done_knows_no_screens() -> None:
    """Actions also serve the terminal, the worker and phones, and all they use does."""
    beginning = {"tables", "queries", "actions", "pipeline"}
    reached = {m.name: m for m in program() if m.kind in beginning}
    waiting = list(reached.values())
    while waiting:
        for used in used_by(waiting.pop()):
            if used.name not in reached and used.name not in FRAME:
                reached[used.name] = used
                waiting.append(used)

    assert [name for name, module in reached.items() if is_screen(module)] == []


def test_the_environment_is_read_in_one_place() -> None:
    readers = {
        module.name
        for module in program()
        # What a program that is started next will read is only written.
        if re.search(r"os\.environ(?!\[[^]]+\] = )|getenv", module.text)
    }

    assert readers == {"server.config"}


def test_time_comes_from_one_place() -> None:
    asking = {
        module.name for module in program() for name, _ in module.calls() if name in NOW
    }

    assert asking == {"server.clock"}


def test_odk_central_has_one_gateway() -> None:
    knowing = {
        module.name
        for module in program()
        for name in module.imports()
        if name.split(".")[0] == "pyodk"
    }

    assert knowing <= {"sync.central"}


def test_forms_know_the_domain_and_nothing_else_of_the_server() -> None:
    known = [
        f"{module.place}: {name}"
        for module in program()
        if module.name.startswith("forms")
        for name in module.imports()
        if name.startswith("server.") and not name.startswith("server.domain")
    ]

    assert known == []


def test_errors_are_caught_by_name() -> None:
    """The worker and the error page alone may catch everything."""
    caught = [
        f"{module.place}:{node.lineno}"
        for module in program()
        if not module.name.startswith("server.jobs.") and not in_web(module)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) == "Exception")
    ]

    assert caught == []
