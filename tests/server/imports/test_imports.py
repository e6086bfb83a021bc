"""A list from Excel becomes households, once, and can be taken back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from server import clock
from server.accounts.tables import UserArea
from server.areas.queries import current_area
from server.db import db, transaction
from server.domain.problems import Refused
from server.imports import actions, queries, stepping
from server.imports.reading import store
from server.imports.tables import ImportHousehold, ImportProblem, ImportRow
from server.inbox.actions import receive
from server.inbox.tables import Submission
from server.jobs.actions import enqueue
from server.jobs.tables import Job
from server.jobs.worker import run_due
from server.pipeline import HANDLERS
from server.registry.tables import HouseholdMemberRow, HouseholdRow, SurveyRecordRow
from server.review.tables import MergeProposal
from server.status.queries import statuses_of
from server.status.tables import Recognition
from tests.server.imports.books import (
    DOCUMENT,
    book,
    bring,
    family,
    imported,
    person,
    someone,
    worked,
)

HEAD_ROWS = ("Họ và tên chủ hộ", "Giới tính", "Ngày sinh", "Số CCCD", "Số nhân khẩu",
             "Phường", "Ngày rà soát", "Điểm B1")  # fmt: skip


def live() -> list[HouseholdRow]:
    return list(
        db.session.scalars(
            select(HouseholdRow)
            .where(HouseholdRow.state == "live")
            .order_by(HouseholdRow.head_name)
        )
    )


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def how_many(table: Any, *where: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(table).where(*where)) or 0


@pytest.mark.sqlite_only
def test_a_list_is_shown_first_and_counts_only_when_it_is_started(app: Flask) -> None:
    _, by = someone()

    one = bring(by, book([*family(1), *family(2)]))

    assert one.problems == []
    assert (one.state, one.layout, one.household_count) == ("preview", "person", 2)
    assert how_many(Submission) == 0
    assert not store().path(one.file_sha256).exists()  # it named people in plain text

    actions.start(by=by, import_id=one.id, with_statuses=False)
    one = worked(one.id)

    assert (one.state, one.done_count) == ("done", 2)
    assert [(row.head_name, row.member_count) for row in live()] == [
        ("Nguyễn Văn Hộ B", 2), ("Nguyễn Văn Hộ C", 2),
    ]  # fmt: skip
    assert {row.review_date.isoformat() for row in live()} == {"2019-12-15"}


@pytest.mark.sqlite_only
def test_what_cannot_be_understood_is_kept_aside_by_cell(app: Flask) -> None:
    _, by = someone()
    bad = person("H9", "Lê Văn Sai", "Chủ hộ", "mùa xuân", ward="Phường Trên Trời")
    total = ["", "", "", "", "", "", "", "", "", "", "Tổng: 2 hộ"]

    one = bring(by, book([*family(1), bad, total]))

    counts = queries.counts_of(one.id)
    assert (counts["ready"], counts["aside"], counts["rows_aside"]) == (1, 1, 2)
    problems = db.session.scalars(select(ImportProblem).order_by(ImportProblem.id))
    told = {(each.code, each.row, each.place) for each in problems}
    assert ("import_birth_unreadable", 6, 4) in told
    assert ("import_ward_unknown", 6, 7) in told
    # Every row of the file is somewhere.
    states = db.session.scalars(
        select(ImportRow.state).order_by(ImportRow.number)
    ).all()
    assert states == ["above", "above", "ready", "ready", "aside", "aside"]


@pytest.mark.sqlite_only
def test_a_row_for_each_household_is_never_taken_for_one_person(app: Flask) -> None:
    _, by = someone()
    row = ["Phạm Thị Đào", "Nữ", "1948", "", "5", "Kim Liên", "15/12/2019", "120"]

    imported(by, book([row], HEAD_ROWS))

    (household,) = live()
    assert household.member_count == 5
    assert how_many(HouseholdMemberRow) == 1


def test_statuses_become_history_with_their_document(app: Flask) -> None:
    _, by = someone()
    rows = [
        *family(1, category="Hộ nghèo", document=DOCUMENT),
        *family(2, category="Hộ cận nghèo", document=DOCUMENT),
        *family(3, category="Hộ nghèo", document=("57/QĐ-UBND", "", "", "")),
    ]
    one = bring(by, book(rows))

    with pytest.raises(Refused) as refused:
        actions.start(by=by, import_id=one.id, with_statuses=True)
    assert codes(refused) == ["import_not_confirmed"]
    actions.start(
        by=by, import_id=one.id, with_statuses=True, confirmation="Đã đối chiếu"
    )
    one = worked(one.id)

    assert one.status_count == 2
    (recognition,) = db.session.scalars(select(Recognition))
    assert (recognition.document_number, recognition.standard) == (
        "56/QĐ-UBND", "vn-2016",
    )  # fmt: skip
    first = live()[0]
    (held,) = statuses_of(first.id)
    assert (held.category, held.valid_from.isoformat()) == ("POOR", "2020-01-01")
    notes = db.session.scalars(
        select(ImportHousehold.status_note).order_by(ImportHousehold.number)
    ).all()
    assert notes == ["entered", "entered", "import_status_incomplete"]


def test_an_import_is_taken_back_as_a_whole(app: Flask) -> None:
    _, by = someone()
    rows = family(1, category="Hộ nghèo", document=DOCUMENT)
    content = book([*rows, *family(2)])
    one = imported(by, content, with_statuses=True, confirmation="đã đối chiếu")
    assert len(live()) == 2

    with pytest.raises(Refused) as refused:
        actions.undo(by=by, import_id=one.id, reason=" ")
    assert codes(refused) == ["reason_missing"]
    actions.undo(by=by, import_id=one.id, reason="Nhập nhầm năm")
    one = worked(one.id)

    assert one.state == "undone"
    assert live() == []
    (recognition,) = db.session.scalars(select(Recognition))
    assert recognition.withdrawal_reason == "Nhập nhầm năm"
    # And the same list may be brought again.
    assert len(live()) == 0
    imported(by, content)
    assert len(live()) == 2


@pytest.mark.sqlite_only
def test_the_same_list_is_noticed_even_when_it_was_saved_again(app: Flask) -> None:
    _, by = someone()
    first = imported(by, book(family(1)))

    again = bring(by, book(family(1)), "ban-sao.xlsx")

    assert again.fingerprint == first.fingerprint
    with pytest.raises(Refused) as refused:
        actions.start(by=by, import_id=again.id, with_statuses=False)
    assert codes(refused) == ["import_known_file"]
    actions.start(by=by, import_id=again.id, with_statuses=False, again=True)
    worked(again.id)
    assert (
        len(live()) == 1 or how_many(MergeProposal) > 0
    )  # it is compared as any other


def test_a_household_that_is_known_joins_by_the_usual_way(app: Flask) -> None:
    _, by = someone()
    number = "001050000123"
    imported(by, book(family(1, number=number)))
    row = ["Nguyễn Văn Hộ B", "Nam", "1950", number, "2", "Kim Liên", "15/12/2020", ""]

    one = bring(by, book([row], HEAD_ROWS))
    (listed,) = db.session.scalars(queries.households_of(one.id))
    assert listed.known_by == "number"
    actions.start(by=by, import_id=one.id, with_statuses=False)
    worked(one.id)

    assert how_many(SurveyRecordRow) == 2
    proposed = how_many(MergeProposal)
    assert len(live()) == 1 or proposed == 1
    if len(live()) == 1:
        # The list named only the head; the survey before it named both.
        assert live()[0].member_count == 2


def test_killed_between_two_steps_nothing_is_doubled(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, by = someone()
    monkeypatch.setattr(stepping, "AT_ONCE", 2)
    one = bring(by, book([row for n in range(1, 6) for row in family(n)]))
    actions.start(by=by, import_id=one.id, with_statuses=False)

    def killed(**_given: Any) -> Any:
        raise KeyboardInterrupt

    run_due(HANDLERS, 1)
    monkeypatch.setattr(stepping, "_submit", lambda *_: killed())
    with pytest.raises(KeyboardInterrupt):
        run_due({**HANDLERS, "submission_received": lambda given: None}, 4)
    monkeypatch.undo()
    with transaction():
        for job in db.session.scalars(select(Job).where(Job.state == "running")):
            job.state = "waiting"
        for submission_id in db.session.scalars(select(Submission.id)):
            enqueue("submission_received", {"submission_id": submission_id})
    one = worked(one.id)

    assert (one.state, one.done_count) == ("done", 5)
    assert how_many(Submission) == 5
    assert len(live()) == 5


@pytest.mark.sqlite_only
def test_reading_goes_on_where_it_was_killed(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    from server.imports import analysing, reading

    _, by = someone()
    monkeypatch.setattr(reading, "AT_ONCE", 3)
    content = book([row for n in range(1, 6) for row in family(n)])

    class Killed(BaseException):
        pass

    def kill_after(times: int) -> Callable[..., None]:
        keep, calls = reading._keep, iter(range(times))

        def kept(*given: Any) -> None:
            if next(calls, None) is None:
                raise Killed
            keep(*given)

        return kept

    with monkeypatch.context() as patched:
        patched.setattr(reading, "_keep", kill_after(2))
        with pytest.raises(Killed):
            bring(by, content)
    (one,) = db.session.scalars(queries.imports_of(None))
    assert how_many(ImportRow) == 6
    reading.read(one.id)
    db.session.expire_all()

    assert how_many(ImportRow) == 12
    assert queries.get_import(one.id).household_count == 5
    with transaction():
        queries.locked(one.id).state = "analysing"
    analysing.analyse(one.id)
    db.session.expire_all()
    assert queries.counts_of(one.id)["ready"] == 5


@pytest.mark.sqlite_only
def test_columns_are_said_once_and_remembered(app: Flask) -> None:
    _, by = someone()
    headings = ("Chủ nhà", "Tên đầy đủ của người đứng đầu", "Phường")
    content = book([["x", "Đỗ Thị Hạnh", "Kim Liên"]], (*headings, "Họ và tên"))
    one = bring(by, content)
    given = actions.Given(review_date=clock.today() - timedelta(days=30))

    with pytest.raises(Refused) as refused:
        actions.say_columns(
            by=by, import_id=one.id, columns={0: {1: "head_name", 0: "head_name"}},
            layout="household", given=given,
        )  # fmt: skip
    assert codes(refused) == ["import_column_twice"]
    actions.say_columns(
        by=by, import_id=one.id, columns={0: {1: "head_name", 2: "ward"}},
        layout="household", given=given,
    )  # fmt: skip
    one = worked(one.id)
    assert queries.counts_of(one.id)["ready"] == 1

    again = bring(by, content)
    assert again.sheets[0]["columns"] == {"1": "head_name", "2": "ward"}
    assert again.sheets[0]["is_remembered"]


@pytest.mark.sqlite_only
def test_a_list_reaches_no_farther_than_whoever_brings_it(app: Flask) -> None:
    user, by = someone(role="ward")
    area, _ = current_area("00229", clock.today())
    assert area is not None
    with transaction() as session:
        session.add(UserArea(user_id=user.id, area_id=area.id))

    one = bring(by, book([*family(1), *family(2, ward="Láng Thượng")]))

    counts = queries.counts_of(one.id)
    assert (counts["ready"], counts["aside"]) == (1, 1)
    codes_said = set(db.session.scalars(select(ImportProblem.code)))
    assert "import_outside_areas" in codes_said


@pytest.mark.sqlite_only
def test_a_list_that_is_not_wanted_is_forgotten(app: Flask) -> None:
    _, by = someone()
    one = bring(by, book(family(1)))

    actions.discard(by=by, import_id=one.id)

    assert how_many(ImportRow) == how_many(ImportHousehold) == 0
    with pytest.raises(Refused):
        queries.get_import(one.id)


@pytest.mark.sqlite_only
def test_phones_get_their_turn_between_two_steps(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, by = someone()
    monkeypatch.setattr(stepping, "AT_ONCE", 2)
    one = bring(by, book([row for n in range(1, 8) for row in family(n)]))
    actions.start(by=by, import_id=one.id, with_statuses=False)
    run_due(HANDLERS, 1)
    receive(
        by=by, source="openrosa", form_id="x", form_version="1", instance_id="uuid:1",
        deprecated_id=None, payload=b"<x/>", payload_kind="xml", expected_files=(),
        files=(),
    )  # fmt: skip
    run_due(HANDLERS, 6)

    from server.inbox.tables import Reading

    state = db.session.scalars(
        select(Reading.state).join(Submission, Submission.id == Reading.submission_id)
        .where(Submission.source == "openrosa")
    ).one()  # fmt: skip
    assert state == "quarantined"  # read, while most of the list still waits
    assert how_many(Submission, Submission.source == "list") < 7
    worked(one.id)
