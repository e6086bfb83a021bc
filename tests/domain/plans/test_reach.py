"""What keeps a household on a list, and the least that would take it off."""

from datetime import date

import pytest

from server.domain.plans.reach import reach
from server.domain.poverty.load import load_pack
from server.domain.poverty.pack import AreaType, PovertyCategory
from server.domain.survey.record import Household
from tests.domain.poverty.households import household

DAY = date(2026, 10, 1)
POOR, NEAR = PovertyCategory.POOR, PovertyCategory.NEAR_POOR
URBAN = AreaType.URBAN


def far(given: Household, category: PovertyCategory, pack: str = "vn-2022") -> object:
    found = reach(given, DAY, load_pack(pack), URBAN, category)
    return found.is_off, found.fewer_lacks, found.more


@pytest.mark.parametrize(
    ("given", "category", "expected"),
    [
        # 2022: poor needs both, so one lack less makes near-poor and 76 points end it.
        (household(lacks=("WATER", "TOILET", "TELECOM"), b1_score=100), POOR,
         (False, 1, 76)),
        (household(lacks=("WATER", "TOILET", "TELECOM", "HOUSE_AREA"), b1_score=175),
         POOR, (False, 2, 1)),
        (household(lacks=("WATER",), b1_score=175), NEAR, (False, None, 1)),
        (household(lacks=("WATER",), b1_score=176), NEAR, (True, None, None)),
        # Near-poor now, still on the list of the poor.
        (household(lacks=("WATER",), b1_score=100), POOR, (True, 1, 1)),
    ],
)  # fmt: skip
def test_the_least_that_takes_a_household_off_its_list(
    given: Household, category: PovertyCategory, expected: tuple[object, ...]
) -> None:
    assert far(given, category)[0] == expected[0]  # type: ignore[index]
    if not expected[0]:
        assert far(given, category) == expected


def test_under_the_standard_of_2016_lacks_do_not_help_who_is_poor_by_income() -> None:
    given = household(lacks=("WATER",), income_per_capita=900_000)

    assert far(given, POOR, "vn-2016") == (False, None, 1)


def test_what_is_not_known_is_no_reason_to_be_near() -> None:
    found = reach(
        household(lacks=("WATER", "TOILET", "TELECOM")),
        DAY, load_pack("vn-2022"), URBAN, POOR,
    )  # fmt: skip

    assert (found.is_off, found.fewer_lacks, found.more) == (False, None, None)
    assert found.ask is not None
    assert found.effort > (1, 5, 5)


def test_the_nearest_come_first() -> None:
    pack = load_pack("vn-2022")
    off, one, two = (
        reach(each, DAY, pack, URBAN, POOR).effort
        for each in (
            household(lacks=(), b1_score=300),
            household(lacks=("WATER", "TOILET", "TELECOM"), b1_score=100),
            household(lacks=("WATER", "TOILET", "TELECOM", "HOUSE_AREA"), b1_score=100),
        )
    )

    assert off < one < two
