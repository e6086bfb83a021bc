import pytest
from lxml import etree

from server.domain.problems import Refused
from server.openrosa.instances import MAX_DEPTH, parse, read_instance
from tests.journeys.posts import instance


def refused(payload: bytes) -> str:
    with pytest.raises(Refused) as caught:
        read_instance(payload)
    return caught.value.problems[0].code


def test_the_envelope_is_read() -> None:
    found = read_instance(instance())

    assert (found.form_id, found.form_version) == ("household_review", "2026112501")
    assert found.instance_id.startswith("uuid:")
    assert found.deprecated_id is None
    assert found.ward_code == "00229"


def test_the_files_of_repeats_and_of_the_audit_are_expected() -> None:
    root = parse(
        b"<data><photo>a.jpg</photo><row><p>b.jpg</p></row><row><p>c.jpg</p></row>"
        b"<row><p/></row><text>d.jpg</text><meta><audit>audit.csv</audit></meta></data>"
    )
    read = read_instance(instance())
    questions = frozenset({"/photo", "/row/p", "/meta/audit"})

    names = type(read)("f", "1", "i", None, "", root).expected_files(questions)

    assert names == ["a.jpg", "audit.csv", "b.jpg", "c.jpg"]


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (b"", "xml_unreadable"),
        (b"<data>\xff</data>", "xml_unreadable"),
        ("<data/>".encode("utf-16"), "xml_unreadable"),
        (b"<!DOCTYPE data><data/>", "xml_forbidden"),
        (b"<data><![CDATA[<!ENTITY]]></data>", "xml_forbidden"),
        (b"<data/>", "instance_id_missing"),
        (b"<d>" * (MAX_DEPTH + 1) + b"</d>" * (MAX_DEPTH + 1), "xml_too_deep"),
    ],
)
def test_what_is_no_instance_is_refused(payload: bytes, code: str) -> None:
    assert refused(payload) == code


@pytest.mark.parametrize("name", ["instanceID", "deprecatedID"])
def test_an_endless_id_is_refused(name: str) -> None:
    meta = f"<data><meta><instanceID>a</instanceID><{name}>{'9' * 500}</{name}>"

    assert refused(f"{meta}</meta></data>".encode()) == "instance_id_unusable"


def test_a_byte_order_mark_and_another_declared_encoding_do_no_harm() -> None:
    text = "<?xml version='1.0' encoding='UTF-16'?><data>Nguyệt</data>"

    assert parse(b"\xef\xbb\xbf<data/>").tag == "data"
    assert parse(text.encode()).text == "Nguyệt"
    assert isinstance(parse(b"<a/>"), etree._Element)
