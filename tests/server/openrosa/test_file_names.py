import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.openrosa.file_names import MAX_BYTES, safe_name


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("nha.jpg", "nha.jpg"),
        ("Ảnh nhà bà Nguyệt (2).jpg", "Ảnh nhà bà Nguyệt (2).jpg"),
        (unicodedata.normalize("NFD", "Ảnh.jpg"), "Ảnh.jpg"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\temp\\x.jpg", "C__temp_x.jpg"),
        ("a\x00b.jpg", "a_b.jpg"),
        ("a\u2028b.jpg", "a_b.jpg"),
        ("\u202ea.jpg", "_a.jpg"),
        (".htaccess", "htaccess"),
        ("...", "khong-ten"),
        ("", "khong-ten"),
    ],
)
def test_an_odd_name_becomes_harmless_and_a_plain_one_stays(
    sent: str, kept: str
) -> None:
    assert safe_name(sent) == kept


def test_two_long_names_stay_apart() -> None:
    first, second = (safe_name("ả" * 200 + f"{n}.jpg") for n in (1, 2))

    assert first != second
    assert first.endswith(".jpg")
    assert len(first.encode()) <= MAX_BYTES


@given(st.text(max_size=400))
def test_every_name_is_safe_and_safe_names_stay(sent: str) -> None:
    name = safe_name(sent)

    assert name == safe_name(name)
    assert 0 < len(name.encode()) <= MAX_BYTES
    assert not set(name) & set('/\\\0"\r\n')
    assert name not in (".", "..")
