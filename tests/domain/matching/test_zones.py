"""What the machine links alone, and what it asks about."""

import numpy as np

from server.domain.matching.frequencies import Counts
from server.domain.matching.lines import features_of_line
from server.domain.matching.model import load_model
from server.domain.matching.scoring import score
from server.domain.matching.whole import Matched
from server.domain.matching.zones import LEAST_LIKELY, choose, sure_from

MODEL = load_model()


def alone(name: str, number: str) -> dict[str, object]:
    head = {"name": name, "relation": "head", "dob": "1980-06-15", "id_number": number}
    return {
        "submission_id": number,
        "started_at": "2021-10-04T08:00:00+07:00",
        "ward_code": "00229",
        "members": [head],
    }


def test_strangers_of_one_birthday_with_numbers_one_digit_apart_are_asked_about() -> (
    None
):
    one, other = (
        features_of_line(alone(*said))
        for said in (("Đỗ Thị Mận", "001080000001"), ("Lò Văn Pó", "001080000002"))
    )

    found = score(MODEL, one, other, Counts())

    assert MODEL.zones.propose < found.bits < MODEL.zones.same


def test_no_pair_that_is_linked_alone_is_less_likely_than_promised() -> None:
    assert MODEL.probability(MODEL.zones.same) >= LEAST_LIKELY
    assert sure_from(MODEL) <= MODEL.zones.same


def test_precise_enough_is_not_enough_below_the_least() -> None:
    truth = np.repeat(np.arange(50), 2)
    left, right = np.arange(0, 100, 2), np.arange(1, 100, 2)
    matched = Matched(left, right, np.full(50, 9.0), truth, 1.0, (0.7, -0.9))

    assert choose(matched, truth).same < 6.5
    assert choose(matched, truth, least=6.5).same == 6.5
