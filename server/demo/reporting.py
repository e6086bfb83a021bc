"""What the demo's officer made of the register: a table that is kept for good, and a
scenario, which is not the law."""

from datetime import date

from server.demo.ward import Ward, actor_of_the_ward
from server.demo.year import STANDARD
from server.domain.actor import Scope
from server.domain.reporting.definition import catalogue
from server.domain.scenarios.scenario import NamedScenario, SupposedLine
from server.reports import actions as reports
from server.reports.official_asked import asked
from server.scenarios.actions import enter_scenario
from server.scenarios.counting import moment_of
from server.scenarios.taking import take_register

TABLE = "summary"
NOTE = "Dữ liệu mẫu"


def a_report_is_kept(ward: Ward) -> None:
    """The summary of the ward as it is known now."""
    wanted = asked({"standard": STANDARD}, Scope(frozenset({ward.area_id})))
    reports.freeze(
        by=actor_of_the_ward(),
        definition=catalogue().tables[TABLE],
        question=wanted.question,
        unit=wanted.unit,
        unit_name=wanted.signed_name,
        note=NOTE,
    )


def a_scenario_is_made(ward: Ward, today: date) -> None:
    """What a higher line in towns would change."""
    scenario = NamedScenario(
        name="Nếu chuẩn thu nhập thành thị là 2.500.000 đồng (dữ liệu mẫu)",
        standard=STANDARD,
        on=today,
        lines=(SupposedLine("income", "urban", "policy", 2_500_000),),
        note=NOTE,
    )
    enter_scenario(by=actor_of_the_ward(), scenario=scenario, area_id=ward.area_id)
    take_register(moment=moment_of(scenario))
