from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.migrations.upgrade import downgrade


def test_a_process_that_answers_is_alive(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"alive": True}


def test_a_migrated_installation_is_ready(client: FlaskClient) -> None:
    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.get_json()["ready"] is True


@pytest.mark.sqlite_only
def test_an_installation_that_was_not_migrated_is_not_ready(
    client: FlaskClient,
) -> None:
    downgrade("base")

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.get_json()["checks"]["database"] is False


@pytest.mark.sqlite_only
def test_without_a_database_the_process_lives_but_is_not_ready(
    app: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    app.config["DATA_DIR"] = tmp_path / "gone"

    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").get_json()["checks"]["files"] is False


class Idle:
    def is_alive(self) -> bool:
        return False


@pytest.mark.sqlite_only
def test_a_process_whose_worker_died_is_not_ready(
    app: Flask, client: FlaskClient
) -> None:
    app.extensions["worker"] = Idle()

    assert client.get("/readyz").status_code == 503
