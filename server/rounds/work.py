"""One step for many households: what the page shows, and what is made of its form."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import request

from server.areas import queries as areas
from server.domain.poverty.explain import question_words
from server.domain.poverty.pack import Pack
from server.domain.poverty.verdicts import Answer
from server.domain.problems import Problem, Refused
from server.domain.procedure.numbers import Number, numbers
from server.domain.procedure.steps import NEVER_SKIPPED, Step
from server.domain.procedure.working_days import Term, terms
from server.rounds import acts, queries, scans, schemas, stepping
from server.rounds.queries import CaseRow
from server.rounds.tables import ReviewRound, RoundAct
from server.status import queries as status
from server.status.standards import find_standard
from server.status.tables import AssessmentRow
from server.web.forms import load
from server.web.i18n import _, language

WORKED_ON = (
    Step.SCREENED,
    Step.SURVEYED,
    Step.SCORED,
    Step.MEETING,
    Step.POSTED,
    Step.RECHECKED,
    Step.ASKED,
    Step.ANSWERED,
    Step.DECIDED,
)


@dataclass(frozen=True, slots=True)
class WorkPage:
    """The households that wait for a step, with what has to be seen of them."""

    review: ReviewRound
    step: Step
    group_code: str | None
    group_name: str
    rows: Sequence[CaseRow]
    assessed: Mapping[str, AssessmentRow]
    recognised: Mapping[str, str]
    pack: Pack | None
    problems: Sequence[Problem] = ()
    sent: Mapping[str, str] = field(default_factory=dict)

    @property
    def can_skip(self) -> bool:
        return self.step not in NEVER_SKIPPED

    @property
    def unread_sheet(self) -> bool:
        """Whether nobody has read the lines of Phiếu A under this standard."""
        return self.pack is None or self.pack.screening is None

    @property
    def numbers(self) -> Mapping[str, Number]:
        return numbers()

    @property
    def terms(self) -> Mapping[str, Term]:
        return terms()

    def value(self, name: str, otherwise: str = "") -> str:
        """What was typed before something was refused."""
        return self.sent.get(name, otherwise)

    def is_ticked(self, case_id: int) -> bool:
        """Everybody, or who was ticked before something was refused."""
        ticked = request.form.getlist("cases") if self.sent else None
        return ticked is None or str(case_id) in ticked

    def outcome(self, row: CaseRow) -> str:
        """The category a page proposes: what it comes to so far."""
        return self.value(f"outcome_{row.case.id}", row.case.category or "")


def page_of(
    review: ReviewRound,
    step: str,
    group_code: str | None,
    problems: Sequence[Problem] = (),
) -> WorkPage:
    """The page of a step. Refuses a step that nobody waits for."""
    if step not in {each.value for each in WORKED_ON}:
        raise Refused(Problem("page_not_found"), status=404)
    rows = queries.cases_at(review.id, Step(step), group_code)
    ids = {row.household.id for row in rows}
    assessed = status.assessments_of(ids)
    names = {each.code: each.name for each in areas.groups_of(review.area_id)}
    held = status.status_map(None, review.standard, review.begins_on)
    return WorkPage(
        review=review,
        step=Step(step),
        group_code=group_code,
        group_name=names.get(group_code or "", group_code or ""),
        rows=rows,
        assessed={
            id_: each
            for id_, found in assessed.items()
            for each in found
            if each.standard == review.standard
        },
        recognised={id_: held[id_] for id_ in ids & held.keys()},
        pack=find_standard(review.standard),
        problems=problems,
        sent=request.form if problems else {},
    )


@dataclass(frozen=True, slots=True)
class Result:
    """What is told when a step was taken; `act` can be undone as a whole."""

    text: str
    act: RoundAct | None = None
    warnings: Sequence[str] = ()


def carry_out(review: ReviewRound, step: str, by: Any) -> Result:
    """Do what the form of a step asks for."""
    wanted = request.form.get("do", "take")
    if wanted == "skip":
        sent = load(schemas.ReasonedSchema)
        stepping.skip(
            by=by, round_id=review.id, case_ids=sent["cases"], step=step,
            on=sent["on"], reason=sent["reason"],
        )  # fmt: skip
        return Result(_("Đã bỏ qua bước này cho {count} hộ.", count=len(sent["cases"])))
    if wanted in (Step.REFUSED, Step.LEFT):
        sent = load(schemas.ReasonedSchema)
        stepping.end(
            by=by, round_id=review.id, case_ids=sent["cases"], step=wanted,
            on=sent["on"], reason=sent["reason"],
        )  # fmt: skip
        return Result(_("Đã kết thúc hồ sơ của {count} hộ.", count=len(sent["cases"])))
    if step not in _TAKERS:
        raise Refused(Problem("page_not_found"), status=404)
    return _TAKERS[step](review, by)


def _screen(review: ReviewRound, by: Any) -> Result:
    sent = load(schemas.ChosenSchema)
    outcomes = {each: _of(each, "outcome") for each in sent["cases"]}
    stepping.screen(by=by, round_id=review.id, outcomes=outcomes, on=sent["on"])
    return Result(_("Đã ghi Phiếu A của {count} hộ.", count=len(outcomes)))


def _score(review: ReviewRound, by: Any) -> Result:
    sent = load(schemas.ChosenSchema)
    found = stepping.score(
        by=by, round_id=review.id, case_ids=sent["cases"], on=sent["on"]
    )
    left = [_unclear(code, ask) for code, ask in found.left]
    return Result(_("Đã chốt điểm {count} hộ.", count=found.count), warnings=left)


def _unclear(code: str, ask: Mapping[str, Any] | None) -> str:
    if ask is None:
        return _("{code}: chưa được chấm theo chuẩn của đợt này.", code=code)
    asked = question_words(Answer.from_dict(dict(ask)), language())
    return _("{code}: chưa phân loại được, cần hỏi: {asked}", code=code, asked=asked)


def _meet(review: ReviewRound, by: Any) -> Result:
    sent = load(schemas.MeetingSchema)
    act = acts.hold_meeting(
        by=by,
        round_id=review.id,
        on=sent["on"],
        document_number=sent["document_number"],
        place=sent["place"],
        chair=sent["chair"],
        attendance=acts.Attendance(sent["invited"], sent["attended"], sent["agreed"]),
        opinions=_opinions(sent["cases"]),
        note=sent["note"],
        scan=scans.received("scan"),
    )
    attendance = acts.Attendance(sent["invited"], sent["attended"], sent["agreed"])
    warnings = []
    if not attendance.is_enough:
        warnings = [_("Chưa đủ số hộ có mặt: cuộc họp được ghi lại, phải họp lần nữa.")]
    elif not attendance.is_agreed:
        warnings = [_("Chưa đủ số hộ đồng ý: các hộ phải được khảo sát và họp lại.")]
    return Result(_("Đã ghi biên bản họp dân."), act, warnings)


def _post(review: ReviewRound, by: Any) -> Result:
    sent = load(schemas.PostingSchema)
    act = acts.post(
        by=by, round_id=review.id, case_ids=sent["cases"], on=sent["on"],
        place=sent["place"], note=sent["note"],
    )  # fmt: skip
    return Result(_("Đã ghi ngày niêm yết. Hãy in bản niêm yết."), act)


def _ask(review: ReviewRound, by: Any) -> Result:
    sent = load(schemas.PaperSchema)
    act = acts.ask(
        by=by, round_id=review.id, case_ids=sent["cases"], on=sent["on"],
        document_number=sent["document_number"], note=sent["note"],
    )  # fmt: skip
    return Result(_("Đã ghi văn bản xin ý kiến."), act)


def _answer(review: ReviewRound, by: Any) -> Result:
    sent = load(schemas.PaperSchema)
    act = acts.answer(
        by=by, round_id=review.id, on=sent["on"],
        document_number=sent["document_number"],
        opinions=_opinions(sent["cases"]), note=sent["note"],
    )  # fmt: skip
    return Result(_("Đã ghi ý kiến cấp trên."), act)


def _decide(review: ReviewRound, by: Any) -> Result:
    sent = load(schemas.DecidedSchema)
    act = acts.decide(
        by=by,
        round_id=review.id,
        items={each: _of(each, "outcome") for each in sent["cases"]},
        document_number=sent["document_number"],
        decided_on=sent["on"],
        valid_from=sent["valid_from"],
        signer=sent["signer"],
        note=sent["note"],
        confirmation=sent["confirmation"],
    )
    return Result(_("Đã công nhận {count} hộ.", count=len(sent["cases"])), act)


_TAKERS: dict[str, Callable[[ReviewRound, Any], Result]] = {
    Step.SCREENED.value: _screen,
    Step.SCORED.value: _score,
    Step.MEETING.value: _meet,
    Step.POSTED.value: _post,
    Step.ASKED.value: _ask,
    Step.ANSWERED.value: _answer,
    Step.DECIDED.value: _decide,
}


def _opinions(case_ids: Sequence[int]) -> dict[int, acts.Opinion]:
    return {
        each: acts.Opinion(_of(each, "outcome"), _of(each, "text")) for each in case_ids
    }


def _of(case_id: int, name: str) -> str:
    """What the form says of one household."""
    return request.form.get(f"{name}_{case_id}", "")
