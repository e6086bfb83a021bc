"""A made-up plan of the year for the demo's ward, and how many households live there, so
that the pages of plans and of official tables have something to show."""

from datetime import date

from server.areas.queries import get_area
from server.demo.ward import Ward
from server.demo.year import STANDARD
from server.domain.actor import SYSTEM
from server.domain.plans.plan import Activity, NoneLeft, Plan, Target
from server.plans.actions import enter_plan, set_activity_state
from server.reports.actions import enter_residents

SOURCE = "Dữ liệu mẫu"
KEY = "du-lieu-mau"
RESIDENTS = 320


def plan_is_made(ward: Ward, today: date) -> None:
    """Targets of the year with two activities, one of them late."""
    first, last = date(today.year, 1, 1), date(today.year, 12, 31)
    area = get_area(ward.area_id)
    plan = Plan(
        key=KEY,
        number="12/KH-UBND",
        title=f"Kế hoạch giảm nghèo năm {today.year} ({SOURCE.lower()})",
        issuer=f"UBND {area.name[:1].lower()}{area.name[1:]}",
        signed_on=None,
        area_code=area.code,
        standard=STANDARD,
        standard_quality="official",
        start=first,
        end=last,
        source=SOURCE,
        targets=(
            Target("POOR", 4, quality="official"),
            Target("NEAR_POOR", 3, measure="exits", quality="official"),
        ),
        none_left=(NoneLeft("merit", "POOR", "official"),),
        activities=(
            Activity("1", "Thăm từng hộ nghèo, ghi nhu cầu hỗ trợ",
                     "Tổ trưởng các tổ dân phố", first.replace(month=6), "official"),
            Activity("2", "Giới thiệu việc làm cho người có khả năng lao động",
                     "Hội Phụ nữ phường", last, "official"),
        ),
    )  # fmt: skip
    enter_plan(by=SYSTEM, plan=plan)
    set_activity_state(by=SYSTEM, key=KEY, activity_key="2", state="doing")
    enter_residents(
        by=SYSTEM,
        area_id=area.id,
        on=first,
        households=RESIDENTS,
        persons=None,
        source=SOURCE,
    )
