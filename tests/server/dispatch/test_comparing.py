from dataclasses import replace

import pytest

from server.dispatch.comparing import Held, Known, Step, Wanted, differing, step_for

KNOWN = Known(
    version=3,
    held_hash="old",
    sent_hashes=(),
    is_deleted_by_us=False,
    conflict=None,
    wish=None,
    wish_hash="",
    wanted_hash="",
    refused_hash="",
)
NEW = replace(KNOWN, version=None, held_hash="")
OPEN = replace(KNOWN, conflict="changed_there", wish_hash="theirs", wanted_hash="ours")
OURS = Wanted("ours")
THEIRS = Held(4, "theirs")
DELETED = Held(4, "old", is_deleted=True)


@pytest.mark.parametrize(
    ("known", "held", "wanted", "step"),
    [
        (NEW, None, OURS, Step.CREATE),
        (NEW, None, Wanted("ours", is_awaited=True), Step.NOTHING),
        (replace(NEW, refused_hash="ours"), None, OURS, Step.NOTHING),
        (replace(NEW, refused_hash="before"), None, OURS, Step.CREATE),
        (KNOWN, Held(3, "ours"), OURS, Step.EQUAL),
        (KNOWN, Held(3, "old"), OURS, Step.CHANGE),
        (KNOWN, Held(3, "old"), Wanted("ours", is_updated=True), Step.NOTHING),
        (replace(KNOWN, sent_hashes=["theirs"]), THEIRS, OURS, Step.CHANGE),
        (KNOWN, THEIRS, OURS, Step.ASK),
        (NEW, THEIRS, OURS, Step.ASK),
        (KNOWN, Held(3, "old"), Wanted(None), Step.REMOVE),
        (KNOWN, DELETED, Wanted(None), Step.NOTHING),
        (KNOWN, None, Wanted(None), Step.NOTHING),
        (KNOWN, THEIRS, Wanted(None, stays=True), Step.NOTHING),
        (KNOWN, None, Wanted("ours", stays=True), Step.NOTHING),
        (replace(KNOWN, is_deleted_by_us=True), DELETED, OURS, Step.RESTORE),
        (replace(KNOWN, is_deleted_by_us=True), None, OURS, Step.RENAME),
        (KNOWN, DELETED, OURS, Step.CONFLICT),
        (KNOWN, None, OURS, Step.CONFLICT),
        (replace(KNOWN, wish="ours"), DELETED, OURS, Step.RESTORE),
        (replace(KNOWN, wish="theirs"), DELETED, OURS, Step.NOTHING),
        (OPEN, THEIRS, OURS, Step.NOTHING),
        (OPEN, Held(5, "other"), OURS, Step.ASK),
        (OPEN, THEIRS, Wanted("newer"), Step.ASK),
        (OPEN, Held(5, "ours"), OURS, Step.EQUAL),
        (replace(OPEN, is_waiting=True), THEIRS, OURS, Step.ASK),
        (replace(OPEN, wish="ours"), THEIRS, OURS, Step.CHANGE),
        (replace(OPEN, wish="ours"), Held(5, "other"), OURS, Step.ASK),
        (replace(OPEN, wish="theirs"), THEIRS, OURS, Step.NOTHING),
        (replace(OPEN, wish="theirs"), THEIRS, Wanted("newer"), Step.ASK),
        (replace(OPEN, wish="theirs"), Held(4, "theirs", flag="hard"), OURS,
         Step.RESOLVE),
        (KNOWN, Held(3, "ours", flag="hard"), OURS, Step.EQUAL),
        (replace(KNOWN, wish="ours", wish_hash="ours"), Held(3, "ours", flag="soft"),
         OURS, Step.RESOLVE),
        (replace(KNOWN, wish="return", theirs_hash="theirs"), Held(5, "ours"), OURS,
         Step.RETURN),
        (replace(KNOWN, wish="return", theirs_hash="theirs"), THEIRS, OURS,
         Step.RETURNED),
        (replace(KNOWN, wish="return", theirs_hash="theirs"), Held(5, "other"), OURS,
         Step.ASK),
        (replace(KNOWN, wish="return"), Held(5, "ours"), OURS, Step.REMOVE),
        (replace(KNOWN, wish="return", is_deleted_by_us=True), DELETED, OURS,
         Step.RETURNED),
    ],
)  # fmt: skip
def test_what_follows_from_a_comparison(
    known: Known, held: Held | None, wanted: Wanted, step: Step
) -> None:
    assert step_for(known, held, wanted) is step


def test_only_what_differs_is_sent() -> None:
    ours = {"label": "An", "code": "1", "last_status": ""}

    assert differing(ours, {"label": "An", "code": "2", "last_status": ""}) == {
        "code": "1"
    }
