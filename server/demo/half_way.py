"""A review that is half way: some groups only surveyed, one about to meet, one whose
list hangs, and somebody who does not agree with it."""

from datetime import date, timedelta

from server.accounts.queries import find_user_by_login
from server.demo.ward import STAFF, Ward
from server.demo.year import RECOGNISED_GROUPS, STANDARD
from server.domain.actor import Actor
from server.domain.procedure.steps import Step
from server.registry.tables import HouseholdRow
from server.review.queries import doubtful_households
from server.rounds import actions, acts, queries, stepping
from server.rounds.queries import CaseRow
from server.rounds.tables import ReviewRound
from server.status.queries import LISTED, assessments_of, status_map

ROUND = "Rà soát các tổ còn lại, năm {year}"
# The group whose list hangs, and the one that is about to meet.
POSTED, MEETING = (max(RECOGNISED_GROUPS) + number for number in (1, 2))


def a_round_is_half_way(
    ward: Ward, today: date, households: list[HouseholdRow]
) -> None:
    """Open a round for the groups that no decision of this year names, and take some
    of them on their way."""
    user = find_user_by_login(STAFF[1][0])
    if user is None:
        return
    by = Actor("user", user.id, user.name)
    review = actions.open_round(
        by=by,
        kind="monthly",
        name=ROUND.format(year=today.year),
        area_id=ward.area_id,
        standard=STANDARD,
        begins_on=today - timedelta(days=20),
        ends_on=today + timedelta(days=10),
        responsible=user.name,
        upper_level="none",
        note="Dữ liệu mẫu",
    )
    _list(by, review, ward, households)
    for number in (POSTED, MEETING):
        _score(by, review, ward.group_code(number), today)
    _meet(by, review, ward.group_code(POSTED), today)
    _post(by, review, ward.group_code(POSTED), today)


def _list(
    by: Actor, review: ReviewRound, ward: Ward, households: list[HouseholdRow]
) -> None:
    """Who is on the lists, and who was assessed into one; pairs in doubt wait."""
    done = {ward.group_code(number) for number in RECOGNISED_GROUPS}
    ids = {row.id for row in households if row.group_code not in done}
    ids -= doubtful_households(ids).keys()
    before = status_map([ward.area_id], STANDARD, review.begins_on)
    carried = {each for each in ids if before.get(each) in LISTED}
    assessed = {
        each
        for each, rows in assessments_of(ids - carried).items()
        if any(row.category in LISTED for row in rows)
    }
    for chosen, origin in ((carried, "carried_over"), (assessed, "new")):
        if chosen:
            actions.put_on_list(
                by=by, round_id=review.id, household_ids=chosen, origin=origin,
                on=review.begins_on,
            )  # fmt: skip


def _at(review: ReviewRound, step: Step, group_code: str) -> list[CaseRow]:
    return queries.cases_at(review.id, step, group_code)


def _score(by: Actor, review: ReviewRound, group_code: str, today: date) -> None:
    waiting = _at(review, Step.SCORED, group_code)
    if waiting:
        stepping.score(
            by=by, round_id=review.id, on=today, case_ids=[r.case.id for r in waiting]
        )


def _meet(by: Actor, review: ReviewRound, group_code: str, today: date) -> None:
    waiting = _at(review, Step.MEETING, group_code)
    opinions = {row.case.id: acts.Opinion(row.case.category or "") for row in waiting}
    if not opinions:
        return
    acts.hold_meeting(
        by=by,
        round_id=review.id,
        on=today,
        document_number=f"{POSTED:02}/BB-TDP",
        place=f"Nhà văn hoá tổ {POSTED}",
        chair="Tổ trưởng tổ dân phố",
        attendance=acts.Attendance(40, 31, 30),
        opinions=opinions,
    )


def _post(by: Actor, review: ReviewRound, group_code: str, today: date) -> None:
    waiting = _at(review, Step.POSTED, group_code)
    if not waiting:
        return
    acts.post(
        by=by, round_id=review.id, case_ids=[row.case.id for row in waiting], on=today,
        place="Nhà văn hoá và trụ sở UBND",
    )  # fmt: skip
    stepping.complain(
        by=by,
        round_id=review.id,
        case_id=waiting[0].case.id,
        on=today,
        who="Một người trong tổ (dữ liệu mẫu)",
        text="Con cả của hộ gửi tiền về hằng tháng, phiếu chưa ghi.",
    )
