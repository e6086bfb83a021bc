"""What a real engine fills in is what the register understands, field by field."""

from datetime import date
from typing import Any

from server.domain.survey.normalise import Normalised, from_openrosa
from server.domain.survey.record import BirthDate, Identifier, Override, Position
from tests.forms.answers import CHILD, known_household, member, new_household
from tests.forms.review import NGA, listed, send

RECEIVED = date(2026, 11, 24)


def understood(answers: dict[str, Any], *households: dict[str, str]) -> Normalised:
    return from_openrosa(send(answers, *households).root, RECEIVED)


def test_a_whole_household_is_understood_without_a_problem() -> None:
    result = understood(new_household(member(1), member(2, CHILD)))

    assert result.problems == ()
    assert result.ignored == ()
    assert result.record is not None
    household = result.record.household
    assert (household.ward_code, household.group_code) == ("00199", "00199-07")
    assert [one.full_name for one in household.members] == [
        "Nguyễn Văn An",
        "Nguyễn Gia Bảo",
    ]
    assert household.address.alley == "7/9"
    assert household.phones == ("0912345678",)
    assert household.position == Position(21.0205, 105.835, 12.0, 4.5)
    assert household.economy.income_per_capita == 6_000_000
    assert household.information.devices == ("tv", "smartphone")
    assert {k: len(v) for k, v in household.phone_results.items()} == {
        "vn-2022": 12,
        "vn-2016": 10,
    }


def test_identity_numbers_and_births_arrive_as_they_were_told() -> None:
    person = member(
        1,
        birth_precision="year_only",
        birth_date=None,
        birth_year_stated="1980",
        identity_kinds=["cccd12", "cmnd9"],
        cccd12_number="001080012345",
        cmnd9_number="012345678",
    )

    record = understood(new_household(person)).record

    assert record is not None
    (head,) = record.household.members
    assert head.birth == BirthDate(1980)
    assert set(head.identifiers) == {
        Identifier("cccd12", "001080012345"),
        Identifier("cmnd9", "012345678"),
    }


def test_none_of_these_is_an_empty_answer_and_not_known_is_no_answer() -> None:
    changes = {
        "/household/information/devices": ["none"],
        "/household/information/uses_internet": "unknown",
    }

    record = understood(new_household(changes=changes)).record

    assert record is not None
    household = record.household
    assert household.information.devices == ()
    assert household.information.uses_internet is None
    assert household.phone_results["vn-2022"]["INFO_ASSET"] is True
    assert "TELECOM" not in household.phone_results["vn-2022"]
    assert household.causes is None


def test_an_overruled_indicator_arrives_with_its_reason() -> None:
    page = "/household/standard_2022/override_2022[1]/override_page_2022"
    changes = {
        "/household/standard_2022/results_2022/overruled_2022": ["WATER"],
        f"{page}/override_deprived_2022": "yes",
        f"{page}/override_reason_2022": "Mất nước sáu tháng",
    }

    record = understood(new_household(changes=changes)).record

    assert record is not None
    expected = Override("vn-2022", "WATER", deprived=True, reason="Mất nước sáu tháng")
    assert record.household.overrides == (expected,)
    assert record.household.phone_results["vn-2022"]["WATER"] is False


def test_an_unchanged_household_is_understood_as_a_confirmation() -> None:
    result = understood(known_household("nga", NGA), listed())

    assert result.problems == ()
    assert result.record is not None
    assert result.record.is_unchanged
    assert result.record.entity is not None
    assert (result.record.entity.id, result.record.entity.is_create) == (NGA, False)
    assert result.record.entity.base_version == 3
