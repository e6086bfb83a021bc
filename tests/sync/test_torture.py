"""Whatever goes wrong, the mirror is equal to Central at rest: stories by seed."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.factories import make_area
from tests.sync.torture import Pullers, play, warm_pullers

SEEDS = 4  # on each engine, 4 s each; `python -m tests.sync.torture 1000` plays more

pytestmark = pytest.mark.allow_hosts(["127.0.0.1", "localhost"])


@pytest.fixture(scope="module")
def pullers() -> Iterator[Pullers]:
    with warm_pullers() as pullers:
        yield pullers


@pytest.mark.parametrize("number", range(SEEDS))
def test_at_rest_the_mirror_equals_central(
    app: Flask, database: str, number: int, pullers: Pullers
) -> None:
    make_area(code="00229", name="Phường Khâm Thiên")
    seed = number if database.startswith("sqlite") else SEEDS + number

    assert play(app, database, seed, pullers) == []
