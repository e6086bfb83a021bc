"""Scoring two records: what it must never do, whatever the records say."""

import json
import string

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain.matching.features import Features, from_json, to_json
from server.domain.matching.frequencies import Counts
from server.domain.matching.keys import keys_of
from server.domain.matching.lines import features_of_line
from server.domain.matching.model import load_model
from server.domain.matching.scoring import prepare, score, score_against, score_many

MODEL = load_model()
WORDS = ("Nguyễn", "Văn", "Thị", "Hoà", "Hòa", "Hoa", "Trần", "LÊ", "quý", "Ng.")


def counts(*records: Features) -> Counts:
    found = Counts()
    for number in range(3000):
        found.add(
            line(
                name=f"Lê Văn {string.ascii_lowercase[number % 26]}a",
                submission_id=str(number),
            )
        )
    for record in records:
        found.add(record)
    return found


def line(
    submission_id: str = "one", name: str = "Nguyễn Thị Hoà", **changes: object
) -> Features:
    members = changes.pop("members", None) or [
        {"name": name, "relation": "head", "sex": "F", "dob": "1970-05-12", "id_number": "001170012345"},
        {"name": "Trần Văn Quý", "relation": "spouse", "sex": "M", "birth_year": 1968},
    ]  # fmt: skip
    return features_of_line(
        {
            "submission_id": submission_id,
            "started_at": "2021-10-04T08:00:00+07:00",
            "ward_code": "00178",
            "hamlet": "7",
            "address": "số 5 ngõ 12 phố Khâm Thiên",
            "phone": "0912345678",
            "members": members,
            **changes,
        }
    )


COUNTS = counts()
members = st.fixed_dictionaries(
    {
        "name": st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join),
        "relation": st.sampled_from(("head", "spouse", "child", "parent", None)),
        "sex": st.sampled_from(("M", "F", None)),
        "dob": st.sampled_from((None, "1970-05-12", "1970-12-05", "1970-01-01", "2001-02-03")),
        "age": st.sampled_from((None, 51, 20)),
        "id_number": st.sampled_from((None, "001170012345", "001170012354", "012345679")),
    }
)  # fmt: skip
records = st.fixed_dictionaries(
    {
        "submission_id": st.uuids().map(str),
        "started_at": st.sampled_from(("2019-03-04T08:00:00+07:00", "2021-10-04T08:00:00+07:00")),
        "ward_code": st.sampled_from(("00178", "00181", None)),
        "hamlet": st.sampled_from((None, "7", "8")),
        "address": st.sampled_from((None, "5 ngõ 12 Khâm Thiên", "Số 5 ngõ 12 phố Khâm Thiên", "P203 C5 KTT Kim Liên")),
        "phone": st.sampled_from((None, "0912345678", "0912 345 679")),
        "lat": st.sampled_from((None, 21.0, 21.001)),
        "lon": st.just(105.8),
        "members": st.lists(members, max_size=4),
    }
).map(features_of_line)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(records, records)
def test_the_sides_carry_no_meaning(one: Features, other: Features) -> None:
    forth, back = score(MODEL, one, other, COUNTS), score(MODEL, other, one, COUNTS)

    assert forth == back


@settings(max_examples=40, deadline=None)
@given(records, records)
def test_what_each_evidence_adds_sums_up_to_the_score(
    one: Features, other: Features
) -> None:
    found = score(MODEL, one, other, COUNTS)

    assert found.prior + sum(part.bits for part in found.parts) == pytest.approx(
        found.bits, abs=1e-9
    )
    assert score_against(MODEL, one, [other], COUNTS)[0] == pytest.approx(
        found.bits, abs=1e-9
    )


@settings(max_examples=40, deadline=None)
@given(records, st.lists(records, min_size=1, max_size=4))
def test_of_words_only_those_of_one_side_need_to_be_related(
    one: Features, others: list[Features]
) -> None:
    everything = [one, *others]
    right = np.arange(1, len(everything))
    left = np.zeros(len(others), np.int64)

    whole = score_many(MODEL, prepare(everything, COUNTS), left, right)
    asked = score_many(MODEL, prepare(everything, COUNTS, [one]), left, right)

    assert asked.tolist() == whole.tolist()


@settings(max_examples=40, deadline=None)
@given(records)
def test_what_is_kept_with_a_record_is_all_of_it(record: Features) -> None:
    assert from_json(to_json(record)) == record
    assert keys_of(from_json(to_json(record))) == keys_of(record)


def test_one_family_visited_twice_is_one_household_and_its_namesake_is_not() -> None:
    first = line()
    again = line(
        "two", name="NGUYEN THI HOA", address="5 ngo 12 kham thien", phone=None
    )
    namesake = line(
        "three",
        address="số 9 ngõ 80 phố Láng",
        hamlet="21",
        phone="0987654321",
        members=[{"name": "Nguyễn Thị Hoà", "relation": "head", "sex": "F", "dob": "1993-02-01", "id_number": "036193001234"}],
    )  # fmt: skip

    bits = score_against(MODEL, first, [again, namesake], COUNTS)

    assert bits[0] > MODEL.zones.same
    assert bits[1] < MODEL.zones.propose


def test_a_number_that_agrees_never_lowers_the_score() -> None:
    without = line(
        "two", members=[{"name": "Nguyễn Hoa", "relation": "head", "birth_year": 1970}]
    )
    with_number = line(
        "two",
        members=[{"name": "Nguyễn Hoa", "relation": "head", "birth_year": 1970, "id_number": "001170012345"}],
    )  # fmt: skip

    bits = score_against(MODEL, line(), [without, with_number], COUNTS)

    assert bits[1] >= bits[0]


def test_nobody_at_home_is_compared_too() -> None:
    empty = features_of_line({"submission_id": "empty", "members": []})

    assert np.isfinite(score(MODEL, empty, line(), COUNTS).bits)


def test_a_line_as_the_benchmark_writes_it_is_read() -> None:
    text = '{"submission_id":"uuid:1","round":"2019-03","address":null,"members":[{"name":"","age":70}]}'

    assert features_of_line(json.loads(text)).persons[0].year == 1949
