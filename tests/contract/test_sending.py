"""SUB, SEC: what phones send, however badly. Each test names its line."""

import threading
import unicodedata
import uuid
from collections.abc import Callable

import pytest
from flask import Flask

from tests.contract.collect import (
    COMPLETE,
    Collect,
    form,
    multipart,
    send_raw,
)
from tests.contract.conftest import Field
from tests.contract.surveys import (
    PHOTO,
    files,
    households,
    new_id,
    submissions,
    survey,
    work,
)

sqlite_only = pytest.mark.sqlite_only


def request_of(
    collect: Collect, body: bytes, boundary: str, *, length: int = -1
) -> bytes:
    """A whole request as bytes, to be cut anywhere. Signed beforehand if needed."""
    collect.announce()
    url = collect.with_device(collect.submission_url)
    path = "/" + url.split("/", 3)[3]
    signed = collect.authorization("POST", url)
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    head += f"Authorization: {signed}\r\n" if signed else ""
    head += f"Content-Type: multipart/form-data; boundary={boundary}\r\n"
    head += f"Content-Length: {len(body) if length < 0 else length}\r\n"
    return f"{head}Connection: close\r\n\r\n".encode() + body


@sqlite_only
def test_head_says_where_and_how_much(collect: Collect) -> None:
    """SUB-1"""
    answer = collect.get(collect.submission_url, method="HEAD")

    assert (answer.status, answer.raw) == (204, b"")
    assert answer.headers["x-openrosa-version"] == "1.0"
    assert int(answer.headers["x-openrosa-accept-content-length"]) == 10_000_000
    assert "location" not in answer.headers


def test_a_survey_with_its_photo_arrives(collect: Collect) -> None:
    """SUB-2"""
    answer = collect.send(survey(new_id()), {"nha.jpg": PHOTO})

    assert (answer.status, answer.message) == (201, COMPLETE)
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    [kept], [photo] = submissions(), files()
    assert kept.expected_files == ["nha.jpg"]
    assert (photo.name, photo.size) == ("nha.jpg", len(PHOTO))


def test_the_same_bytes_again_are_a_success_and_no_second_record(
    collect: Collect,
) -> None:
    """SUB-3"""
    xml = survey(new_id())
    for _ in range(3):
        answer = collect.send(xml, {"nha.jpg": PHOTO})

        assert (answer.status, answer.message) == (201, COMPLETE)
    work()

    assert (len(submissions()), len(files()), households()) == (1, 1, 1)


@sqlite_only
def test_a_lost_answer_is_made_good_by_sending_again(collect: Collect) -> None:
    """SUB-4: OkHttp repeats a POST by itself when the connection breaks."""
    xml, boundary = survey(new_id()), str(uuid.uuid4())
    whole = request_of(collect, multipart(boundary, xml, {"nha.jpg": PHOTO}), boundary)

    send_raw(collect.base, whole)
    answer = collect.send(xml, {"nha.jpg": PHOTO})

    assert answer.status == 201
    assert (len(submissions()), len(files())) == (1, 1)


@sqlite_only
@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_a_body_that_breaks_off_leaves_nothing(
    app: Flask, collect: Collect, share: float
) -> None:
    """SUB-5"""
    xml, boundary = survey(new_id()), str(uuid.uuid4())
    whole = request_of(collect, multipart(boundary, xml, {"nha.jpg": PHOTO}), boundary)

    send_raw(collect.base, whole[: int(len(whole) * share)])

    assert submissions() == []
    assert [
        p for p in (app.config["DATA_DIR"] / "files").rglob("*") if p.is_file()
    ] == []
    assert collect.send(xml, {"nha.jpg": PHOTO}).status == 201
    assert len(submissions()) == 1


@sqlite_only
def test_a_shorter_body_that_claims_to_be_whole_is_refused(collect: Collect) -> None:
    """SUB-5: a proxy may end what a phone did not."""
    xml, boundary = survey(new_id()), str(uuid.uuid4())
    body = multipart(boundary, xml, {"nha.jpg": PHOTO})

    answer = collect.exchange(
        "POST", collect.with_device(collect.submission_url), form(boundary), body[:-9]
    )

    assert answer.status == 400
    assert "gửi lại" in answer.message
    assert submissions() == []


def test_eight_at_once_are_eight_successes_and_one_record(
    collect: Collect, more_phones: Callable[[], Collect]
) -> None:
    """SUB-6"""
    xml = survey(new_id())
    answers: list[tuple[int, str]] = []
    start = threading.Barrier(8)

    def post(phone: Collect) -> None:
        start.wait()
        answer = phone.post(xml, {"nha.jpg": PHOTO})
        answers.append((answer.status, answer.message))

    threads = [threading.Thread(target=post, args=(more_phones(),)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    work()

    assert answers == [(201, COMPLETE)] * 8
    assert (len(submissions()), len(files()), households()) == (1, 1, 1)


@sqlite_only
def test_more_than_a_hundred_files_come_in_parts(collect: Collect) -> None:
    """SUB-7"""
    photos = {f"anh-{n}.jpg": PHOTO + bytes([n]) for n in range(130)}

    answer = collect.send(survey(new_id()), photos)

    assert (answer.status, answer.message) == (201, COMPLETE)
    assert len(submissions()) == 1
    assert {file.name for file in files()} == set(photos)


@sqlite_only
def test_a_phone_killed_between_two_parts_starts_again(
    app: Flask, collect: Collect
) -> None:
    """SUB-8"""
    app.config["ACCEPT_CONTENT_LENGTH"] = 15_000
    photos = {f"anh-{n}.jpg": PHOTO + bytes([n]) for n in range(4)}
    xml = survey(new_id())

    first = collect.post(xml, {"anh-0.jpg": photos["anh-0.jpg"]}, is_incomplete=True)
    assert (first.status, first.message == COMPLETE) == (201, False)
    assert len(files()) == 1
    answer = collect.send(xml, photos)

    assert (answer.status, answer.message) == (201, COMPLETE)
    assert (len(submissions()), len(files())) == (1, 4)


@sqlite_only
def test_a_second_part_that_breaks_off_keeps_the_first(collect: Collect) -> None:
    """SUB-9"""
    xml, boundary = survey(new_id()), str(uuid.uuid4())
    collect.post(xml, {"a.jpg": PHOTO}, is_incomplete=True)
    second = request_of(
        collect, multipart(boundary, xml, {"b.jpg": PHOTO + b"b"}), boundary
    )

    send_raw(collect.base, second[:-4000])

    assert [file.name for file in files()] == ["a.jpg"]
    assert collect.post(xml, {"b.jpg": PHOTO + b"b"}).message == COMPLETE
    assert sorted(file.name for file in files()) == ["a.jpg", "b.jpg"]
    assert len(submissions()) == 1


@sqlite_only
@pytest.mark.parametrize("writing", ["NFC", "NFD"])
def test_vietnamese_is_kept_however_it_is_composed(
    collect: Collect, writing: str
) -> None:
    """SUB-10"""
    name = unicodedata.normalize(writing, "ảnh nhà bà Đặng Thị Nguyệt.jpg")
    head = unicodedata.normalize(writing, "Đặng Thị Nguyệt")
    xml = survey(new_id(), head=head, household__location__photo=name)

    assert collect.send(xml, {name: PHOTO}).message == COMPLETE

    [kept], [photo] = submissions(), files()
    assert kept.payload == xml
    assert photo.name == unicodedata.normalize("NFC", name)
    assert kept.expected_files == [photo.name]


@sqlite_only
def test_files_nobody_mentions_are_kept(collect: Collect) -> None:
    """SUB-11"""
    collect.send(
        survey(new_id()), {"nha.jpg": PHOTO, "audit.csv": b"event\n", "x": b""}
    )

    assert {file.name for file in files()} == {"nha.jpg", "audit.csv", "x"}


def test_the_same_id_with_other_answers_is_kept_beside_and_told(
    collect: Collect,
) -> None:
    """SUB-12"""
    entity, instance = new_id(), f"uuid:{new_id()}"
    first = survey(entity, instance_id=instance)
    other = survey(entity, instance_id=instance, closing__remarks="Khác")

    collect.send(first)
    answer = collect.send(other)
    again = collect.send(other)

    assert answer.status == again.status == 201
    assert "cả hai bản đều được giữ" in answer.message
    assert [(s.version, s.payload) for s in submissions()] == [(1, first), (2, other)]


BROKEN = {
    "no xml at all": b"xin chao",
    "cut": b"<data id='household_review'",
    "another root twice": b"<data/><data/>",
    "no instance id": b"<data id='household_review' version='2026112501'/>",
    "an entity of its own": b"<!DOCTYPE d [<!ENTITY x 'y'>]><data>&x;</data>",
    "utf-16": "<data/>".encode("utf-16"),
}


@sqlite_only
@pytest.mark.parametrize("kind", BROKEN)
def test_what_is_no_survey_is_refused_in_words(collect: Collect, kind: str) -> None:
    """SUB-13"""
    answer = collect.post(BROKEN[kind])

    assert answer.status == 400
    assert len(answer.message) > 20
    assert submissions() == []


@sqlite_only
@pytest.mark.parametrize(
    ("old", "new"),
    [(b"household_review", b"census"), (b"2026112501", b"1999010101")],
)
def test_a_form_we_never_gave_out_is_refused_in_words(
    collect: Collect, old: bytes, new: bytes
) -> None:
    """SUB-14"""
    answer = collect.post(survey(new_id()).replace(old, new))

    assert answer.status == 404
    assert "không có trong hệ thống" in answer.message
    assert submissions() == []


@sqlite_only
def test_nine_and_a_half_megabytes_go_through(collect: Collect) -> None:
    """SUB-16"""
    photo = PHOTO * (9_500_000 // len(PHOTO))

    assert collect.send(survey(new_id()), {"nha.jpg": photo}).message == COMPLETE
    assert files()[0].size == len(photo)


@sqlite_only
def test_more_than_the_limit_is_refused_in_words(app: Flask, collect: Collect) -> None:
    """SUB-16"""
    app.config["MAX_UPLOAD_MB"] = 1

    answer = collect.post(survey(new_id()), {"nha.jpg": PHOTO * 150})

    assert answer.status == 413
    assert "MAX_UPLOAD_MB" in answer.message
    assert submissions() == []


@sqlite_only
@pytest.mark.parametrize("slashes", ["/submission", "/submission/", "//submission"])
def test_a_post_is_never_redirected(collect: Collect, slashes: str) -> None:
    """SUB-17: of the slashes behind the base Collect takes off one only."""
    url, boundary = collect.with_device(collect.base + slashes), str(uuid.uuid4())

    head = collect.exchange("HEAD", url)
    body = multipart(boundary, survey(new_id()), {})
    answer = collect.exchange("POST", url, form(boundary), body)

    assert (head.status, answer.status) == (204, 201)


@sqlite_only
def test_a_body_in_chunks_is_read(field: Field, collect: Collect) -> None:
    """SUB-18"""
    xml, boundary = survey(new_id()), str(uuid.uuid4())
    body = multipart(boundary, xml, {"nha.jpg": PHOTO})
    whole = request_of(collect, b"", boundary, length=0)
    head = whole.replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
    chunks = b"".join(
        f"{len(body[n : n + 7000]):x}\r\n".encode() + body[n : n + 7000] + b"\r\n"
        for n in range(0, len(body), 7000)
    )

    received = send_raw(field.base_url, head + chunks + b"0\r\n\r\n", then_close=False)

    assert received.startswith(b"HTTP/1.1 201")
    assert (len(submissions()), files()[0].size) == (1, len(PHOTO))


@sqlite_only
def test_thirty_in_a_row_over_one_connection(collect: Collect) -> None:
    """SUB-19"""
    for number in range(30):
        answer = collect.send(survey(new_id(), head=f"Nguyễn Văn {number}"))
        assert answer.message == COMPLETE

    assert len(submissions()) == 30


@sqlite_only
def test_an_old_collect_is_understood(collect: Collect) -> None:
    """SUB-20: before v2025.4 every part had a length and a transfer encoding."""
    xml, boundary = survey(new_id()), str(uuid.uuid4())
    body = multipart(boundary, xml, {"nha.jpg": PHOTO}, old=True)

    url = collect.with_device(collect.submission_url)
    answer = collect.exchange("POST", url, form(boundary), body)

    assert answer.message == COMPLETE
    assert submissions()[0].payload == xml


LAUGHS = b'<!DOCTYPE d [<!ENTITY a "ha">' + b"".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">'.encode() for n in range(9)
)
HOSTILE = {
    "a bomb of entities": LAUGHS + b"]><data>&j;</data>",
    "a file of the server": b'<!DOCTYPE d [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    b"<data>&f;</data>",
    "another server": b'<!DOCTYPE d SYSTEM "http://127.0.0.1:9/x.dtd"><data/>',
    "a thousand levels": b"<a>" * 1000 + b"</a>" * 1000,
    "a hundred levels": b"<a>" * 100 + b"</a>" * 100,
    "an endless name": b"<" + b"a" * 4_000_000 + b"/>",
}


@sqlite_only
@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_xml_is_refused(collect: Collect, kind: str) -> None:
    """SEC-1"""
    answer = collect.post(HOSTILE[kind])

    assert answer.status == 400
    assert "root:" not in answer.message
    assert submissions() == []


NAMES = {
    "../../../etc/passwd": "_.._.._etc_passwd",
    "..\\..\\windows\\win.ini": "_.._windows_win.ini",
    "/etc/passwd": "_etc_passwd",
    "..": "khong-ten",
    "nha\x01.jpg": "nha_.jpg",
    "nha\u202egpj.exe": "nha_gpj.exe",
    'nh"a.jpg': "nh_a.jpg",
    "a\r\nb.jpg": "a__b.jpg",
    "CON:nha.jpg": "CON_nha.jpg",
    "nha.jpg  ": "nha.jpg",
}


@sqlite_only
@pytest.mark.parametrize("name", NAMES)
def test_odd_file_names_become_harmless(
    app: Flask, collect: Collect, name: str
) -> None:
    """SEC-2"""
    answer = collect.send(survey(new_id()), {name: PHOTO})

    assert answer.status == 201
    [kept] = files()
    assert kept.name == NAMES[name]
    folder = app.config["DATA_DIR"] / "files"
    assert [p.name for p in folder.rglob("*") if p.is_file()] == [kept.sha256]


@sqlite_only
def test_a_long_name_keeps_its_ending_and_its_answer(collect: Collect) -> None:
    """SEC-2"""
    name = "ả" * 300 + ".jpg"

    collect.send(survey(new_id(), household__location__photo=name), {name: PHOTO})

    [kept], [sent] = files(), submissions()
    assert kept.name.endswith(".jpg")
    assert len(kept.name.encode()) <= 180
    assert sent.expected_files == [kept.name]
