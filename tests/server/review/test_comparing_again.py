"""Having all pairs compared again: begun once, and followed on the page of thresholds."""

import pytest
from flask import Flask

from server.db import db
from server.jobs.worker import run_due
from server.pipeline import HANDLERS
from server.review import renewing
from tests.browsing import signed_in
from tests.factories import make_user
from tests.server.review.surveys import arrive, survey

pytestmark = [pytest.mark.usefixtures("ward"), pytest.mark.sqlite_only]


def test_comparing_again_is_begun_once_and_tells_how_far_it_is(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renewing, "BATCH", 2)
    admin = signed_in(app, make_user(role="admin"))
    for _ in range(3):
        arrive(survey())
    run_due(HANDLERS)

    assert admin.post("/review/compare-again").status_code == 303
    assert admin.post("/review/compare-again").status_code == 303
    seen = admin.get("/review/thresholds").text
    assert "Việc so lại đang chạy rồi." in seen
    assert "Đang so lại: 0 trên 3 phiếu." in seen

    run_due(HANDLERS, 1)
    assert "Đang so lại: 2 trên 3 phiếu." in admin.get("/review/thresholds").text
    run_due(HANDLERS)
    db.session.rollback()

    assert "Lần so lại gần nhất xong lúc" in admin.get("/review/thresholds").text
