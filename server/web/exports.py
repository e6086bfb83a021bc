"""Who must be told that a list was taken home as a file.

Lists hold names and numbers of people. This layer cannot write the audit trail, which
stands above it; what stands above puts a listener here.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app


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


Listener = Callable[[Export], None]
_LISTENERS = "exports"


def on_export(app: Flask, listener: Listener) -> None:
    """Have `listener` told of every list of `app` that leaves as a file."""
    app.extensions.setdefault(_LISTENERS, []).append(listener)
