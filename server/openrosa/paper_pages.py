"""The survey on paper, for the day on which a phone gave up: empty, for one household, or
for a whole group of a round."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import render_template, request

from server.areas.queries import area_on, get_area
from server.domain.problems import Problem, Refused
from server.domain.procedure.steps import Step
from server.openrosa import queries
from server.openrosa.paper_form import PaperSection, sections_of
from server.openrosa.tables import ReleasedForm
from server.registry import queries as registry
from server.registry.roster import ListedPerson, people_of
from server.registry.tables import HouseholdRow
from server.rounds import queries as rounds
from server.web import exports
from server.web.i18n import language
from server.web.security import STAFF, allow, scope

FORM = "household_review"
PEOPLE_ACROSS = 4  # columns of a page
SPARE = 1  # columns for who came since
MOST_AT_ONCE = 60
LIST_NAME = "phieu-b"


@dataclass(frozen=True, slots=True)
class Paper:
    """The form of one household; of none, an empty one. `people` are as wide as the
    page, page by page; None is a column to fill in. `known`: answers that are known already,
    by the path of their question."""

    household: HouseholdRow | None
    place: str
    known: Mapping[str, str]
    people: Sequence[Sequence[ListedPerson | None]]


@allow(*STAFF)
def blank_paper() -> str:
    """An empty form."""
    return _page([_paper(None)], {})


@allow(*STAFF)
def paper_of(household_id: str) -> str:
    """The form of a household, with who lives there."""
    row = registry.get_household(household_id, scope())
    return _page([_paper(row)], {"household": row.id})


@allow(*STAFF)
def papers_of_round(round_id: int) -> str:
    """The forms of those in a round who wait for their survey, of a group or of all."""
    review = rounds.get_round(round_id, scope())
    group = request.args.get("group") or None
    rows = rounds.cases_at(review.id, Step.SURVEYED, group)
    if len(rows) > MOST_AT_ONCE:
        values = {"count": len(rows), "most": MOST_AT_ONCE}
        raise Refused(Problem("paper_form_for_too_many", "group", values))
    papers = [_paper(each.household) for each in rows]
    return _page(papers, {"round": review.id, "group_code": group or ""})


def released_form() -> ReleasedForm:
    """The newest form of the review, as phones have it."""
    found = [each for each in queries.newest_forms() if each.form_id == FORM]
    if not found:
        raise Refused(Problem("paper_form_not_released"), status=404)
    return found[0]


def _page(papers: Sequence[Paper], narrowed: dict[str, object]) -> str:
    form = released_form()
    sections = sections_of(form.xform, language())
    if any(each.household for each in papers):
        exports.tell(LIST_NAME, exports.PRINT, narrowed, len(papers))
    return render_template(
        "openrosa/paper_form.html",
        form=form,
        papers=papers,
        parts=parts_of(sections),
    )


def parts_of(sections: Sequence[PaperSection]) -> list[Sequence[PaperSection]]:
    """What is asked before the people, of each of them, and after."""
    places = [at for at, each in enumerate(sections) if each.of_members]
    first, last = places[0], places[-1] + 1
    return [sections[:first], sections[first:last], sections[last:]]


def _paper(row: HouseholdRow | None) -> Paper:
    known = people_of(row) if row is not None else []
    columns: list[ListedPerson | None] = [*known, *[None] * SPARE]
    while len(columns) % PEOPLE_ACROSS:
        columns.append(None)
    pages = [
        columns[at : at + PEOPLE_ACROSS] for at in range(0, len(columns), PEOPLE_ACROSS)
    ]
    if row is None:
        return Paper(None, "", {}, pages)
    group = area_on(row.group_code, row.review_date) if row.group_code else None
    place = group.name if group else ""
    known = {"place/ward": get_area(row.area_id).name, "place/residential_group": place}
    return Paper(row, place, known, pages)
