"""Phone and server read the same answers and find the same, for every indicator.

The answers are those of the form's own tests, filled in with ODK's engine and read back
by the server.
"""

from datetime import date

import pytest

from server.domain.poverty.classify import judge_indicators
from server.domain.poverty.load import load_pack
from server.domain.survey.normalise import from_openrosa
from tests.forms.indicator_cases import Case, name_of
from tests.forms.review import send
from tests.forms.test_indicators_2016 import CASES as CASES_2016
from tests.forms.test_indicators_2022 import CASES as CASES_2022

RECEIVED = date(2026, 11, 24)


@pytest.mark.parametrize("case", [*CASES_2022, *CASES_2016], ids=name_of)
def test_the_server_finds_what_the_phone_found(case: Case) -> None:
    answers = case[-1]

    record = from_openrosa(send(answers).root, RECEIVED).record

    assert record is not None
    for standard in ("vn-2022", "vn-2016"):
        judged = judge_indicators(
            record.household, record.review_date, load_pack(standard)
        )
        computed = {each.code: each.computed.deprived for each in judged}
        phone = record.household.phone_results.get(standard, {})
        assert computed == {code: phone.get(code) for code in computed}
