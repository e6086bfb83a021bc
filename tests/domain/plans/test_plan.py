"""Plans as data: read, checked, and measured."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import yaml

from server.domain.plain import from_plain, to_plain
from server.domain.plans.plan import Plan, Target, allotted, problems_of, read_plan
from server.domain.plans.progress import Counts, NoneLeftProgress, Progress

EXAMPLE = Path("server/plans/examples/dong-da-2019.yaml")


def example() -> Plan:
    return read_plan(yaml.safe_load(EXAMPLE.read_text(encoding="utf-8")))


def test_the_example_says_what_is_known_of_the_plan_of_2019_and_no_more() -> None:
    plan = example()

    assert plan.number == "108/KH-UBND"
    assert [(each.category, each.reduce_by) for each in plan.targets] == [
        ("POOR", 43),
        ("NEAR_POOR", 29),
    ]
    assert [(each.group, each.category) for each in plan.none_left] == [
        ("merit", "POOR")
    ]
    assert plan.activities == ()  # not read
    assert plan.standard_quality == "unknown"
    assert len(plan.unknown) == 5
    assert problems_of(plan) == ()
    assert from_plain(Plan, to_plain(plan)) == plan


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"number": " "}, "plan_field_missing"),
        ({"end": date(2019, 1, 1)}, "plan_days_reversed"),
        ({"targets": (), "none_left": ()}, "plan_without_target"),
        ({"targets": (Target("POOR", 1), Target("POOR", 2))}, "plan_target_twice"),
        ({"targets": (Target("POOR", -1),)}, "plan_target_size"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_with_the_reason(
    changes: dict[str, object], code: str
) -> None:
    found = problems_of(replace(example(), **changes))  # type: ignore[arg-type]

    assert [each.code for each in found] == [code]


@pytest.mark.parametrize(
    "broken", [{"start": ""}, {"targets": [{"category": "RICH", "reduce_by": 1}]}]
)
def test_a_file_that_is_not_understood_raises(broken: dict[str, object]) -> None:
    loaded = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))

    with pytest.raises(ValueError, match=r"missing|none of"):
        read_plan({**loaded, **broken})


def test_targets_of_wards_add_up_beside_the_target_of_the_whole() -> None:
    plan = replace(example(), targets=(Target("POOR", 43), Target("POOR", 20, "00178")))

    assert allotted(plan, "POOR") == 20
    assert allotted(plan, "NEAR_POOR") is None


@pytest.mark.parametrize(
    ("now", "is_met", "remaining"), [(57, True, 0), (58, False, 1), (56, True, 0)]
)
def test_a_target_is_met_at_and_not_below_its_number(
    now: int, is_met: bool, remaining: int
) -> None:
    found = Progress(Counts(start=100, now=now, exits=0), Target("POOR", 43))

    assert (found.is_met, found.remaining) == (is_met, remaining)


def test_the_projection_adds_what_is_assessed_and_not_recognised_yet() -> None:
    counts = Counts(start=100, now=80, exits=25, waiting_off=30, waiting_on=5)

    assert Progress(counts, Target("POOR", 43)).projected == 45
    assert Progress(counts, Target("POOR", 43, measure="exits")).projected == 55
    assert Progress(counts).is_met is None


def test_without_any_list_a_target_is_neither_met_nor_missed() -> None:
    assert Progress(Counts(0, 0, 0), Target("POOR", 43)).is_met is None


def test_none_left_is_not_met_while_something_is_unknown() -> None:
    assert NoneLeftProgress((), ()).is_met is True
    assert NoneLeftProgress((), ("h",)).is_met is None
    assert NoneLeftProgress(("h",), ()).is_met is False
