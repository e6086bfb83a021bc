"""LIST, FORM, MAN, ENT, SYNC: what phones load. Each test names its line."""

import csv
import hashlib
import io
import re
from datetime import date
from urllib.parse import urlsplit

import pytest
from flask import Flask
from lxml import etree
from sqlalchemy import update

from server.areas.tables import Area
from server.db import db, transaction
from server.domain.actor import SYSTEM
from server.openrosa.actions import release
from server.openrosa.form_library import ConvertedForm
from server.openrosa.tables import ReleasedForm
from tests.contract.collect import Collect, Listed, Media, send_raw
from tests.contract.conftest import Field
from tests.contract.entities import LocalList
from tests.contract.surveys import new_id, survey, work
from tests.factories import make_area
from tests.journeys.posts import real_form

pytestmark = pytest.mark.sqlite_only
# java.net.URI is stricter than browsers.
LEGAL_URL = re.compile(r"https?://[\w.:-]+(/[\w.~!$&'()*+,;=:@%-]*)+(\?[\w.~%&=-]*)?")


def md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def the_form(collect: Collect) -> Listed:
    [form] = collect.form_list()
    return form


def media(collect: Collect) -> dict[str, Media]:
    return {m.name: m for m in collect.manifest(the_form(collect).manifest_url or "")}


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_the_list_has_the_headers_collect_insists_on(collect: Collect) -> None:
    """LIST-1, LIST-2"""
    answer = collect.get(collect.base + "/formList")

    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    assert answer.headers["x-openrosa-version"] == "1.0"
    assert collect.get(collect.base + "/formList", method="HEAD").status == 200


def test_every_entry_is_complete(collect: Collect) -> None:
    """LIST-3"""
    form = the_form(collect)

    assert (form.form_id, form.version) == ("household_review", "2026112501")
    assert form.name == "Rà soát hộ gia đình"
    assert re.fullmatch("md5:[0-9a-f]{32}", form.hash)
    assert form.manifest_url


def test_addresses_are_absolute_legal_and_on_the_same_host(
    field: Field, collect: Collect
) -> None:
    """LIST-4"""
    form, lists = the_form(collect), media(collect).values()
    urls = [form.download_url, form.manifest_url or ""]
    urls += [m.download_url for m in lists]
    urls += [m.integrity_url for m in lists if m.integrity_url]

    assert all(LEGAL_URL.fullmatch(url) for url in urls)
    assert {url.split("/")[2] for url in urls} == {urlsplit(field.base_url).netloc}


def test_addresses_follow_what_the_proxy_says_or_the_setting(
    app: Flask, field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LIST-4"""
    token = field.phone.secrets["token"]
    said = app.test_client().get(
        f"/key/{token}/formList", base_url="https://rasoat.example.vn:8443"
    )
    monkeypatch.setitem(app.config, "PUBLIC_URL", "https://cong.example.vn/")
    fixed = app.test_client().get(f"/key/{token}/formList")

    assert f"https://rasoat.example.vn:8443/key/{token}/forms/" in said.text
    assert f">https://cong.example.vn/key/{token}/forms/" in fixed.text


@pytest.mark.parametrize("path", ["/formList", "/formList/", "/formList?verbose=true"])
def test_a_slash_more_changes_nothing(collect: Collect, path: str) -> None:
    """LIST-5"""
    assert collect.get(collect.base + path).status == 200


@pytest.mark.parametrize(
    "said",
    ["Thu, 01 Jan 1970 07:00:05 GMT", "Tue, 24 Nov 2026 12:10:05 GMT", "hôm nay"],
)
def test_a_phones_clock_does_not_matter(collect: Collect, said: str) -> None:
    """LIST-6"""
    collect.date = said.encode().decode("latin-1")

    assert the_form(collect).form_id == "household_review"


def test_a_list_is_never_fresh_in_a_cache(collect: Collect) -> None:
    """LIST-7"""
    form = the_form(collect)
    for url in (collect.base + "/formList", form.manifest_url or "", form.download_url):
        headers = collect.get(url, fresh=True).headers

        assert "no-cache" in headers["cache-control"]
        assert "max-age" not in headers["cache-control"]
        assert "expires" not in headers
        assert "last-modified" not in headers


def test_nothing_changes_while_nothing_happens(collect: Collect) -> None:
    """LIST-8, ENT-5"""
    collect.post(survey(new_id()))
    work()
    lists = media(collect)
    urls = [collect.base + "/formList", the_form(collect).manifest_url or ""]
    urls += [m.download_url for m in lists.values()]

    first = [collect.get(url, fresh=True).body for url in urls]
    again = [collect.get(url, fresh=True).body for url in urls]

    assert first == again


def test_what_is_unchanged_costs_no_bytes(collect: Collect) -> None:
    """FORM-5, LIST-9"""
    form = the_form(collect)
    for url in (form.download_url, collect.base + "/formList"):
        first = collect.get(url, fresh=True)
        tag = {"If-None-Match": first.headers["etag"]}

        again = collect.exchange("GET", collect.with_device(url), tag)

        assert (again.status, again.raw) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]


def test_long_answers_are_packed_for_who_can_unpack(
    field: Field, collect: Collect
) -> None:
    """LIST-9"""
    url = the_form(collect).download_url
    packed = collect.get(url, fresh=True)
    plain = field.app.test_client()
    if field.door == "token":
        answer = plain.get(urlsplit(url).path)
        assert answer.data == packed.body
        assert "Content-Encoding" not in answer.headers
        assert answer.headers["ETag"] != packed.headers["etag"]

    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) == len(packed.raw)
    assert len(packed.raw) < len(packed.body) / 4


def test_one_form_can_be_asked_for(collect: Collect) -> None:
    """LIST-10"""
    base = collect.base + "/formList?formID="

    assert b"household_review" in collect.get(base + "household_review").body
    assert b"<xform>" not in collect.get(base + "other").body


def test_a_list_that_fails_is_an_error_and_never_a_shorter_list(
    app: Flask, field: Field, collect: Collect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LIST-8: in match_exactly mode a form that is not listed is deleted."""
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def broken() -> list[ReleasedForm]:
        raise RuntimeError("disk")

    monkeypatch.setattr("server.openrosa.phone_views.newest_forms", broken)

    assert collect.get(collect.base + "/formList").status == 500


def test_without_any_form_the_list_is_an_error(
    field: Field, collect: Collect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LIST-8"""
    monkeypatch.setattr("server.openrosa.phone_views.newest_forms", list)

    answer = collect.get(collect.base + "/formList")

    assert answer.status == 503
    assert "chưa có biểu mẫu" in answer.message


def test_the_hash_is_that_of_the_bytes_which_are_what_the_list_says(
    collect: Collect,
) -> None:
    """FORM-1, FORM-2, FORM-3, FORM-4"""
    form = the_form(collect)
    content = collect.get(form.download_url, fresh=True).body
    again = collect.get(form.download_url, fresh=True).body
    root = etree.fromstring(content)

    instance = root.find(".//{http://www.w3.org/2002/xforms}instance")[0]
    assert form.hash == f"md5:{md5(content)}"
    assert content == again
    assert root.findtext(".//{http://www.w3.org/1999/xhtml}title") == form.name
    assert (instance.get("id"), instance.get("version")) == (form.form_id, form.version)
    submission = root.find(".//{http://www.w3.org/2002/xforms}submission")
    assert submission is None or submission.get("action") is None
    model = root.find(".//{http://www.w3.org/2002/xforms}model")
    versions = model.get("{http://www.opendatakit.org/xforms/entities}entities-version")
    assert versions in ("2023.1.0", "2024.1.0", "2025.1.0")


def test_a_download_that_breaks_can_be_made_again(
    field: Field, collect: Collect
) -> None:
    """FORM-6: the length is told, so that a phone notices a cut download."""
    form = the_form(collect)
    if field.door == "token":
        path = urlsplit(form.download_url).path
        head = f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        whole = send_raw(field.base_url, head.encode(), then_close=False)
        length = int(re.search(rb"Content-Length: (\d+)", whole)[1])  # type: ignore[index]
        assert len(whole.split(b"\r\n\r\n", 1)[1]) == length

    content = collect.get(form.download_url, fresh=True).body
    assert form.hash == f"md5:{md5(content)}"


def test_a_known_version_keeps_its_bytes_for_ever(
    field: Field, collect: Collect
) -> None:
    """FORM-1: new bytes under an old version would delete the form from phones."""
    known, _sha256 = real_form()
    form = the_form(collect)
    changed = known.xform.replace(b"<h:title>", b"<h:title>X ")
    newer = known.xform.replace(b"2026112501", b"2026112502")

    with pytest.raises(Exception, match="form_version_reused"):
        release(
            by=SYSTEM,
            form=ConvertedForm(known.form_id, known.version, known.title, changed),
            workbook_sha256="1",
        )
    release(
        by=SYSTEM,
        form=ConvertedForm(known.form_id, "2026112502", known.title, newer),
        workbook_sha256="2",
    )

    assert the_form(collect).version == "2026112502"
    assert md5(collect.get(form.download_url, fresh=True).body) == form.hash[4:]
    assert collect.manifest(form.manifest_url or "")
    assert collect.send(survey(new_id())).status == 201


def test_every_list_the_form_reads_is_there_with_its_hash(collect: Collect) -> None:
    """MAN-1, MAN-2, MAN-3"""
    form, lists = the_form(collect), media(collect)
    content = collect.get(form.download_url).body
    wanted = set(re.findall(rb"jr://[a-z-]+/([\w.-]+)", content))

    assert {name.encode() for name in lists} == wanted - {b"last-saved"}
    for one in lists.values():
        answer = collect.get(one.download_url, fresh=True)
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert one.hash == md5(answer.body)


def test_the_household_list_is_an_entity_list(collect: Collect) -> None:
    """ENT-1"""
    lists = media(collect)

    assert lists["households.csv"].kind == "entityList"
    assert lists["households.csv"].integrity_url
    assert lists["wards.csv"].kind is None
    assert lists["groups.csv"].kind is None


def test_the_household_list_has_rows_collect_takes(collect: Collect) -> None:
    """ENT-2"""
    entity = new_id()
    collect.post(survey(entity, head="Đặng Thị\nHoà; Bình"))
    work()

    one = media(collect)["households.csv"]
    phone = LocalList()
    phone.receive(collect.get(one.download_url).body, one.hash)

    assert list(phone.entities) == [entity]
    assert phone.entities[entity].properties["search"].startswith("dang thi hoa; binh")
    assert phone.entities[entity].properties["ward"] == "00229"


def test_a_phone_holds_its_own_areas_only(field: Field, collect: Collect) -> None:
    """ENT-2: another ward's households and groups stay away."""
    make_area(code="00205", name="Phường Thổ Quan")
    collect.post(survey(new_id(), head="Trần Thị Gần"))
    collect.post(
        survey(
            new_id(),
            head="Lê Văn Xa",
            place__ward="00205",
            place__residential_group="1",
        )
    )
    work()

    lists = media(collect)
    wards = table(collect.get(lists["wards.csv"].download_url).body)
    groups = table(collect.get(lists["groups.csv"].download_url).body)
    rows = table(collect.get(lists["households.csv"].download_url).body)

    assert wards == [{"name": "00229", "label": "Phường Khâm Thiên"}]
    assert groups == [{"name": "00229-15", "label": "Tổ 15", "ward": "00229"}]
    assert [row["head_name"] for row in rows] == ["Trần Thị Gần"]


def test_a_phone_of_one_group_finds_its_ward(field: Field) -> None:
    """MAN-3: the cascade starts at the ward."""
    group = make_area(
        code="00229-16", name="Tổ 16", level="group", parent_id=field.ward.id
    )
    phone = field.collect(field.another_phone(group))

    lists = media(phone)
    wards = table(phone.get(lists["wards.csv"].download_url).body)
    groups = table(phone.get(lists["groups.csv"].download_url).body)

    assert [ward["name"] for ward in wards] == ["00229"]
    assert [one["name"] for one in groups] == ["00229-16"]
    phone.close()


def test_an_area_of_yesterday_is_not_offered(field: Field, collect: Collect) -> None:
    """MAN-3"""
    with transaction():
        db.session.execute(
            update(Area)
            .where(Area.code == "00229-15")
            .values(valid_to=date(2026, 11, 1))
        )

    groups = media(collect)["groups.csv"]

    assert table(collect.get(groups.download_url).body) == []


def test_the_server_says_which_households_are_gone(
    field: Field, collect: Collect
) -> None:
    """ENT-3: true only for what was here and is no longer; unknown ids are left out."""
    here, unknown = new_id(), new_id()
    collect.post(survey(here))
    work()
    url = media(collect)["households.csv"].integrity_url or ""

    assert collect.deleted(url, [here, unknown]) == {here: False}
    assert collect.deleted(url, []) == {}


def test_five_hundred_ids_fit_into_one_address(collect: Collect) -> None:
    """ENT-4"""
    ids = [new_id() for _ in range(500)]
    url = media(collect)["households.csv"].integrity_url or ""

    assert collect.deleted(url, ids) == {}


def test_a_second_sync_loads_nothing(field: Field, collect: Collect) -> None:
    """SYNC-1"""
    collect.post(survey(new_id()))
    work()
    phone = LocalList()

    def sync() -> int:
        """Refresh as Collect does; gives how many bytes of content were sent."""
        collected = 0
        form = the_form(collect)
        lists = media(collect)
        urls = [form.download_url, *(m.download_url for m in lists.values())]
        for url in urls:
            known = collect.cache.get(url)
            answer = collect.get(url)
            collected += 0 if answer is known else len(answer.body)
        one = lists["households.csv"]
        phone.receive(collect.get(one.download_url).body, one.hash)
        return collected

    first, second = sync(), sync()

    assert first > 50_000
    assert second == 0
    assert len(phone.entities) == 1


@pytest.mark.parametrize(
    "path", ["/lists/phones.csv", "/forms/household_review/1/form.xml"]
)
def test_what_does_not_exist_is_said_in_words(collect: Collect, path: str) -> None:
    """FORM-2"""
    answer = collect.get(collect.base + path)

    assert answer.status == 404
    assert answer.message
