"""Addresses of Hanoi lanes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.places.addresses import (
    AddressAgreement,
    address_key,
    addresses_agree,
    bare,
    format_address,
    parse_address,
)
from server.domain.survey.record import Address

FULL = Address(
    house_number="12", sub_alley="5", alley="7", lane="9", street="Khâm Thiên"
)
SPOKEN = [
    ("số 12 hẻm 5/7/9 ngách 7/9 ngõ 9 phố Khâm Thiên, tổ 15, phường Thổ Quan", FULL),
    ("Số nhà 12, hẻm 5/7/9 Khâm Thiên", FULL),
    ("12/5/7/9 Khâm Thiên", FULL),
    ("ngõ 9 ngách 7 hẻm 5 số 12 đường Khâm Thiên", FULL),
    ("12A ngõ 9 Tôn Đức Thắng", Address("12A", lane="9", street="Tôn Đức Thắng")),
    (
        "SN 012 a, ngõ 9, Tôn Đức Thắng",
        Address("12A", lane="9", street="Tôn Đức Thắng"),
    ),
    (
        "P.203 nhà C5, số 4 phố Trung Tự",
        Address("4", street="Trung Tự", building="P.203 nhà C5"),
    ),
    (
        "P203 C5 tập thể Kim Liên",
        Address(building="P203 C5 tập thể Kim Liên"),
    ),
    ("36 Cát Linh", Address("36", street="Cát Linh")),
    ("phố Hàng Bột", Address(street="Hàng Bột")),
    ("nhà bà Tư bán nước", Address(street="nhà bà Tư bán nước")),
    ("", Address()),
]


@pytest.mark.parametrize(("text", "expected"), SPOKEN)
def test_an_address_is_understood_as_spoken(text: str, expected: Address) -> None:
    found = parse_address(text)

    assert found.text == text
    assert (
        Address(
            found.house_number,
            found.sub_alley,
            found.alley,
            found.lane,
            found.street,
            found.building,
        )
        == expected
    )


def test_an_address_is_written_from_the_inside_out() -> None:
    assert format_address(FULL) == "số 12 hẻm 5/7/9 ngách 7/9 ngõ 9 phố Khâm Thiên"
    assert format_address(Address(text="sau chợ")) == "sau chợ"
    assert format_address(Address("4", street="đường Láng", building="P.2")) == (
        "P.2, số 4 đường Láng"
    )


def test_slashes_are_spread_over_the_parts_they_name() -> None:
    assert bare(Address(alley="7/9")) == Address(alley="7", lane="9")
    assert bare(Address(house_number="12/9")) == Address("12", lane="9")
    assert bare(Address(sub_alley="5/7", lane="9")).alley is None


def test_every_way_of_writing_one_door_has_one_key() -> None:
    keys = {address_key(parse_address(text)) for text, found in SPOKEN if found == FULL}

    assert len(keys) == 1
    assert "" not in keys


def test_an_address_without_a_door_has_no_key() -> None:
    assert address_key(Address(street="Khâm Thiên", lane="9")) == ""
    assert address_key(Address(house_number="12")) == ""


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("12 ngõ 9 Khâm Thiên", "số 12 ngõ 9 phố khâm thiên", "SAME_HOUSE"),
        ("12 ngõ 9 Khâm Thiên", "14 ngõ 9 Khâm Thiên", "SAME_LANE"),
        ("12 ngõ 9 Khâm Thiên", "12 ngõ 35 Khâm Thiên", "DIFFERENT"),
        ("12 ngõ 9 Khâm Thiên", "12 ngõ 9 Cát Linh", "DIFFERENT"),
        ("12 Khâm Thiên", "14 Khâm Thiên", "SAME_STREET"),
        ("12 ngõ 9", "Khâm Thiên", "MISSING"),
        ("", "12 Khâm Thiên", "MISSING"),
    ],
)
def test_two_addresses_agree_as_far_as_they_are_known(
    left: str, right: str, expected: str
) -> None:
    found = addresses_agree(parse_address(left), parse_address(right))

    assert found is AddressAgreement[expected]


numbers = st.none() | st.from_regex(r"[1-9][0-9]{0,2}[A-C]?", fullmatch=True)
streets = st.sampled_from(["Khâm Thiên", "Tôn Đức Thắng", "Đê La Thành", "Láng"])


@given(numbers, numbers, numbers, numbers, streets)
def test_what_is_written_is_read_back(
    house: str | None,
    sub_alley: str | None,
    alley: str | None,
    lane: str | None,
    street: str,
) -> None:
    if (sub_alley and not (alley and lane)) or (alley and not lane):
        return
    address = Address(house, sub_alley, alley, lane, street)

    found = parse_address(format_address(address))

    assert format_address(found) == format_address(address)
    assert address_key(found) == address_key(address)


@given(st.text(max_size=60))
def test_any_text_is_read_without_failing(text: str) -> None:
    found = parse_address(text)

    assert found.text == text
    assert bare(found) == bare(bare(found))
    address_key(found)
