"""A score table is completed by one person and signed by another."""

import io
from typing import Any

import pytest
from flask import Flask

from server.accounts.sessions import start_session
from server.db import transaction
from server.domain.actor import SYSTEM, Actor
from server.domain.poverty.load import PACKS
from server.domain.problems import Refused
from server.standards import actions, queries
from tests.browsing import Browser
from tests.factories import make_user
from tests.invented_table import PARTIAL as INVENTED_IN_PART
from tests.server.standards.signing import sign_invented

SHIPPED = (PACKS / "vn-2016" / "b1_scores.csv").read_text(encoding="utf-8").rstrip()
# Points that stand for nothing: the official ones of these items nobody has read.
PARTIAL = f"{SHIPPED}\n7,made_up,1,2,3,4,5,6,7\n"
MUTE = PARTIAL + "".join(f"{item},made_up,1,1,1,1,1,1,1\n" for item in range(8, 14))
_HEADING, *_LINES = MUTE.splitlines()
WHOLE = f"{_HEADING},option_vi\n" + "".join(f"{line},Bịa ra\n" for line in _LINES)
ONE, OTHER = Actor("user", 1, "Chị Chép"), Actor("user", 2, "Anh Ký")


def propose(content: str = WHOLE, **given: Any) -> Any:
    values = {
        "document": "Thông tư 17/2016", "article": "Phụ lục 3b", "url": "",
        "urban": "URB", "rural": "RRD",
    }  # fmt: skip
    return actions.propose(
        by=given.pop("by", ONE), standard=given.pop("standard", "vn-2016"),
        content=content.encode(), **{**values, **given},
    )  # fmt: skip


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def missing() -> tuple[int, ...]:
    table = queries.as_it_stands(queries.get_pack("vn-2016")).score_table
    assert table is not None
    return table.missing_items


def test_a_table_counts_only_when_another_person_signed_it(app: Flask) -> None:
    shipped = queries.get_pack("vn-2016")
    made = propose()
    assert missing() == tuple(range(7, 14))

    for by, checksum, code in (
        (ONE, made.sha256[:8], "completion_needs_another_person"),
        (SYSTEM, made.sha256[:8], "completion_needs_another_person"),
        (OTHER, "00000000", "completion_other_checksum"),
    ):
        with pytest.raises(Refused) as refused:
            actions.sign(by=by, completion_id=made.id, checksum=checksum)
        assert codes(refused) == [code]
    actions.sign(by=OTHER, completion_id=made.id, checksum=made.sha256[:8].upper())

    pack = queries.as_it_stands(shipped)
    assert missing() == ()
    assert pack.content_hash != shipped.content_hash
    assert "score_table" not in {gap.code for gap in pack.gaps}
    actions.withdraw(by=ONE, completion_id=made.id, reason="in lại")
    assert missing() == tuple(range(7, 14))


@pytest.mark.sqlite_only
def test_a_partial_table_claims_no_total_and_names_what_is_missing(app: Flask) -> None:
    made = propose(PARTIAL)
    actions.sign(by=OTHER, completion_id=made.id, checksum=made.sha256[:8])

    assert missing() == tuple(range(8, 14))
    pack = queries.as_it_stands(queries.get_pack("vn-2016"))
    assert "score_table" in {gap.code for gap in pack.gaps}


@pytest.mark.sqlite_only
def test_withdrawing_lets_the_one_before_count_again(app: Flask) -> None:
    for content in (PARTIAL, WHOLE):
        made = propose(content)
        actions.sign(by=OTHER, completion_id=made.id, checksum=made.sha256[:8])

    actions.withdraw(by=OTHER, completion_id=made.id, reason="sai mục 9")

    assert missing() == tuple(range(8, 14))


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("content", "given", "code"),
    [
        ("", {}, "score_sheet_columns"),
        ("item,option,URB\n", {}, "score_sheet_empty"),
        ("item,option\n1,one_person\n", {}, "score_sheet_regions"),
        (SHIPPED + "\n1,x\n", {}, "score_sheet_cells"),
        (SHIPPED + "\n1,one_person,1,1,1,1,1,1,1\n", {}, "score_sheet_twice"),
        (SHIPPED + "\n1,none,1,1,1,1,1,1,1\n", {}, "score_sheet_option"),
        (SHIPPED + "\nB2,x,1,1,1,1,1,1,2\n", {}, "score_sheet_b2"),
        (WHOLE.replace("Bịa ra", "Bịa ${x}", 1), {}, "score_sheet_words"),
        (MUTE, {}, "completion_without_words"),
        (WHOLE, {"urban": "SAO HOẢ"}, "completion_columns_unknown"),
        (WHOLE, {"standard": "vn-hanoi-2016"}, "completion_without_cutoffs"),
        (WHOLE, {"standard": "vn-hanoi-2022"}, "completion_of_another"),
        ("item,option,URB\n1,one_person,80\n", {}, "completion_other_regions"),
        (SHIPPED.replace("1,one_person", "1,nobody"), {}, "completion_lost_options"),
        (SHIPPED + "\n99,x,1,1,1,1,1,1,1\n", {}, "score_sheet_item"),
        (SHIPPED + "\n7,x,một,1,1,1,1,1,1\n", {}, "score_sheet_points"),
        (WHOLE, {"document": " "}, "completion_without_document"),
        (WHOLE, {"standard": "vn-2022"}, "completion_without_items"),
    ],
)
def test_what_cannot_be_the_table_is_refused(
    app: Flask, content: str, given: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        propose(content, **given)

    assert codes(refused) == [code]


@pytest.mark.sqlite_only
def test_the_pages_lead_two_administrators_through_it(
    app: Flask, client: Browser
) -> None:
    first, second = make_user(role="admin"), make_user(role="admin")
    client.set_cookie("ra_soat_session", start_session(user=first))
    assert "Chưa đối chiếu" in client.get("/standards/").text
    assert "Khác" in client.get("/standards/vn-2022?against=vn-2016").text
    sent = {
        "file": (io.BytesIO(WHOLE.encode()), "b1.csv"), "document": "TT 17/2016",
        "urban": "URB", "rural": "RRD", "stated_items": "",
    }  # fmt: skip
    assert client.post("/standards/vn-2016/table", data=sent).status_code == 303
    assert "cần một quản trị khác ký" in client.get("/standards/vn-2016").text
    checksum = {"checksum": queries.completions_of("vn-2016")[0].sha256[:8]}
    assert client.post("/standards/table/1/sign", data=checksum).status_code == 403

    client.set_cookie("ra_soat_session", start_session(user=second))
    assert client.post("/standards/table/1/sign", data=checksum).status_code == 303
    assert "Bảng đã đủ các mục" in client.get("/standards/vn-2016").text
    ended = client.post("/standards/table/1/withdraw", data={"reason": "in lại"})
    assert ended.status_code == 303
    assert "bảng thiếu các mục" in client.get("/standards/vn-2016").text


@pytest.mark.sqlite_only
def test_a_table_of_a_standard_without_one_is_brought_with_its_own_words(
    app: Flask, client: Browser
) -> None:
    client.set_cookie("ra_soat_session", start_session(user=make_user(role="admin")))
    page = client.get("/standards/vn-2022").text
    assert "Chưa có bảng điểm nào được hai người ký" in page
    assert client.get("/standards/vn-2022/example.csv").text.startswith("\ufeffmục,")
    assert "dùng bảng điểm của" in client.get("/standards/vn-hanoi-2022").text
    assert "xếp theo thu nhập" in client.get("/standards/vn-2027").text

    made = sign_invented()

    heir = queries.as_it_stands(queries.get_pack("vn-hanoi-2022")).score_table
    assert heir is not None
    assert heir.signature is not None
    assert heir.signature.number == made.id
    assert [pack.id for pack in queries.asked_tables()] == ["vn-2022"]
    assert "Điện thoại hỏi từng mục" in client.get("/standards/vn-2022").text


@pytest.mark.sqlite_only
def test_a_table_signed_before_phones_asked_items_has_no_effect(app: Flask) -> None:
    made = sign_invented()
    with transaction():
        made.urban = made.rural = ""

    assert queries.asked_tables() == []
    table = queries.as_it_stands(queries.get_pack("vn-2022")).score_table
    assert table is not None
    assert table.signature is None


@pytest.mark.sqlite_only
def test_a_partial_table_is_signed_and_asked_on_no_phone(app: Flask) -> None:
    sign_invented(INVENTED_IN_PART)

    assert queries.asked_tables() == []
    table = queries.as_it_stands(queries.get_pack("vn-2022")).score_table
    assert table is not None
    assert table.missing_items == (4,)
