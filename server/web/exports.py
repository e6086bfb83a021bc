"""Who must be told that a list was taken home as a file, or laid out for paper.

Lists hold names and numbers of people. This layer cannot write the audit trail, which
stands above it; what stands above puts a listener here.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app
from werkzeug.wrappers import Response

from server.web.workbook import TableColumn, send_table

PRINT = "print"  # the kind of a list that is laid out for paper


@dataclass
class Export:
    """A list as a file: which, of which kind, narrowed how, and how many rows went.

    `filters` holds codes and days; what somebody typed may be a person's name, so of it
    only that there was something is said.
    """

    name: str
    kind: str
    filters: Mapping[str, str]
    rows: int = 0

    def counted(self, rows: Iterable[Any]) -> Iterator[Any]:
        """The same rows, counted as they go."""
        for row in rows:
            self.rows += 1
            yield row

    def tell(self) -> None:
        """Tell everybody who must know, once the file is written."""
        for listener in current_app.extensions.get(_LISTENERS, ()):
            listener(self)


def tell(name: str, kind: str, filters: Mapping[str, object], rows: int) -> None:
    """Tell of a file or a paper that was made whole: of so many rows, narrowed so."""
    said = {key: str(value) for key, value in filters.items() if value}
    Export(name, kind, said, rows).tell()


def send(
    name: str,
    kind: str,
    columns: Sequence[TableColumn],
    rows: Iterable[Any],
    filters: Mapping[str, object],
) -> Response:
    """The rows as a file to take home, told of once it is whole."""
    said = {key: str(value) for key, value in filters.items() if value}
    export = Export(name, kind, said)
    answer = send_table(name, kind, columns, export.counted(rows))
    export.tell()
    return answer


Listener = Callable[[Export], None]
_LISTENERS = "exports"


def on_export(app: Flask, listener: Listener) -> None:
    """Have `listener` told of every list of `app` that leaves as a file."""
    app.extensions.setdefault(_LISTENERS, []).append(listener)
