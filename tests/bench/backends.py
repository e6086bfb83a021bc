"""What the server processes of PostgreSQL spend on a bench, which its own processor time
does not show. Nothing is known of a server on another machine, nor of one without Linux."""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

# The first number is what a process has run, in nanoseconds.
_SPENT = "/proc/{}/schedstat"


class Backends:
    """The server processes that serve the connections of an engine."""

    def __init__(self, engine: Engine) -> None:
        self.files: list[Path] = []
        if engine.dialect.name == "postgresql":
            engine.dispose()
            event.listen(engine, "connect", self._note)

    def spent(self) -> float:
        """Seconds of the processor that all of them have used so far."""
        found = (path.read_text() for path in self.files if path.exists())
        return sum(int(text.split()[0]) for text in found) / 1e9

    def _note(self, connection: Any, _record: Any) -> None:
        self.files.append(Path(_SPENT.format(connection.info.backend_pid)))
