"""The household list at ODK Central comes out right, whatever goes wrong on the way.

Two seeds on each engine, 5 s each; many more by
`python -m tests.sync.publishing_torture 1000`.
"""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.sync.publishing_torture import play
from tests.sync.torture import Pullers, warm_pullers

pytestmark = pytest.mark.allow_hosts(["127.0.0.1", "localhost"])
SEEDS = 2


@pytest.fixture(scope="module")
def pullers() -> Iterator[Pullers]:
    with warm_pullers() as found:
        yield found


@pytest.mark.parametrize("seed", range(SEEDS))
def test_at_rest_the_list_says_what_the_register_says(
    app: Flask, database: str, seed: int, pullers: Pullers
) -> None:
    if database.startswith("postgresql"):
        seed += SEEDS

    assert play(app, database, seed, pullers) == []
