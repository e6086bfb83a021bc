"""Reading the YAML files that the program comes with.

libyaml reads ten times faster than Python does, and every command that says a sentence
reads the catalogue of sentences first. Where PyYAML was built without it, Python reads.
"""

from pathlib import Path
from typing import Any

import yaml

try:
    from yaml import CBaseLoader as TextLoader
    from yaml import CSafeLoader as TypedLoader
except ImportError:
    from yaml import BaseLoader as TextLoader  # type: ignore[assignment]
    from yaml import SafeLoader as TypedLoader  # type: ignore[assignment]

__all__ = ["TextLoader", "TypedLoader", "read_data"]


def read_data(path: Path) -> Any:
    """The content of a data file of ours, its numbers and days as such."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=TypedLoader)
