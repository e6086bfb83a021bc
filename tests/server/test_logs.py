import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server import logs
from server.web.security import public

pytestmark = pytest.mark.sqlite_only


@pytest.fixture(autouse=True)
def told(app: Flask) -> None:
    logs.configure("INFO")


def test_an_event_is_one_line_of_codes(capsys: pytest.CaptureFixture[str]) -> None:
    logs.log.info("household_corrected", household_id="6f1c", fields=2, note=None)

    line = capsys.readouterr().err
    assert line.endswith(
        "level=info event=household_corrected household_id=6f1c fields=2 note=\n"
    )
    assert line.startswith("at=20")


@pytest.mark.parametrize(
    "value", ["Nguyễn Thị Hoa", "Hoa Binh", "001088012345", "0912345678", "a\nb"]
)
def test_names_and_numbers_of_people_are_withheld(
    value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.log.warning("careless", value=value)

    line = capsys.readouterr().err
    assert "value=(withheld)" in line
    assert value not in line


def test_a_request_is_told_by_its_endpoint_and_ids_not_by_its_address(
    app: Flask, client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    @app.get("/key/<token>/thing/<int:thing_id>")
    @public
    def thing(token: str, thing_id: int) -> str:
        return "here"

    client.get("/key/secret-token/thing/7?q=Hoa")

    line = capsys.readouterr().err
    assert "event=request method=GET endpoint=thing status=200" in line
    assert "thing_id=7" in line
    assert "secret-token" not in line
    assert "Hoa" not in line


def test_questions_of_machines_are_not_told(
    client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    client.get("/healthz")

    assert capsys.readouterr().err == ""


def test_a_failure_tells_kind_and_place_but_no_message(
    capsys: pytest.CaptureFixture[str],
) -> None:
    try:
        logs._code(Unspeakable())
    except ValueError as error:
        logs.failed("job_failed", error, job_id=3)

    line = capsys.readouterr().err
    assert "event=job_failed error=ValueError place=server/logs.py:" in line
    assert "job_id=3" in line
    assert "Hoa" not in line


class Unspeakable:
    def __str__(self) -> str:
        raise ValueError("household of Hoa")


def test_a_library_warns_without_its_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logging.getLogger("waitress").warning("body of Hoa")
    logging.getLogger("waitress").info("nothing")

    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert "event=library logger=waitress place=test_logs:" in lines[0]
    assert "Hoa" not in lines[0]
