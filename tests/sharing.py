"""What was compiled for one test serves the next: it took more than half of the time.

Every test has an application of its own. Its statements, templates and addresses come
from the same code as those of the test before, so compiling them again proves nothing.
"""

from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Dialect, Engine, event
from werkzeug.routing import Rule

_STATEMENTS: dict[str, tuple[Dialect, dict[Any, Any]]] = {}
_BUILDERS: dict[Any, Any] = {}
_compile_builder = Rule._compile_builder


class _Templates(BytecodeCache):
    """Compiled templates by name and text, for this process."""

    def __init__(self) -> None:
        self.compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self.compiled.get(f"{bucket.key} {bucket.checksum}"):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.compiled[f"{bucket.key} {bucket.checksum}"] = bucket.bytecode_to_string()


_TEMPLATES = _Templates()


def share_templates(app: Flask) -> None:
    app.jinja_env.bytecode_cache = _TEMPLATES


def share_statements(engine: Engine) -> None:
    """A statement is remembered for its dialect, which holds nothing of a connection but
    what kind of server is there; so the first one that has met a server stays.
    """
    name = engine.dialect.name
    if name in _STATEMENTS:
        engine.dialect, engine._compiled_cache = _STATEMENTS[name]
        engine.pool._dialect = engine.dialect
        return
    met = (engine.dialect, {})
    event.listen(engine, "connect", lambda *_: _STATEMENTS.setdefault(name, met))


def share_addresses() -> None:
    """What builds the address of a rule follows from the rule alone; it asks for its
    converters when it is called.
    """
    Rule._compile_builder = _builder  # type: ignore[method-assign]


def _builder(rule: Rule, append_unknown: bool = True) -> Any:
    if rule.defaults:
        return _compile_builder(rule, append_unknown)
    key = (rule.rule, tuple(rule._trace), append_unknown)
    if key not in _BUILDERS:
        _BUILDERS[key] = _compile_builder(rule, append_unknown)
    return _BUILDERS[key]
