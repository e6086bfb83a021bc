"""The document that describes what programs may ask."""

import json
from typing import Any

import pytest
from flask import Flask

from server.web.api import operations
from tests.architecture.source import ROOT
from tests.browsing import Browser

pytestmark = pytest.mark.sqlite_only


def document(client: Browser) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/openapi.json").json
    return found


def test_every_address_for_programs_is_an_operation(app: Flask) -> None:
    addresses = {
        rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")
    }

    described = {rule.rule for rule, _method, _view in operations(app)}

    assert addresses - described == {"/api/openapi.json"}


def test_every_operation_is_described_and_documented(
    app: Flask, client: Browser
) -> None:
    paths = document(client)["paths"]
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")

    for address, methods in paths.items():
        for method, said in methods.items():
            assert f"`{method.upper()} {address}`" in page
            assert said["summary"]
            assert {"401", "403", "404", "409", "422"} < set(said["responses"])
    assert sum(map(len, paths.values())) == len(operations(app))


def test_whatever_the_document_refers_to_is_in_it(client: Browser) -> None:
    found = document(client)
    known = set(found["components"]["schemas"])

    used = {
        part.partition('"')[0]
        for part in json.dumps(found).split("#/components/schemas/")[1:]
    }

    assert used <= known


def test_an_address_that_is_none_answers_in_json(client: Browser) -> None:
    answer = client.get("/api/nothing", headers={"Accept": "text/html"})

    assert answer.status_code == 404
    assert answer.json["problems"][0]["sentence"]
