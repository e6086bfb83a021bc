"""How common names are in the population the model learned on.

A registry that has just begun knows too little about names, so its own counts are laid
on top of these. Which made-up population it was stands in `population.json`.
"""

import json
from functools import lru_cache
from pathlib import Path

from server.domain.matching.frequencies import Counts

SHIPPED = Path(__file__).with_name("population.json")


@lru_cache(maxsize=1)
def population() -> Counts:
    """The counts; names borne by a few people only are left out and count as one."""
    data = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return Counts(data["persons"], data["full"], data["given"])
