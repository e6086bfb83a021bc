import unicodedata
from time import thread_time

import pytest

from server.accounts.passwords import (
    COMMON,
    hash_password,
    is_outdated,
    is_right,
    objection,
)


def refused(password: str) -> str | None:
    problem = objection(password, login="nguyen.thi.lan", name="Nguyễn Thị Lan")
    return problem.code if problem else None


@pytest.mark.parametrize(
    "password",
    [
        "trời mưa bong bóng",
        "ba con mèo đỏ",
        "7341 đường về nhà",
        "Xk4!vbq0Zp",
        "x" * 2 + "yzabcdq81.",
    ],
)
def test_a_sentence_of_ones_own_is_accepted(password: str) -> None:
    assert refused(password) is None


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("mưa rơi 99", None),
        ("mưa rơi 9", "password_length"),
        ("", "password_length"),
        ("đ" * 201, "password_length"),
        ("Mật khẩu 2026", "password_common"),
        ("matkhau123456", "password_common"),
        ("MatKhau@@2026!", "password_common"),
        ("P@ssword12345", None),
        ("password12345", "password_common"),
        ("Hà Nội 123456", "password_common"),
        ("1qaz2wsx3edc", "password_common"),
        ("qwertyuiop123", "password_common"),
        ("anh yêu em 1990", "password_common"),
        ("1234567890", "password_common"),
        ("0987654321", "password_common"),
        ("abcdefghijkl", "password_common"),
        ("aaaaaaaaaaaa", "password_common"),
        ("abcabcabcabc", "password_common"),
        ("0912091209120912", "password_common"),
        ("..........", "password_common"),
        ("Nguyễn Thị Lan", "password_is_name"),
        ("nguyen.thi.lan1988", "password_is_name"),
    ],
)
def test_what_is_guessed_first_is_refused(password: str, code: str | None) -> None:
    assert refused(password) == code


@pytest.mark.parametrize(
    "word", [w for w in COMMON.read_text().split("\n") if w and w[0] != "#"]
)
def test_every_listed_word_is_refused_in_any_dress(word: str) -> None:
    assert refused(f"{word.upper()}!2026202620") == "password_common"


def test_a_password_is_the_same_composed_and_in_parts() -> None:
    typed = "trời mưa bong bóng"
    kept = hash_password(unicodedata.normalize("NFD", typed))

    assert is_right(unicodedata.normalize("NFC", typed), kept)
    assert is_right(unicodedata.normalize("NFD", typed), kept)


def test_nothing_else_of_a_password_is_changed() -> None:
    kept = hash_password("Trời mưa ")

    assert not is_right("trời mưa ", kept)
    assert not is_right("Trời mưa", kept)
    assert not is_right("Troi mua ", kept)


def test_the_password_cannot_be_read_from_what_is_kept() -> None:
    kept = hash_password("trời mưa bong bóng")

    assert kept.startswith("$argon2id$")
    assert kept != hash_password("trời mưa bong bóng")


def test_nobody_has_a_password_and_it_takes_as_long_to_find_out() -> None:
    kept = hash_password("trời mưa bong bóng")
    is_right("warm up", None)

    def fastest(kept: str | None) -> float:
        spent = []
        for _ in range(5):
            start = thread_time()
            assert not is_right("sai rồi", kept)
            spent.append(thread_time() - start)
        return min(spent)

    unknown, known = fastest(None), fastest(kept)

    assert 0.5 < unknown / known < 2
    assert not is_right("nobody has this password", None)


def test_a_broken_hash_lets_nobody_in() -> None:
    assert not is_right("anything", "not a hash")


def test_a_weaker_hash_is_noticed() -> None:
    assert is_outdated("$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA")
    assert not is_outdated(hash_password("trời mưa bong bóng"))
