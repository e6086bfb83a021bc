"""Letters of fonts from before Unicode: read right, and told from what is right already."""

import pytest

from server.domain.register.converting import day_of_serial, is_serial
from server.domain.register.old_letters import (
    PLAIN,
    TCVN3,
    VNI,
    fonts_of,
    is_right,
    read_as,
)

LETTERS = (
    "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"
)  # fmt: skip
IN_VNI = [
    "aø",
    "aù",
    "aû",
    "aõ",
    "aï",
    "aê",
    "aè",
    "aé",
    "aú",
    "aü",
    "aë",
    "aâ",
    "aà",
    "aá",
    "aå",
    "aã",
    "aä",
    "ñ",
    "eø",
    "eù",
    "eû",
    "eõ",
    "eï",
    "eâ",
    "eà",
    "eá",
    "eå",
    "eã",
    "eä",
    "ì",
    "í",
    "æ",
    "ó",
    "ò",
    "oø",
    "où",
    "oû",
    "oõ",
    "oï",
    "oâ",
    "oà",
    "oá",
    "oå",
    "oã",
    "oä",
    "ô",
    "ôø",
    "ôù",
    "ôû",
    "ôõ",
    "ôï",
    "uø",
    "uù",
    "uû",
    "uõ",
    "uï",
    "ö",
    "öø",
    "öù",
    "öû",
    "öõ",
    "öï",
    "yø",
    "yù",
    "yû",
    "yõ",
    "î",
]
IN_TCVN3 = "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\xadõøö÷ùúýûüþ"


def test_every_letter_is_read_in_both_fonts() -> None:
    assert len(LETTERS) == len(IN_VNI) == len(IN_TCVN3)
    assert read_as(TCVN3, IN_TCVN3) == LETTERS
    for letter, typed in zip(LETTERS, IN_VNI, strict=True):
        assert read_as(VNI, typed) == letter
        assert read_as(VNI, typed.upper()) == letter.upper()


@pytest.mark.parametrize(
    ("text", "font", "read"),
    [
        ("NguyÔn V¨n Hïng", TCVN3, "Nguyễn Văn Hùng"),
        ("Ph­êng L¸ng Th­îng", TCVN3, "Phường Láng Thượng"),
        ("§ç Quúnh", TCVN3, "Đỗ Quỳnh"),
        ("Nguyeãn Vaên Huøng", VNI, "Nguyễn Văn Hùng"),
        ("PHÖÔØNG LAÙNG HAÏ", VNI, "PHƯỜNG LÁNG HẠ"),
        ("soá 12, ngoõ 4", VNI, "số 12, ngõ 4"),
    ],
)
def test_a_cell_of_an_old_font_is_known_by_its_words(
    text: str, font: str, read: str
) -> None:
    assert fonts_of(text) == (font,)
    assert read_as(font, text) == read
    assert is_right(read)
    assert not is_right(text)


@pytest.mark.parametrize(
    "text", ["Nguyễn Văn Hùng", "An Binh", "Niê Y Ksor", "", "12 €"]
)
def test_what_is_right_or_no_vietnamese_is_left_alone(text: str) -> None:
    assert fonts_of(text) == ()


@pytest.mark.parametrize("text", ["Vò", "Tó", "Bình Hùng", "Lý"])
def test_what_fits_both_says_so(text: str) -> None:
    assert fonts_of(text)[0] == PLAIN
    assert len(fonts_of(text)) > 1


@pytest.mark.parametrize(
    ("text", "is_meant"),
    [("43814", True), ("43814.0", True), ("7306", True), ("1950", False),
     ("2019", False), ("123", False), ("99999", False), ("15/12/2019", False)],
)  # fmt: skip
def test_a_bare_number_may_be_a_day_unless_it_is_a_year(
    text: str, is_meant: bool
) -> None:
    assert is_serial(text) is is_meant


def test_the_two_calendars_of_excel_are_four_years_apart() -> None:
    assert f"{day_of_serial('43814', '1900'):%d/%m/%Y}" == "15/12/2019"
    assert f"{day_of_serial('43814', '1904'):%d/%m/%Y}" == "16/12/2023"
