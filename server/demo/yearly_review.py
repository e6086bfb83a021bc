"""The yearly review of the demo's ward, each group a step further than the next: seven
have their decision, after somebody complained about one household; the list of one hangs,
with a complaint that waits; one is about to meet; the others are surveyed.

Everything goes through the actions behind the pages of the review, with the days of the
story.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from server.demo.drawn import minutes
from server.demo.keeping import kept, photos
from server.demo.story_days import StoryDays
from server.demo.ward import Ward, actor_of_the_ward
from server.demo.year import RECOGNISED_GROUPS, SIGNER, STANDARD, THIS_YEAR
from server.domain.actor import Actor
from server.domain.procedure.steps import Step
from server.registry.tables import HouseholdRow
from server.review.queries import doubtful_households
from server.rounds import actions, acts, queries, stepping
from server.rounds.queries import CaseRow
from server.status.queries import LISTED, assessments_of

ROUND = "Rà soát định kỳ năm {year}"
NOTE = "Dữ liệu mẫu"
# The group whose list hangs, and the one that is about to meet.
POSTED, MEETING = (max(RECOGNISED_GROUPS) + number for number in (1, 2))
ATTENDANCE = acts.Attendance(invited=40, attended=31, agreed=30)


def the_ward_is_reviewed(
    ward: Ward, days: StoryDays, households: Sequence[HouseholdRow]
) -> None:
    """Open the round and take every group as far as it has come."""
    review = _Review(actor_of_the_ward(), ward, days, households)
    review.put_on_list()
    review.decide_first_groups()
    review.hang_a_list()
    review.score([MEETING], days.decided)


class _Review:
    """The round, with what is done in it for some groups at a time."""

    def __init__(
        self, by: Actor, ward: Ward, days: StoryDays, households: Sequence[HouseholdRow]
    ) -> None:
        self.by, self.ward, self.days, self.households = by, ward, days, households
        self.doubtful = doubtful_households({row.id for row in households}).keys()
        # Everybody on last year's list is on the list of a yearly round.
        self.round = actions.open_round(
            by=by, kind="yearly", name=ROUND.format(year=days.decided.year),
            area_id=ward.area_id, standard=STANDARD, begins_on=days.begun,
            ends_on=days.decided + timedelta(days=10), responsible=by.name,
            upper_level="none", note=NOTE,
        )  # fmt: skip

    def put_on_list(self) -> None:
        """Who was found poor at the door, and one household that asks for a review."""
        certain = {row.id for row in self.households} - self.doubtful
        found = {
            household_id
            for household_id, rows in assessments_of(certain).items()
            if any(row.category in LISTED for row in rows)
        }
        self._list(found, "new")
        listed = {row.case.household_id for row in queries.cases_at(self.round.id)}
        code = self.ward.group_code(MEETING)
        asking = [r.id for r in self.households if r.group_code == code]
        self._list([i for i in asking if i in certain - listed][:1], "requested")

    def decide_first_groups(self) -> None:
        """From the scoring to the decision, with a complaint and its re-check."""
        days, groups = self.days, RECOGNISED_GROUPS
        self.score(groups, days.scored)
        for number in groups:
            self.meet(number, days.met)
        self.post(groups, days.posted)
        disputed = self._at(Step.DECIDED, groups)[0]
        self.complain(
            disputed,
            days.complained,
            "Hộ mới mua xe máy, thu nhập chắc cao hơn phiếu ghi.",
        )
        stepping.recheck(
            by=self.by, round_id=self.round.id, case_id=disputed.case.id,
            on=days.rechecked, category=disputed.case.category or "",
            reason="Đã xem giấy tờ: xe mua trả góp để chở hàng, thu nhập đúng như phiếu.",
        )  # fmt: skip
        self.post(groups, days.rechecked)
        self.decide(groups)

    def hang_a_list(self) -> None:
        """A list was put up today, and somebody does not agree with it."""
        today = self.days.decided
        self.score([POSTED], today)
        self.meet(POSTED, today)
        self.post([POSTED], today)
        waiting = self._at(Step.DECIDED, [POSTED])
        if waiting:
            text = "Con cả của hộ gửi tiền về hằng tháng, phiếu chưa ghi."
            self.complain(waiting[0], today, text)

    def score(self, groups: Sequence[int], on: date) -> None:
        waiting = self._at(Step.SCORED, groups)
        if waiting:
            stepping.score(
                by=self.by, round_id=self.round.id, on=on,
                case_ids=[row.case.id for row in waiting],
            )  # fmt: skip

    def meet(self, number: int, on: date) -> None:
        """The first group's minutes were scanned."""
        waiting = self._at(Step.MEETING, [number])
        if not waiting:
            return
        scan = (
            kept(f"bien-ban-to-{number}.jpg", minutes(), photos())
            if number == 1
            else None
        )
        acts.hold_meeting(
            by=self.by, round_id=self.round.id, on=on, attendance=ATTENDANCE,
            document_number=f"{number:02}/BB-TDP", place=f"Nhà văn hoá tổ {number}",
            chair=f"Tổ trưởng tổ dân phố {number}", note=NOTE, scan=scan,
            opinions={r.case.id: acts.Opinion(r.case.category or "") for r in waiting},
        )  # fmt: skip

    def post(self, groups: Sequence[int], on: date) -> None:
        waiting = self._at(Step.POSTED, groups)
        if waiting:
            acts.post(
                by=self.by, round_id=self.round.id, on=on, place="Trụ sở UBND",
                case_ids=[row.case.id for row in waiting],
            )  # fmt: skip

    def complain(self, row: CaseRow, on: date, text: str) -> None:
        stepping.complain(
            by=self.by, round_id=self.round.id, case_id=row.case.id, on=on,
            who="Một người trong tổ (dữ liệu mẫu)", text=text,
        )  # fmt: skip

    def decide(self, groups: Sequence[int]) -> None:
        number = f"{THIS_YEAR}/{self.days.decided.year}"
        items = {
            row.case.id: row.case.category or ""
            for row in self._at(Step.DECIDED, groups)
        }
        acts.decide(
            by=self.by, round_id=self.round.id, items=items, document_number=number,
            decided_on=self.days.decided, valid_from=self.days.decided, signer=SIGNER,
            note=NOTE, confirmation=number,
        )  # fmt: skip

    def _list(self, household_ids: set[str] | list[str], origin: str) -> None:
        if household_ids:
            actions.put_on_list(
                by=self.by, round_id=self.round.id, household_ids=household_ids,
                origin=origin, on=self.days.begun,
            )  # fmt: skip

    def _at(self, step: Step, groups: Sequence[int]) -> list[CaseRow]:
        """Whose next step it is; who may be counted twice waits for a person."""
        codes = {self.ward.group_code(number) for number in groups}
        return [
            row
            for row in queries.cases_at(self.round.id, step)
            if row.household.group_code in codes
            and row.household.id not in self.doubtful
        ]
