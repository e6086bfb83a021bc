"""The fake Central answers what the real one answered, and so does a live one.

With CENTRAL_URL, CENTRAL_EMAIL and CENTRAL_PASSWORD set, of a site administrator, the
same exchanges are replayed against that server, in projects of their own.
"""

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract import between_later, shapes
from tests.contract.between import STEPS
from tests.contract.replay import HERE, Replay, recordings
from tests.contract.scope import IN_SCOPE, ONLY_FAKE, OUT_OF_SCOPE
from tests.fakes.central import running_central

LIVE = os.environ.get("CENTRAL_URL", "")
hosts = ["127.0.0.1", "localhost"]
pytestmark = pytest.mark.enable_socket if LIVE else pytest.mark.allow_hosts(hosts)
FILTERS: list[list[Any]] = json.loads((HERE / "filters.json").read_text("utf-8"))
# Where the answer hangs on a UUID that the server draws.
BY_LOT = {"__id gt"}
assert between_later


@pytest.fixture(scope="module")
def replay() -> Iterator[Replay]:
    """Everything replayed once, in the recorded order."""
    if LIVE:
        email, password = os.environ["CENTRAL_EMAIL"], os.environ["CENTRAL_PASSWORD"]
        yield _whole(Replay(LIVE.rstrip("/"), email, password))
        return
    with running_central(domain="http://127.0.0.1:8383") as fake:
        yield _whole(Replay(fake.url, fake.email, fake.password, fake))


def _whole(replay: Replay) -> Replay:
    try:
        for name in IN_SCOPE:
            if LIVE and name in ONLY_FAKE:
                continue
            STEPS.get(name, Replay.send)(replay, name)
            if name == "31b-subtable-filter-root":
                _ask_filters(replay)
    finally:
        replay.http.close()
    return replay


def _ask_filters(replay: Replay) -> None:
    """The matrix of filters was recorded while these submissions were there."""
    for tag, text, *_ in FILTERS:
        table = "Submissions.members" if tag.startswith("subtable") else "Submissions"
        place = f"/v1/projects/2/forms/hh_register.svc/{table}"
        request = replay.http.prepare_request(_filter(replay, place, text))
        replay.matrix[tag] = replay.http.send(request, timeout=60)


def _filter(replay: Replay, place: str, text: str) -> Any:
    from requests import Request

    return Request(
        "GET",
        replay.url + replay.path(place),
        params={
            "$filter": replay.translated(text),
            "$count": "true",
            "$select": "__id",
        },
        headers={"Authorization": f"Bearer {replay.token}"},
    )


@pytest.mark.parametrize("name", IN_SCOPE)
def test_it_answers_as_recorded(replay: Replay, name: str) -> None:
    if LIVE and name in ONLY_FAKE:
        pytest.skip("only a fake can be told to do this")

    assert replay.done[name].differences() == []


@pytest.mark.parametrize("row", FILTERS, ids=[row[0] for row in FILTERS])
def test_it_filters_as_recorded(replay: Replay, row: list[Any]) -> None:
    tag, _, status, result, message = row
    answer = replay.matrix[tag]

    assert answer.status_code == status, answer.text
    if status != 200:
        error = {"message": message} | ({"code": result} if result else {})
        assert shapes.error_differences(error, answer.json()) == []
    elif tag not in BY_LOT and "subtable" not in tag:
        assert answer.json()["@odata.count"] == result


def test_every_recorded_exchange_is_in_scope_or_left_out_for_a_reason() -> None:
    assert {*recordings()} == {*IN_SCOPE}
    assert len(IN_SCOPE) + len(OUT_OF_SCOPE) == 342
    assert not {*IN_SCOPE} & {*OUT_OF_SCOPE}
    assert all(OUT_OF_SCOPE.values())
