"""What a phone sends of a household review, filled in by a real engine."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from server.domain.places.addresses import format_address
from server.domain.survey.record import Address
from tests.forms.answers import CHILD, VISIT, known_household, member, new_household
from tests.forms.javarosa import Refused, fill
from tests.forms.review import NGA, Sent, listed, media, send, xform

V4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def test_an_unchanged_household_is_confirmed_in_eight_answers() -> None:
    answers = known_household("nga", NGA)

    sent = send(answers, listed())

    assert sent["/confirm/is_unchanged"] == "yes"
    assert "/household" not in sent
    assert len(set(answers) - set(VISIT)) == 4


def test_an_unchanged_household_updates_its_entity_and_keeps_its_label() -> None:
    sent = send(known_household("nga", NGA), listed())

    assert sent.entity["id"] == NGA
    assert (sent.entity["create"], sent.entity["update"]) == ("0", "1")
    assert (sent.entity["baseVersion"], sent.entity["trunkVersion"]) == ("3", "3")
    assert V4.fullmatch(sent.entity["branchId"])
    assert sent.entity["label"] == listed()["label"]


def test_a_new_household_creates_an_entity_with_a_version_4_identifier() -> None:
    sent = send(new_household(), listed())

    assert V4.fullmatch(sent.entity["id"])
    assert (sent.entity["create"], sent.entity["update"]) == ("1", "0")
    assert sent.entity["baseVersion"] == ""
    assert (
        sent.entity["label"] == "Nguyễn Văn An - số 12 ngách 7/9 ngõ 9 phố Khâm Thiên"
    )


def test_what_a_new_household_saves_can_be_searched_by_the_next_phone() -> None:
    sent = send(new_household())

    expected = "nguyen van an so 12 ngach 7/9 ngo 9 pho kham thien"
    assert sent["/household/search_text"] == expected
    assert sent["/household/contact/given_name_folded"] == "an"


@pytest.mark.parametrize(
    ("parts", "line"),
    [
        ({"house_number": "5B", "street": "Đường Láng"}, "số 5B Đường Láng"),
        (
            {
                "building": "P.203 nhà C5",
                "house_number": "12",
                "street": "Tôn Đức Thắng",
            },
            "P.203 nhà C5, số 12 phố Tôn Đức Thắng",
        ),
        ({"building": "KTT Kim Liên"}, "KTT Kim Liên"),
        ({"address_text": "sau chợ, cạnh đình"}, "sau chợ, cạnh đình"),
    ],
    ids=["a road", "a flat", "an estate only", "as people say it"],
)
def test_the_address_on_the_list_reads_like_the_registers(
    parts: dict[str, str], line: str
) -> None:
    names = ("house_number", "alley", "lane", "street", *parts)
    page = "/household/address/{}"
    changes = {page.format(name): parts.get(name) for name in names}

    sent = send(new_household(changes=changes))

    assert sent["/household/address_line"] == line
    known = {"text" if k == "address_text" else k: v for k, v in parts.items()}
    assert line == format_address(Address(**known))


def test_a_household_created_offline_and_reviewed_again_keeps_its_branch() -> None:
    branch = "c2d5c0a9-6f7e-4b5d-8f3a-0c1b2a3d4e5f"
    lists = media(listed(__version="1"))
    header, row = lists["households.csv"].decode().splitlines()
    offline = f"{header},__trunkVersion,__branchId\n{row},,{branch}\n"
    lists["households.csv"] = offline.encode()

    xml = fill(xform(), lists, known_household("nga", NGA)).decode()

    assert f'baseVersion="1" trunkVersion="" branchId="{branch}"' in xml


def test_a_changed_household_is_asked_everything_with_the_known_head_filled_in() -> (
    None
):
    changed = new_household()
    del changed["/household/contact/head_name"]
    changed["/household/roster/member[1]/person/full_name"] = "Nguyễn Thị Nga"
    answers = changed | known_household(
        "nga", NGA, changes={"/confirm/is_unchanged": "no"}
    )

    sent = send(answers, listed())

    assert sent["/household/contact/head_name"] == "Nguyễn Thị Nga"
    assert sent.entity["update"] == "1"
    assert sent.entity["label"].startswith("Nguyễn Thị Nga - số 12")


def test_a_household_moved_within_the_ward_is_updated_in_its_new_group() -> None:
    answers = known_household("nga") | {
        "/find/search_in": "ward",
        "/pick/picked_in_ward": NGA,
        "/place/residential_group": "00199-08",
    }
    del answers["/pick/picked_in_group"]

    sent = send(answers, listed())

    assert sent["/place/residential_group"] == "00199-08"
    assert sent.entity["id"] == NGA


def test_choosing_a_household_and_giving_it_up_does_not_keep_its_identifier() -> None:
    xml = fill(
        xform(),
        media(listed()),
        new_household(),
        before=known_household("nga", NGA),
    )

    sent = Sent(xml)
    assert sent.entity["id"] not in ("", NGA)
    assert (sent.entity["create"], sent.entity["update"]) == ("1", "0")
    assert "/confirm" not in sent


def test_giving_up_a_chosen_household_takes_its_head_out_of_the_form() -> None:
    chosen = known_household("nga", NGA, changes={"/confirm/is_unchanged": "no"})
    answers = new_household()
    del answers["/household/contact/head_name"]

    with pytest.raises(Refused, match="Cần ghi tên chủ hộ"):
        fill(xform(), media(listed()), answers, before=chosen)


def test_an_empty_list_still_registers_a_new_household() -> None:
    sent = send(new_household())

    assert sent.entity["create"] == "1"


def test_a_list_from_before_a_property_was_added_still_works() -> None:
    lists = media(listed())
    old = lists["households.csv"].replace(b",last_review,", b",something_else,")
    lists["households.csv"] = old

    sent = Sent(fill(xform(), lists, known_household("nga", NGA)))

    assert sent["/known_last_review"] == ""
    assert sent["/known_code"] == "HG-000-017"


def test_the_name_of_the_instance_is_readable() -> None:
    sent = send(new_household())

    assert sent["/meta/instanceName"] == "Nguyễn Văn An - Tổ 7 - 2026-11-20"


def test_a_review_in_the_future_warns_but_is_sent() -> None:
    sent = send(new_household(changes={"/visit/review_date": "2999-01-01"}))

    assert "/visit/warn_review_date" in sent


def test_a_reviewer_may_overrule_single_indicators_with_a_reason_each() -> None:
    page = "/household/standard_2022/override_2022[{}]/override_page_2022/override_{}"
    answers = new_household(
        changes={
            "/household/standard_2022/results_2022/overruled_2022": [
                "WATER",
                "TELECOM",
            ],
            page.format(1, "deprived_2022"): "yes",
            page.format(1, "reason_2022"): "Nước máy mất sáu tháng nay",
            page.format(2, "deprived_2022"): "yes",
            page.format(2, "reason_2022"): "Chỉ dùng nhờ hàng xóm",
        }
    )

    sent = send(answers)

    row = "/household/standard_2022/override_2022[{}]"
    assert sent[row.format(1) + "/override_indicator_2022"] == "WATER"
    assert sent[row.format(2) + "/override_indicator_2022"] == "TELECOM"
    assert sent[row.format(2) + "/override_name_text_2022"] == (
        "Sử dụng dịch vụ viễn thông"
    )
    assert sent["/household/standard_2022/water_2022"] == "0"


def test_overruling_needs_a_reason() -> None:
    overruled = "/household/standard_2016/results_2016/overruled_2016"
    page = "/household/standard_2016/override_2016[1]/override_page_2016"
    answers = new_household(
        changes={overruled: ["WATER"], f"{page}/override_deprived_2016": "yes"}
    )

    with pytest.raises(Refused, match="Cần ghi lý do"):
        send(answers)


def test_no_position_and_no_photo_without_consent() -> None:
    answers = new_household(changes={"/household/location/position_consent": "no"})

    with pytest.raises(Refused, match="position: not asked"):
        send(answers)


def test_a_photo_taken_with_consent_is_named_in_what_is_sent() -> None:
    page = "/household/location"
    changes = {f"{page}/photo_consent": "yes", f"{page}/photo": "1763970000123.jpg"}

    sent = send(new_household(changes=changes))

    assert sent[f"{page}/photo"] == "1763970000123.jpg"


def test_the_reviewer_is_the_user_of_the_phone_unless_changed() -> None:
    answers = new_household(changes={"/visit/reviewer": None})

    xml = fill(xform(), media(), answers, properties={"username": "lan.tran"})

    assert Sent(xml)["/visit/reviewer"] == "lan.tran"


def test_none_cannot_go_with_another_device() -> None:
    devices = "/household/information/devices"

    with pytest.raises(Refused, match="không có"):
        send(new_household(changes={devices: ["none", "tv"]}))


def test_an_edit_keeps_the_answers_and_the_keys_and_names_what_it_replaces() -> None:
    first = fill(xform(), media(), new_household())
    street = "/household/address/street"

    edited = Sent(fill(xform(), media(), {street: "Xã Đàn"}, edit_of=first))

    sent = Sent(first)
    key = "/household/roster/member[1]/member_key"
    assert edited[street] == "Xã Đàn"
    assert edited[key] == sent[key]
    assert edited.entity["id"] == sent.entity["id"]
    assert edited["/meta/deprecatedID"] == sent["/meta/instanceID"]
    assert edited["/meta/instanceID"] != sent["/meta/instanceID"]


def test_an_edit_can_add_a_member_forgotten_at_first() -> None:
    first = fill(xform(), media(), new_household())
    added = {"/household/roster/member_count": "2"} | member(2, CHILD)

    edited = Sent(fill(xform(), media(), added, edit_of=first))

    rows = edited.root.findall("./household/roster/member")
    assert [row.findtext("person/relation_to_head") for row in rows] == [
        "head",
        "child",
    ]
    assert len({row.findtext("member_key") for row in rows}) == 2


def test_several_phones_may_fill_in_forms_at_once() -> None:
    with ThreadPoolExecutor(4) as phones:
        sent = list(phones.map(send, [new_household()] * 8))

    assert len({one["/household_id"] for one in sent}) == 8
