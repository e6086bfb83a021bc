"""The sync pages: what staff see, and what only people can decide."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from server import clock
from server.accounts.phones import add_phone
from server.central.leases import Doing, beat, give_back, take_lease
from server.central.runs import Told, record_checkup, record_run
from server.central.tables import CentralDecision, SyncRun
from server.db import db, transaction
from server.domain.actor import SYSTEM
from server.domain.problems import Problem
from server.jobs.actions import Claim
from server.jobs.errands import run_errand
from server.jobs.tables import Job
from server.mirror.tables import MirroredForm, MirroredSubmission, MirroredVersion
from tests.browsing import Browser, rows, signed_in
from tests.factories import make_area, make_user
from tests.fakes.central import FakeCentral
from tests.sync.office import Office
from tests.sync.surveys import SurveyOffice

pytestmark = [
    pytest.mark.sqlite_only,
    pytest.mark.allow_hosts(["127.0.0.1", "localhost"]),
]
ME = {"holder": "vm/1/a/sync", "host": "may-chu", "pid": 1, "silent": None}


@pytest.fixture
def surveys(app: Flask, fake: FakeCentral, ward: object) -> SurveyOffice:
    office = SurveyOffice(app, fake)
    office.publish()
    set_up(office)
    return office


def set_up(office: Office) -> None:
    office.app.config["CENTRAL_URL"] = office.fake.url
    office.app.config["CENTRAL_PROJECT"] = office.project


def text(browser: Browser, path: str = "/sync/") -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.text


def test_without_central_it_says_how(admin: Browser) -> None:
    said = text(admin)

    assert "chưa nối với ODK Central" in said
    assert "CENTRAL_URL" in said
    assert "Đồng bộ ngay" not in said


def test_every_member_of_staff_finds_it_in_the_menu(clerk: Browser) -> None:
    assert 'href="/sync/"' in text(clerk, "/")


def test_it_says_whether_the_service_lives(
    office: Office, admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(office)
    assert "Chưa chạy lần nào" in text(admin)

    take_lease(**ME)
    beat(holder=ME["holder"], doing=Doing("pull", "t", 500, 2000))
    said = text(admin)
    assert "Đang chạy" in said
    assert "Kéo phiếu mới: t, 500 trên 2.000" in said

    later = clock.now() + timedelta(minutes=2)
    with monkeypatch.context() as patch:
        patch.setattr("server.clock.now", lambda: later)
        assert "Không chạy" in text(admin)
    give_back(holder=ME["holder"])
    assert "Không chạy" in text(admin)


def test_each_form_says_where_it_stands(
    surveys: SurveyOffice, clerk: Browser, admin: Browser
) -> None:
    surveys.create("uuid:a", code="4")
    surveys.pull()

    for browser in (clerk, admin):
        said = text(browser)
        assert "household_review" in said
        assert 'data-label="Đến hôm nay">1<' in said
        assert 'data-label="Chờ tệp">1<' in said
        assert "Đang theo" in said


def test_what_lies_elsewhere_is_not_counted(app: Flask, surveys: SurveyOffice) -> None:
    surveys.create("uuid:a", code="4")
    surveys.pull()
    stranger = signed_in(app, make_user(role="ward", areas=[make_area()]))

    assert 'data-label="Đến hôm nay">0<' in text(stranger)


def test_who_asks_sees_that_it_waits_and_then_what_came_of_it(
    office: Office, clerk: Browser
) -> None:
    set_up(office)

    assert clerk.post("/sync/now").status_code == 303
    said = text(clerk)
    assert "đang chờ đến khi dịch vụ chạy lại" in said
    assert "Xem tiến độ mới nhất" in said

    def fulfil(held: Claim) -> None:
        told = Told({"t": {"new": 3}})
        record_run(work="pull", started_at=clock.now(), told=told, job_id=held.job_id)

    assert run_errand({"central_sync": fulfil})
    said = text(clerk)
    assert "t: 3 phiếu mới" in said
    assert "Đồng bộ ngay" in said


def test_a_wish_that_broke_is_told(office: Office, clerk: Browser) -> None:
    set_up(office)
    clerk.post("/sync/now")
    assert run_errand({})  # nobody knows how

    assert "bị hỏng lúc" in text(clerk)


def test_a_failure_is_told_with_what_to_do(office: Office, clerk: Browser) -> None:
    set_up(office)
    problem = Problem("central_sign_in_refused", "", {"address": "x", "code": "401.2"})
    for _ in range(3):
        told = Told(problems=[("", problem)])
        record_run(work="pull", started_at=clock.now(), told=told)

    said = text(clerk)

    assert "3 lần liền" in said
    assert "Hãy kiểm tra CENTRAL_EMAIL" in said
    assert db.session.scalars(select(SyncRun)).one().times == 3


def test_a_form_that_fails_all_night_is_one_row(office: Office) -> None:
    problem = Problem("central_rights_missing", "", {"address": "x", "message": "-"})
    for _ in range(3):
        told = Told({"z": {}}, [("t", problem)])
        record_run(work="pull", started_at=clock.now(), told=told)
    told = Told({"z": {"new": 1}}, [("t", problem)])
    record_run(work="pull", started_at=clock.now(), told=told)

    found = db.session.scalars(select(SyncRun).order_by(SyncRun.id)).all()
    assert [(each.outcome, each.times) for each in found] == [
        ("partly", 3),
        ("partly", 1),
    ]


def test_the_history_is_kept_filtered_and_taken_home(
    office: Office, clerk: Browser
) -> None:
    told = Told({"t": {"new": 2, "files": 1}})
    record_run(work="pull", started_at=clock.now(), told=told, host="a")
    failed = Told(problems=[("t", Problem("central_failed", "", {"address": "x"}))])
    record_run(work="reconcile", started_at=clock.now(), told=failed)
    record_run(work="pull", started_at=clock.now(), told=Told({"t": {}}))  # nothing new
    standing = Told({"households": {"conflicts": 2}})
    record_run(work="publish", started_at=clock.now(), told=standing)

    found = rows(clerk.get("/sync/runs?format=csv&work=pull"))

    assert [(r["Kết quả"], r["Số thay đổi"]) for r in found] == [("Xong", "3")]
    assert len(rows(clerk.get("/sync/runs?format=csv"))) == 2
    assert "Không được" in text(clerk, "/sync/runs?outcome=failed")


def test_the_last_examination_is_shown(office: Office, clerk: Browser) -> None:
    set_up(office)
    kept = {"check": "disk", "state": "bad", "code": "doctor_disk_low"}
    kept |= {"values": {"gigabytes": "0.2", "value": "/data"}}
    record_checkup(findings=[kept], is_well=False)

    said = text(clerk)

    assert "Hỏng" in said
    assert "Chỉ còn trống 0.2 GB" in said
    assert "Hãy dọn ổ đĩa" in said


def test_losses_are_looked_at_confirmed_and_allowed(
    office: Office, district: Browser, clerk: Browser
) -> None:
    set_up(office)
    for number in range(5):
        office.create(f"uuid:{number}")
    office.pull()
    for number in range(3):
        office.purge(f"uuid:{number}")
    office.reconcile()
    path = f"/sync/forms/{office.followed().id}"

    assert "3 phiếu cùng lúc không còn" in text(clerk)
    assert clerk.get(path).status_code == 403
    said = text(district, path)
    assert "uuid:0" in said
    assert "uuid:4" not in said
    given = {"expected": "3", "reason": "Đợt tập huấn"}
    assert district.post(f"{path}/allow-losses", data=given).status_code == 422
    assert (
        district.post(
            f"{path}/allow-losses", data={**given, "confirmed": "true"}
        ).status_code
        == 303
    )

    assert "Đợt tập huấn" in text(district, path)
    assert db.session.scalars(select(Job.kind)).all()[-1] == "central_sync"


def test_a_form_made_anew_waits_for_the_district(
    office: Office, district: Browser
) -> None:
    set_up(office)
    office.pull()
    form_id = office.followed().id
    with transaction() as session:
        form = session.get_one(MirroredForm, form_id)
        form.stopped_reason, form.stopped_at = "form_recreated", clock.now()
    path = f"/sync/forms/{form_id}"

    assert "bị xoá và tạo lại" in text(district)
    given = {"reason": "Đã hỏi", "confirmed": "true"}
    answer = district.post(f"{path}/follow-recreated", data=given)

    assert answer.status_code == 303
    assert db.session.scalars(select(CentralDecision.kind)).all() == [
        "recreated_followed"
    ]


def test_two_edits_are_compared_and_one_is_chosen(
    surveys: SurveyOffice, clerk: Browser
) -> None:
    surveys.create("uuid:a", code="4")
    surveys.pull()
    office_race(surveys)
    mirrored = surveys.mirrored("uuid:a")
    path = f"/sync/races/{mirrored.id}"

    assert "So hai bản và chọn" in text(clerk)
    said = text(clerk, path)
    assert "Bản 1" in said
    assert "Bản 2" in said
    assert clerk.post(f"{path}/settle", data={"reason": "x"}).status_code == 422
    chosen = db.session.scalars(
        select(MirroredVersion.submission_id).where(
            MirroredVersion.instance_id == "uuid:y"
        )
    ).one()
    given = {"submission_id": str(chosen), "reason": "Đã gọi điện"}
    assert clerk.post(f"{path}/settle", data=given).status_code == 303

    assert surveys.state("uuid:x") == "set_aside"
    assert "So hai bản và chọn" not in text(clerk)


def office_race(surveys: SurveyOffice) -> None:
    surveys.race("uuid:a", "uuid:a", "uuid:x", "uuid:y")
    surveys.pull()


def test_looking_at_a_submission_asks_for_its_files(
    surveys: SurveyOffice, clerk: Browser
) -> None:
    surveys.create("uuid:a", code="4")
    surveys.attach("uuid:a")
    surveys.pull()
    assert not surveys.mirrored("uuid:a").files_wanted
    number = db.session.scalars(select(MirroredVersion.submission_id)).one()

    said = text(clerk, f"/inbox/{number}")

    assert "a.jpg: đang tải từ ODK Central" in said
    assert surveys.mirrored("uuid:a").files_wanted
    surveys.fetch(wants_files=False)
    assert "đang tải" not in text(clerk, f"/inbox/{number}")


def test_why_a_submission_counts_no_longer_is_said(
    surveys: SurveyOffice, clerk: Browser
) -> None:
    surveys.create("uuid:a", code="4")
    surveys.pull()
    surveys.delete("uuid:a")
    surveys.pull()
    number = db.session.scalars(select(MirroredVersion.submission_id)).one()

    assert "bị xoá ở ODK Central" in text(clerk, f"/inbox/{number}")


def test_files_that_were_given_up_can_be_asked_for_again(
    surveys: SurveyOffice, clerk: Browser
) -> None:
    surveys.create("uuid:a", code="4")
    surveys.pull()
    with transaction() as session:
        session.execute(
            update(MirroredSubmission).values(
                files_given_up_at=clock.now(), files_due_at=None
            )
        )
    assert "đã thôi tìm" in text(clerk)

    path = f"/sync/files/{surveys.mirrored('uuid:a').id}/look-again"
    assert clerk.post(path).status_code == 303

    assert "đã thôi tìm" not in text(clerk)


def test_phones_are_told_by_area(app: Flask, clerk: Browser, ward: object) -> None:
    mine = make_user(role="enumerator", areas=[ward], name="Lê Thị Ngọc")
    other = make_user(role="enumerator", areas=[make_area()], name="Trần Văn Xa")
    for user in (mine, other):
        add_phone(by=SYSTEM, user_id=user.id, name=f"Máy của {user.name}")

    said = text(clerk, "/sync/phones")

    assert "Lê Thị Ngọc" in said
    assert "Trần Văn Xa" not in said


def test_english_readers_read_english(app: Flask, office: Office) -> None:
    set_up(office)
    reader = signed_in(app, make_user(role="admin", language="en"))

    assert "ODK Central sync" in text(reader)
    assert "Sync now" in text(reader)


def test_households_that_differ_are_listed(clerk: Browser) -> None:
    assert "Chưa gửi hộ nào" in text(clerk, "/sync/households")
    assert "Mọi phiếu đều thành hộ" in text(clerk, "/sync/failures")
