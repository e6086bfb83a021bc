"""The queue of pairs that wait for a person."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import aliased

from server.areas.tables import Area
from server.db import within
from server.domain.actor import Scope
from server.domain.matching.explain import TOPICS, topic
from server.registry import queries as registry
from server.registry.tables import HouseholdRow
from server.review.queries import visible_proposals
from server.review.tables import MergeProposal
from server.review.words import (
    BANDS,
    band_labels,
    band_of,
    main_sentence,
    state_labels,
)
from server.web.i18n import _, language
from server.web.listing import Column, Filter, Listing

Left, Right = aliased(HouseholdRow), aliased(HouseholdRow)
LeftArea, RightArea = aliased(Area), aliased(Area)
Apply = Callable[[Select[Any], str], Select[Any]]


@dataclass(frozen=True, slots=True)
class SideName:
    """A household in a line of a list; `name` is blank for one of another area."""

    household_id: str
    name: str
    code: str
    area: str

    @property
    def text(self) -> str:
        """What may be said of it: the head, or only where it is."""
        return self.name or _("Hộ ngoài địa bàn")


def side_names(row: Any, scope: Scope) -> tuple[SideName, SideName]:
    """The two households of a row of either list."""
    return _side(row[1], row[3], scope), _side(row[2], row[4], scope)


def is_masked(row: Any, scope: Scope) -> bool:
    """Whether one of the two households lies outside the reader's areas."""
    return not (scope.holds(row[1].area_id) and scope.holds(row[2].area_id))


def queue(scope: Scope, wards: tuple[tuple[str, str], ...], state: str) -> Listing:
    """One line for each pair of households: their best proposal in that `state`."""
    proposals = (
        visible_proposals(scope)
        .where(MergeProposal.state == state)
        .with_only_columns(
            MergeProposal.id,
            MergeProposal.score,
            MergeProposal.left_household_id,
            MergeProposal.right_household_id,
        )
        .subquery()
    )
    rank = func.row_number().over(
        partition_by=_pair_key(
            proposals.c.left_household_id, proposals.c.right_household_id
        ),
        order_by=(proposals.c.score.desc(), proposals.c.id.desc()),
    )
    ranked = select(proposals.c.id, rank.label("rank")).subquery()
    statement = (
        _with_sides(select(MergeProposal, Left, Right, LeftArea.name, RightArea.name))
        .join(ranked, ranked.c.id == MergeProposal.id)
        .where(ranked.c.rank == 1)
    )
    return Listing(
        name="de-nghi-gop",
        statement=statement,
        columns=_queue_columns(scope),
        identity=MergeProposal.id,
        filters=(
            text_filter(scope),
            Filter("ward", _("Phường, xã"), _in_ward, choices=wards),
            Filter("band", _("Mức giống"), _in_band, choices=choices_of(band_labels())),
            Filter(
                "evidence",
                _("Bằng chứng"),
                _with_evidence,
                choices=tuple((code, topic(code, language())) for code in TOPICS),
            ),
            # The statement knows the state already; this one shows the choice.
            Filter(
                "state", _("Tình trạng"), _as_is, choices=choices_of(state_labels())
            ),
        ),
        default_sort="-score",
    )


def _queue_columns(scope: Scope) -> tuple[Column, ...]:
    bands = band_labels()
    return (
        Column(
            "left",
            _("Hộ A"),
            lambda row: side_names(row, scope)[0].text,
            link=lambda row: url_for("review.proposal", proposal_id=row[0].id),
        ),
        Column("right", _("Hộ B"), lambda row: side_names(row, scope)[1].text),
        Column("ward", _("Phường, xã"), _wards),
        Column(
            "score",
            _("Mức giống"),
            lambda row: bands[band_of(row[0])],
            sort=MergeProposal.score,
        ),
        Column(
            "evidence",
            _("Bằng chứng chính"),
            lambda row: main_sentence(row[0], is_masked=is_masked(row, scope)),
        ),
        Column(
            "since",
            _("Chờ từ"),
            lambda row: row[0].created_at,
            sort=MergeProposal.created_at,
            kind="instant",
        ),
    )


def _with_sides(statement: Select[Any]) -> Select[Any]:
    return (
        statement.join(Left, Left.id == MergeProposal.left_household_id)
        .join(Right, Right.id == MergeProposal.right_household_id)
        .outerjoin(LeftArea, LeftArea.id == MergeProposal.left_area_id)
        .outerjoin(RightArea, RightArea.id == MergeProposal.right_area_id)
    )


def _side(household: HouseholdRow, area: str | None, scope: Scope) -> SideName:
    is_mine = scope.holds(household.area_id)
    return SideName(
        household_id=household.id if is_mine else "",
        name=(household.head_name or household.code) if is_mine else "",
        code=household.code if is_mine else "",
        area=area or "",
    )


def _wards(row: Any) -> str:
    return ", ".join(dict.fromkeys(name for name in (row[3], row[4]) if name))


def _pair_key(left: Any, right: Any) -> Any:
    return case((left < right, left + "|" + right), else_=right + "|" + left)


def text_filter(scope: Scope) -> Filter:
    """Search households on the reader's own side only: finding is seeing."""

    def find(statement: Select[Any], text: str) -> Select[Any]:
        found = within(select(HouseholdRow.id), HouseholdRow.area_id, scope)
        ids = registry.search(found, text)
        return statement.where(or_(Left.id.in_(ids), Right.id.in_(ids)))

    return Filter("q", _("Tên, địa chỉ, mã hộ"), find, kind="text")


def _in_ward(statement: Select[Any], area_id: str) -> Select[Any]:
    return statement.where(
        or_(Left.area_id == int(area_id), Right.area_id == int(area_id))
    )


def _in_band(statement: Select[Any], band: str) -> Select[Any]:
    if band == "certain":
        return statement.where(MergeProposal.is_certain)
    starts = dict(BANDS)
    above = [start for _name, start in BANDS if start > starts[band]]
    statement = statement.where(
        MergeProposal.is_certain.is_(False), MergeProposal.score >= starts[band]
    )
    return statement.where(MergeProposal.score < min(above)) if above else statement


def _with_evidence(statement: Select[Any], code: str) -> Select[Any]:
    return statement.where(MergeProposal.evidence_codes.contains(f" {code} "))


def _as_is(statement: Select[Any], _value: str) -> Select[Any]:
    return statement


def choices_of(labels: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Labels by code as the choices of a filter."""
    return tuple(labels.items())
