"""Finding a household offline, whatever keyboard typed the name."""

import unicodedata

import pytest

from server.domain.people.names import fold, given_name
from tests.forms.answers import GROUP, known_household, new_household
from tests.forms.javarosa import Refused
from tests.forms.review import NGA, listed, send

DANG = listed(
    name="1b671a64-40d5-491e-99b0-da01ff1f3341",
    head_name="Đặng Văn Tỵ",
    search="dang van ty ngo 1",
    given_name_folded="ty",
)
OTHER_GROUP = listed(
    name="e6a0c1de-8c4d-4b1a-9b1e-51fdbd3fa5a1",
    group=f"{GROUP[:-2]}08",
)


@pytest.mark.parametrize(
    "typed", ["nga", "NGA", "Thị Nga", "thi nga", "", "Nguyễn  Thị"]
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_listed_household_is_found_by_any_spelling(typed: str, form: str) -> None:
    typed = unicodedata.normalize(form, typed)

    sent = send(known_household(typed, NGA), listed(), DANG)

    assert sent["/known_household"] == NGA


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_the_letter_dd_is_folded_too(form: str) -> None:
    typed = unicodedata.normalize(form, "ĐẶNG VĂN TỴ")

    sent = send(known_household(typed, DANG["name"]), listed(), DANG)

    assert sent["/find/typed_name_folded"] == "dang van ty"
    assert sent["/known_household"] == DANG["name"]


def test_every_vietnamese_letter_folds_to_its_plain_letter() -> None:
    letters = (
        "aàáảãạăằắẳẵặâầấẩẫậ eèéẻẽẹêềếểễệ iìíỉĩị "
        "oòóỏõọôồốổỗộơờớởỡợ uùúủũụưừứửữự yỳýỷỹỵ đ"
    )
    runs = (("a", 18), ("e", 12), ("i", 6), ("o", 18), ("u", 12), ("y", 6), ("d", 1))
    plain = " ".join(letter * count for letter, count in runs)

    for form in ("NFC", "NFD"):
        for text in (letters, letters.upper()):
            typed = unicodedata.normalize(form, text)
            answers = new_household(changes={"/household/contact/head_name": typed})
            sent = send(answers)
            assert sent["/household/contact/head_name_folded"] == plain


@pytest.mark.parametrize(
    "name",
    [
        "Nguyễn Thị Nga",
        "ĐỖ  Đức Đạt",
        "HʼHen Niê",
        "Y`Moan Ênuôl",
        "Lý Thuỷ",
        "Rơ Mah Ô",
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_phone_and_server_fold_a_name_alike(name: str, form: str) -> None:
    typed = unicodedata.normalize(form, name)

    sent = send(new_household(changes={"/household/contact/head_name": typed}))

    assert sent["/household/contact/head_name_folded"] == fold(typed)
    given = sent["/household/contact/given_name_folded"]
    assert given == fold(given_name(typed))


def test_a_name_of_somebody_else_does_not_offer_the_household() -> None:
    with pytest.raises(Refused, match="not offered"):
        send(known_household("dang", NGA), listed(), DANG)


def test_a_household_of_another_group_is_not_offered_in_this_one() -> None:
    with pytest.raises(Refused, match="not offered"):
        send(known_household("nga", OTHER_GROUP["name"]), OTHER_GROUP)


def test_the_whole_ward_is_searched_by_given_name() -> None:
    answers = known_household("Ngà") | {
        "/find/search_in": "ward",
        "/pick/picked_in_ward": OTHER_GROUP["name"],
    }
    del answers["/pick/picked_in_group"]

    sent = send(answers, OTHER_GROUP, DANG)

    assert sent["/known_household"] == OTHER_GROUP["name"]


def test_groups_of_another_ward_are_not_offered() -> None:
    answers = new_household(changes={"/place/residential_group": "00202-01"})

    with pytest.raises(Refused, match="residential_group: not offered"):
        send(answers)


def test_registering_a_head_already_on_the_list_warns_but_does_not_stop() -> None:
    answers = new_household(
        changes={
            "/household/contact/head_name": "nguyễn thị nga",
            "/household/roster/member[1]/person/full_name": "Nguyễn Thị Nga",
        }
    )

    sent = send(answers, listed())

    assert sent["/household/contact/same_name_count"] == "1"
    assert "/household/contact/warn_same_name" in sent


def test_a_new_name_does_not_warn() -> None:
    sent = send(new_household(), listed())

    assert "/household/contact/warn_same_name" not in sent
