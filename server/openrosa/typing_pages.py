"""The page on which the office types in a survey that was made on paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from server import clock
from server.areas.queries import get_area, groups_of, wards
from server.areas.tables import Area
from server.domain.problems import Problem, Refused
from server.domain.survey.record import BirthDate, Member
from server.openrosa.paper_form import PaperQuestion, PaperSection, sections_of
from server.openrosa.paper_pages import parts_of, released_form
from server.openrosa.typing_in import (
    MOST_PEOPLE,
    answers_in,
    field_of,
    is_typed,
    type_in,
)
from server.registry import queries as registry
from server.registry.tables import HouseholdRow
from server.web.i18n import _, language
from server.web.security import STAFF, actor, allow, scope

_PERSON = "household/roster/member/person/"
MOST_NAMED = 5
PLACE = "place/residential_group"
WARD = "place/ward"


@dataclass(frozen=True, slots=True)
class TypingPage:
    """What is asked, and what stands in the fields."""

    household: HouseholdRow | None
    parts: Sequence[Sequence[PaperSection]]
    people: int
    places: Sequence[tuple[Area, Area]]  # group, ward
    known: Mapping[str, str]
    problems: Sequence[Problem] = ()
    refused: frozenset[str] = field(default_factory=frozenset)

    @property
    def told(self) -> list[Problem]:
        """What is said above the form: of many missing answers the first, and how many
        there are; each field is marked."""
        missing = [p for p in self.problems if p.code == "paper_answer_missing"]
        if len(missing) <= MOST_NAMED:
            return list(self.problems)
        named = "; ".join(str(p.values["question"]) for p in missing[:MOST_NAMED])
        values = {"count": len(missing), "questions": named}
        others = [p for p in self.problems if p not in missing]
        return [Problem("paper_answers_missing", "", values), *others]

    def asked(self, section: PaperSection) -> list[PaperQuestion]:
        """The questions of a section that have a field of their own here."""
        return [
            each for each in section.questions if is_typed(each) and each.path != WARD
        ]

    def values(self, name: str) -> list[str]:
        """What was typed, or what is known."""
        if request.method == "POST":
            return request.form.getlist(name)
        return [self.known[name]] if name in self.known else []

    def value(self, name: str) -> str:
        """The only one, or none."""
        return next(iter(self.values(name)), "")


@allow(*STAFF)
def type_in_page(household_id: str | None = None) -> str:
    """The fields, with what is known of who lives there."""
    return _shown(_page(household_id))


@allow(*STAFF)
def typed_in(household_id: str | None = None) -> Response | tuple[str, int]:
    """Keep what was typed, or say everything that is missing or wrong."""
    page = _page(household_id)
    form = released_form()
    sections = [each for part in page.parts for each in part]
    try:
        answers = answers_in(request.form, sections, page.people)
        group, ward = _place_of(page, str(answers.get(field_of(PLACE), "")))
        answers |= {field_of(PLACE): group.code, field_of(WARD): ward.code}
        submission_id = type_in(
            by=actor(), form=form, sections=sections, answers=answers,
            household=page.household, area_id=ward.id,
        )  # fmt: skip
    except Refused as refused:
        shown = _page(household_id, refused.problems)
        return _shown(shown), 422
    flash(_("Đã ghi phiếu giấy. Vài giây sau phiếu được ghi vào hộ."), "success")
    return redirect(url_for("inbox.submission", submission_id=submission_id), 303)


def _shown(page: TypingPage) -> str:
    return render_template(
        "openrosa/typing_in.html", page=page, field_of=field_of, today=clock.today()
    )


def _page(household_id: str | None, problems: Sequence[Problem] = ()) -> TypingPage:
    row = registry.get_household(household_id, scope()) if household_id else None
    sections = sections_of(released_form().xform, language())
    if row is None:
        sections = tuple(
            each for each in sections
            if not each.questions[0].path.startswith("confirm/")
        )  # fmt: skip
    members = registry.golden_of(row).household.members if row is not None else ()
    return TypingPage(
        household=row,
        parts=parts_of(sections),
        people=_people(len(members)),
        places=_places(row),
        known=_known(row, members),
        problems=problems,
        refused=frozenset(each.path for each in problems),
    )


def _people(known: int) -> int:
    text = request.values.get("people", "")
    number = int(text) if text.isdecimal() and len(text) < 3 else known
    return min(max(number, 1), MOST_PEOPLE)


def _places(row: HouseholdRow | None) -> list[tuple[Area, Area]]:
    """Every group that may be chosen; for a known household those of its ward."""
    seen = [get_area(row.area_id)] if row is not None else wards(scope())
    return [(group, ward) for ward in seen for group in groups_of(ward.id)]


def _place_of(page: TypingPage, code: str) -> tuple[Area, Area]:
    for group, ward in page.places:
        if group.code == code:
            return group, ward
    raise Refused(Problem("paper_answer_missing", field_of(PLACE),
                          {"question": _("Tổ dân phố")}))  # fmt: skip


def _known(row: HouseholdRow | None, members: Sequence[Member]) -> dict[str, str]:
    if row is None:
        return {}
    found = {
        field_of(PLACE): row.group_code,
        field_of("household/contact/head_name"): row.head_name,
    }
    for number, each in enumerate(members, start=1):
        said = {
            "full_name": each.full_name,
            "relation_to_head": each.relation_to_head,
            "sex": each.sex,
            **_birth(each.birth),
        }
        found |= {
            field_of(_PERSON + name, number): str(value)
            for name, value in said.items()
            if value
        }
    return found


def _birth(birth: BirthDate | None) -> dict[str, str]:
    if birth is None:
        return {}
    if birth.day and birth.month:
        day = f"{birth.year:04}-{birth.month:02}-{birth.day:02}"
        return {"birth_precision": "full_date", "birth_date": day}
    month = {"birth_month_stated": str(birth.month)} if birth.month else {}
    kind = "month_year" if birth.month else "year_only"
    return {"birth_precision": kind, "birth_year_stated": str(birth.year), **month}
