"""Whatever a phone or Central sends is refused with a reason, or kept with a reason.

Each row of the tables is one kind of bad input. What is refused leaves nothing behind;
what is acknowledged is kept byte for byte, and is either understood or waits for a
person who is told why. Nothing ends in an error of the server.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from server import invariants
from server.accounts.phones import revoke_phone
from server.db import db
from server.domain.actor import SYSTEM
from server.domain.problems import catalogue
from server.inbox import queries
from server.inbox.tables import Reading, Submission, SubmissionFile
from server.jobs.tables import Job
from server.jobs.worker import run_due
from server.pipeline import HANDLERS
from server.registry.tables import SurveyRecordRow
from tests.browsing import Browser, signed_in
from tests.domain.survey.submissions import as_odata, person, review
from tests.domain.survey.test_bad_answers import BLOCKING, PEOPLE, WARNED
from tests.factories import make_user
from tests.journeys.posts import (
    BOUNDARY,
    MULTIPART,
    XML_PART,
    Door,
    body,
    instance,
    open_door,
    part,
    photo,
    upload,
)
from tests.server.inbox.arrivals import receive

GOOD = instance()
NESTED = b"<g>" * 200 + b"x" + b"</g>" * 200
LAUGHS = (
    b'<!DOCTYPE d [<!ENTITY a "ha">'
    + b"".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">'.encode()
        for n in range(9)
    )
    + b"]><data>&j;</data>"
)


@pytest.fixture
def door(app: Flask) -> Door:
    return open_door(app)


@pytest.fixture
def administrator(app: Flask) -> Browser:
    return signed_in(app, make_user(role="admin"))


def count(table: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def kept_files(app: Flask) -> list[Path]:
    return [p for p in (app.config["DATA_DIR"] / "files").rglob("*") if p.is_file()]


REFUSED: dict[str, tuple[int, bytes, str]] = {
    "xml without multipart": (415, GOOD, "text/xml"),
    "json": (415, b"{}", "application/json"),
    "a web form": (415, b"a=b", "application/x-www-form-urlencoded"),
    "no content type": (415, GOOD, ""),
    "multipart without boundary": (415, upload(GOOD), "multipart/form-data"),
    "another boundary": (400, upload(GOOD), "multipart/form-data; boundary=other"),
    "nothing at all": (400, b"", MULTIPART),
    "cut within the xml": (400, upload(GOOD)[:700], MULTIPART),
    "cut within a photo": (400, upload(GOOD, photo("nha.jpg"))[:-70], MULTIPART),
    "cut before the last line": (400, upload(GOOD)[: -len(BOUNDARY) - 6], MULTIPART),
    "no xml part": (400, body(photo("nha.jpg")), MULTIPART),
    "two xml parts": (
        400, body(part(XML_PART, GOOD, "a.xml"), part(XML_PART, GOOD, "b.xml")), MULTIPART,
    ),
    "an empty xml part": (400, upload(b""), MULTIPART),
    "a part without a name": (
        400, body(b"Content-Disposition: form-data\r\n\r\nx"), MULTIPART,
    ),
    "a name that is no text": (
        400,
        body(b'Content-Disposition: form-data; name="\xff\xfe"\r\n\r\nx'),
        MULTIPART,
    ),
    "an endless header": (
        400, body(part("x" * 20_000, b"x"), part(XML_PART, GOOD)), MULTIPART,
    ),
    "a thousand parts too many": (
        422, upload(GOOD, *(part(f"p{n}", b"") for n in range(1001))), MULTIPART,
    ),
    "xml of six megabytes": (
        413, upload(GOOD.replace(b"</", b" " * 6_000_000 + b"</", 1)), MULTIPART,
    ),
    "a photo as xml": (400, upload(b"\xff\xd8\xff\xe0JFIF"), MULTIPART),
    "xml that never closes": (400, upload(GOOD[:-20]), MULTIPART),
    "two roots": (400, upload(GOOD + b"<more/>"), MULTIPART),
    "html": (400, upload(b"<html><br></html>"), MULTIPART),
    "a doctype": (400, upload(b"<!DOCTYPE data>" + GOOD[38:]), MULTIPART),
    "a billion laughs": (400, upload(LAUGHS), MULTIPART),
    "a file of the server": (
        400,
        upload(
            b'<!DOCTYPE d [<!ENTITY f SYSTEM "file:///etc/passwd">]><data>&f;</data>'
        ),
        MULTIPART,
    ),
    "a null character": (400, upload(GOOD.replace(b"9</", b"&#0;</", 1)), MULTIPART),
    "utf-16": (400, upload(GOOD.decode().encode("utf-16")), MULTIPART),
    "latin-1": (400, upload(b"<data>\xe9</data>"), MULTIPART),
    "two hundred groups": (
        400, upload(GOOD.replace(b"9</", NESTED + b"</", 1)), MULTIPART,
    ),
    "no instance id": (
        400, upload(GOOD.replace(b"instanceID", b"instanceNo")), MULTIPART,
    ),
    "an endless instance id": (
        400, upload(GOOD.replace(b"uuid:0d7c7cb6", b"uuid:" + b"0" * 500)), MULTIPART,
    ),
    "a form nobody released": (
        404, upload(GOOD.replace(b'"household_review"', b'"census"')), MULTIPART,
    ),
    "a version nobody released": (
        404, upload(GOOD.replace(b"2026112501", b"1999010101")), MULTIPART,
    ),
    "no version": (404, upload(GOOD.replace(b"2026112501", b"")), MULTIPART),
    "larger than anything may be": (413, b"x" * 1_200_000, MULTIPART),
}  # fmt: skip


@pytest.mark.sqlite_only
@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_received_is_refused_with_a_reason_and_leaves_nothing(
    door: Door, kind: str
) -> None:
    status, content, content_type = REFUSED[kind]
    if status == 413 and kind.startswith("larger"):
        door.app.config["MAX_UPLOAD_MB"] = 1

    answer = door.post(content, content_type)

    assert answer.status_code == status, answer.text
    assert answer.content_type.startswith("text/xml")
    sentence = answer.text.partition(">")[2]
    assert len(sentence.split()) > 5, answer.text
    assert count(Submission) == count(Job) == 0
    assert kept_files(door.app) == []


def test_a_phone_that_was_shut_out_is_refused(door: Door) -> None:
    revoke_phone(by=SYSTEM, phone_id=door.phone.id)

    assert door.post(upload(GOOD)).status_code == 401
    assert door.post(upload(GOOD), token="a" * 43).status_code == 401
    assert count(Submission) == 0


ANSWERS: list[tuple[dict[str, Any], str]] = [
    *BLOCKING,
    ({"visit__review_date": "2036-01-01"}, "review_date_in_future"),
    ({"visit__review_date": "0000-00-00"}, "review_date_unreadable"),
    ({"confirm__is_unchanged": "yes"}, "unchanged_but_unknown"),
    ({"household__economy__income_per_capita": "1.500.000"}, "number_unreadable"),
    ({"household__economy__b1_score": "-1"}, "number_out_of_range"),
    ({"household__information__uses_internet": "có"}, "choice_unknown"),
]


def sendable(changes: dict[str, Any]) -> bool:
    """XML itself cannot carry some characters; those are refused at the door."""
    return not any("\x07" in str(value) for value in changes.values())


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("changes", "code"),
    [row for row in ANSWERS if sendable(row[0])],
    ids=lambda value: value if isinstance(value, str) else "-".join(value),
)
def test_answers_that_cannot_be_wait_for_a_person_who_is_told_why(
    door: Door, administrator: Browser, changes: dict[str, Any], code: str
) -> None:
    if changes.get("household__roster__member"):
        changes = {**changes, "household__contact__head_name": None}
    sent = instance(**changes)

    assert door.post(upload(sent)).status_code == 201
    run_due(HANDLERS)

    submission = db.session.scalars(select(Submission)).one()
    assert submission.payload == sent
    reading = queries.reading_of(submission.id)
    assert reading.state == "quarantined"
    blocking = [p for p in reading.problems if p["blocking"]]
    assert [p["code"] for p in blocking] == [code]
    for address in ("/inbox/quarantine", f"/inbox/{submission.id}"):
        page = administrator.get(address)
        assert page.status_code == 200
    assert catalogue()[code]["next_vi"] in page.text
    assert count(SurveyRecordRow) == 0
    assert {j.state for j in db.session.scalars(select(Job))} == {"done"}


@pytest.mark.parametrize("device", ["%00", "%ff", "%ed%a0%80", "x" * 5000, ""])
def test_a_device_that_calls_itself_anything_is_served(door: Door, device: str) -> None:
    answer = door.post(upload(GOOD), device=device)

    assert answer.status_code == 201
    run_due(HANDLERS)
    assert count(SurveyRecordRow) == 1


@pytest.mark.parametrize("text", ["%00", "%ed%a0%80", "%25", "_", "'%22", "x" * 5000])
def test_a_search_for_anything_is_answered(
    door: Door, administrator: Browser, text: str
) -> None:
    door.post(upload(GOOD))

    for page in ("/inbox/", "/inbox/quarantine"):
        assert administrator.get(f"{page}?q={text}").status_code == 200


def test_a_control_character_is_refused_by_xml_itself(door: Door) -> None:
    sent = instance(closing__remarks="chuông").replace("chuông".encode(), b"a\x07b")

    assert door.post(upload(sent)).status_code == 400


KEPT_WITH_A_WARNING: list[tuple[dict[str, Any], str]] = [
    *WARNED,
    *(
        ({"household__roster__member": [person("Lê Văn A", "head", **who)]}, code)
        for who, code in PEOPLE
    ),
    ({"ended_at": "2026-11-20T08:00:09.000+07:00"}, "interview_too_short"),
    ({"ended_at": "2026-11-20T07:00:09.000+07:00"}, "interview_backwards"),
    (
        {
            "household__roster__member": [
                person("Lê Văn A", "head", member_key="k"),
                person("Lê Thị B", "child", member_key="k"),
            ]
        },
        "member_key_twice",
    ),
]


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("changes", "code"),
    KEPT_WITH_A_WARNING,
    ids=lambda value: value if isinstance(value, str) else "-".join(value),
)
def test_odd_answers_are_understood_with_a_warning(
    door: Door, administrator: Browser, changes: dict[str, Any], code: str
) -> None:
    if changes.get("household__roster__member"):
        changes = {**changes, "household__contact__head_name": None}

    assert door.post(upload(instance(**changes))).status_code == 201
    run_due(HANDLERS)

    submission = db.session.scalars(select(Submission)).one()
    reading = queries.reading_of(submission.id)
    assert (reading.state, reading.problem_codes) == ("understood", code)
    assert administrator.get(f"/inbox/{submission.id}").status_code == 200
    assert invariants.verify() == []


FILES: dict[str, tuple[bytes, str]] = {
    "an empty photo": (photo("nha.jpg", b""), "nha.jpg"),
    "a page called photo": (photo("nha.jpg", b"<script>alert(1)</script>"), "nha.jpg"),
    "a way up the folders": (photo("../../etc/passwd"), "_.._etc_passwd"),
    "a way down windows": (photo("..\\..\\boot.ini"), "_.._boot.ini"),
    "a hidden file": (photo(".htaccess"), "htaccess"),
    "a turned-around name": (photo("nha\u202egpj.exe"), "nha_gpj.exe"),
    "a name of marks apart": (photo("a\u0309nh.jpg"), "ảnh.jpg"),
    "a picture of a face": (photo("😀.jpg"), "😀.jpg"),
    "an endless name": (photo("n" * 400 + ".jpg"), ""),
    "a file nobody mentioned": (photo("la.jpg"), "la.jpg"),
}  # fmt: skip


@pytest.mark.parametrize("kind", FILES)
def test_odd_files_are_kept_and_harm_nobody(
    door: Door, administrator: Browser, kind: str
) -> None:
    sent, name = FILES[kind]

    assert door.post(upload(GOOD, sent)).status_code == 201
    run_due(HANDLERS)

    submission = db.session.scalars(select(Submission)).one()
    file = db.session.scalars(select(SubmissionFile)).one()
    assert (file.name == name) if name else len(file.name.encode()) <= 200
    assert len(kept_files(door.app)) == 1
    assert queries.reading_of(submission.id).state == "understood"
    shown = administrator.get(f"/inbox/{submission.id}/files/{file.name}")
    assert shown.status_code == 200
    assert shown.headers["Content-Disposition"].startswith("attachment")
    assert administrator.get(f"/inbox/{submission.id}").status_code == 200


def test_a_photo_that_never_came_holds_nothing_up(door: Door) -> None:
    assert door.post(upload(GOOD)).status_code == 201
    run_due(HANDLERS)

    submission = db.session.scalars(select(Submission)).one()
    assert queries.reading_of(submission.id).state == "understood"
    assert queries.missing_files(submission) == ["nha.jpg"]


def test_the_same_id_with_other_answers_is_kept_and_told(
    door: Door, administrator: Browser
) -> None:
    door.post(upload(GOOD))
    run_due(HANDLERS)

    answer = door.post(upload(instance(closing__remarks="Khác.")))
    run_due(HANDLERS)

    assert answer.status_code == 201
    states = [
        r.state
        for r in db.session.scalars(select(Reading).order_by(Reading.submission_id))
    ]
    assert states == ["understood", "quarantined"]
    assert "nội dung khác" in administrator.get("/inbox/quarantine").text
    assert count(SurveyRecordRow) == 1


Row = dict[str, Any]


def pulled(change: Callable[[Row], Any] = lambda row: row) -> bytes:
    row = as_odata(review())
    changed = change(row)
    return json.dumps(row if changed is None else changed).encode()


FROM_CENTRAL: dict[str, tuple[bytes, str, str]] = {
    "no json": (b"<html>", "quarantined", "payload_unreadable"),
    "nothing": (b"", "quarantined", "payload_unreadable"),
    "cut json": (pulled()[:300], "quarantined", "payload_unreadable"),
    "no utf-8": (b'{"a": "\xff"}', "quarantined", "payload_unreadable"),
    "a list": (b"[]", "quarantined", "payload_unreadable"),
    "an abyss": (b'{"a":' * 5000 + b"1" + b"}" * 5000, "quarantined", ""),
    "a meta that is none": (
        pulled(lambda row: {**row, "meta": [1]}), "quarantined", "payload_unreadable",
    ),
    "encrypted": (
        pulled(lambda row: {**row, "__system": {"status": "notDecrypted"}}),
        "quarantined",
        "submission_encrypted",
    ),
    "no answers": (
        pulled(lambda row: {"__id": row["__id"]}), "quarantined", "review_date_missing",
    ),
    "a null character": (
        pulled().replace(b"12A", b"\\u0000"), "quarantined", "text_control_character",
    ),
    "half a letter": (
        pulled().replace(b"12A", b"\\ud800"),
        "quarantined",
        "text_control_character",
    ),
    "an id without end": (
        pulled(lambda row: {**row, "meta": {"instanceID": "x" * 100}}),
        "quarantined",
        "instance_id_unusable",
    ),
    "groups instead of answers": (
        pulled(lambda row: {**row, "visit": {"review_date": {"a": "b"}}}),
        "quarantined",
        "review_date_missing",
    ),
    "an answer instead of a roster": (
        pulled(lambda row: row["household"].update(roster="x")),
        "quarantined",
        "roster_empty",
    ),
    "a bend in the earth": (
        pulled(
            lambda row: row["household"]["location"].update(
                position={"type": "Point", "coordinates": ["a", None]}
            )
        ),
        "understood",
        "position_unreadable",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", FROM_CENTRAL)
def test_what_central_hands_on_is_kept_with_its_reason(
    app: Flask, administrator: Browser, kind: str
) -> None:
    sent, state, code = FROM_CENTRAL[kind]
    receipt = receive(sent, source="central", payload_kind="odata")

    run_due(HANDLERS)

    submission = queries.get_submission(receipt.submission_id)
    assert submission.payload == sent
    reading = queries.reading_of(submission.id)
    assert reading.state == state
    assert code in reading.problem_codes.split() or not code
    assert administrator.get(f"/inbox/{submission.id}").status_code == 200
    assert {j.state for j in db.session.scalars(select(Job))} == {"done"}


def test_a_form_that_is_not_known_yet_waits_for_the_version_that_knows_it(
    app: Flask, administrator: Browser
) -> None:
    receipt = receive(form_id="quick_screening", form_version="7")

    run_due(HANDLERS)

    reading = queries.reading_of(receipt.submission_id)
    assert (reading.state, reading.problem_codes) == ("quarantined", "form_unknown")
    assert "quick_screening" in administrator.get("/inbox/quarantine").text


def test_the_tables_hold_more_than_forty_kinds() -> None:
    kinds = (REFUSED, ANSWERS, KEPT_WITH_A_WARNING, FILES, FROM_CENTRAL)

    assert sum(len(kind) for kind in kinds) > 100
