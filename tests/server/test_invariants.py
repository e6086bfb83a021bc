"""A healthy register has no findings; each kind of damage is found, and repaired where
it can be computed again."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from server.db import db, transaction
from server.dispatch.actions import publish
from server.dispatch.projections import properties_hash
from server.dispatch.tables import Publication
from server.domain.actor import SYSTEM
from server.domain.matching.judgement import Verdict
from server.inbox.file_store import FileStore
from server.inbox.tables import SubmissionFile
from server.invariants import check_all, verify
from server.invariants.finding import SENTENCES
from server.invariants.rebuild import rebuild
from server.jobs.actions import enqueue
from server.registry.actions import correct
from server.registry.tables import HouseholdRecord, HouseholdRow
from server.review.actions import decide, relink
from server.review.tables import JudgementRow, MergeProposal
from server.status.actions import assess, recognise
from tests.beginning import Beginning
from tests.factories import make_area
from tests.server.review.surveys import STAFF, arrive, ask_about_everything, survey

NUMBER = "001060012345"
ENTITY = "uuid:11111111-0000-4000-8000-000000000001"


@pytest.fixture(scope="module")
def beginning() -> Beginning:
    return Beginning(made_register)


@pytest.fixture
def register(app: Flask, beginning: Beginning) -> dict[str, str]:
    """Households that were joined, told apart, corrected, assessed and recognised."""
    records: dict[str, str] = beginning.begin()
    return records


def made_register() -> dict[str, str]:
    district = make_area(code="006", name="Đống Đa", level="district")
    ward = make_area(code="00229", name="Khâm Thiên", parent_id=district.id)
    ask_about_everything()
    known = {"number": NUMBER, "entity": ENTITY}
    records = {
        "binh": arrive(survey(**known)),
        "binh_again": arrive(survey(**known, review_date=date(2025, 9, 1))),
        "namesake": arrive(survey("Nguyen Van Binh")),
        "hoa": arrive(survey("Lê Thị Hoa", "1970")),
    }
    other = db.session.scalars(
        select(MergeProposal).where(MergeProposal.state == "open")
    ).first()
    assert other is not None
    decide(by=STAFF, proposal_id=other.id, verdict=Verdict.DIFFERENT)
    correct(
        by=STAFF,
        household_id=household_of(records["hoa"]),
        path="address.lane",
        value="11",
        reason="xem biển số nhà",
    )
    relink(record_ids={records["hoa"]})
    ids = list(db.session.scalars(select(HouseholdRow.id)))
    assess(household_ids=ids)
    publish(household_ids=ids)
    recognise(
        by=STAFF,
        document_number="12/QĐ-UBND",
        decided_on=date(2026, 11, 1),
        valid_from=date(2026, 11, 1),
        signer="Nguyễn Văn Chủ",
        standard="vn-2022",
        area_id=ward.id,
        items=[(household_of(records["hoa"]), "POOR")],
        confirmation="12/QĐ-UBND",
    )
    publish(household_ids=ids)
    return records


def household_of(record_id: str) -> str:
    return db.session.get_one(HouseholdRecord, record_id).household_id


def damage(table: str, statement: str, **values: Any) -> None:
    """Change rows as an accident with the database does, past its triggers."""
    with transaction() as session:
        if db.engine.dialect.name == "postgresql":
            session.execute(text("SET LOCAL session_replication_role = replica"))
            session.execute(text(statement), values)
            return
        triggers = session.execute(
            text(
                "SELECT name, sql FROM sqlite_master"
                " WHERE type = 'trigger' AND tbl_name = :table"
            ),
            {"table": table},
        ).all()
        for name, _sql in triggers:
            session.execute(text(f"DROP TRIGGER {name}"))
        session.execute(text("PRAGMA defer_foreign_keys = ON"))
        session.execute(text(statement), values)
        for _name, sql in triggers:
            session.connection().exec_driver_sql(sql)
    db.session.expire_all()


def codes() -> set[str]:
    db.session.rollback()
    return {found.code for found in verify()}


def test_a_healthy_register_has_no_findings(register: dict[str, str]) -> None:
    assert verify() == []


def test_rebuilding_a_healthy_register_changes_nothing(
    register: dict[str, str],
) -> None:
    assert rebuild(by=SYSTEM) == {}
    assert verify() == []


def test_an_empty_register_is_healthy(app: Flask) -> None:
    assert verify() == []
    assert rebuild(by=SYSTEM) == {}


@pytest.mark.sqlite_only
def test_a_missing_trigger_is_found(register: dict[str, str]) -> None:
    with transaction() as session:
        session.execute(text("DROP TRIGGER survey_records_no_update"))

    assert codes() == {"trigger_missing"}


@pytest.mark.sqlite_only
def test_a_trigger_that_lets_everything_pass_is_found(
    register: dict[str, str],
) -> None:
    with transaction() as session:
        session.execute(text("DROP TRIGGER survey_records_no_update"))
        session.execute(
            text(
                "CREATE TRIGGER survey_records_no_update BEFORE UPDATE ON"
                " survey_records WHEN 1 = 0 BEGIN SELECT RAISE(ABORT, ''); END"
            )
        )

    assert codes() == {"change_accepted"}


def test_a_changed_payload_is_found(register: dict[str, str]) -> None:
    damage(
        "submissions",
        "UPDATE submissions SET payload_sha256 = 'x'"
        " WHERE id = (SELECT min(id) FROM submissions)",
    )

    assert codes() == {"payload_changed"}


def keep_file(app: Flask, submission_id: int) -> Path:
    store = FileStore(app.config["DATA_DIR"] / "files")
    with store.incoming() as incoming:
        incoming.write(b"a photo")
        sha256, size = incoming.keep()
    with transaction() as session:
        session.add(
            SubmissionFile(
                submission_id=submission_id,
                name="house.jpg",
                sha256=sha256,
                size=size,
                media_type="image/jpeg",
                received_at=db.session.scalars(select(JudgementRow.at)).first(),
            )
        )
    return store.path(sha256)


def test_a_lost_and_a_changed_file_are_found(
    app: Flask, register: dict[str, str]
) -> None:
    submission_id = db.session.scalar(text("SELECT min(id) FROM submissions"))
    path = keep_file(app, submission_id)
    assert codes() == set()

    path.chmod(0o600)
    path.write_bytes(b"another photo")
    assert codes() == {"file_changed"}

    path.unlink()
    assert codes() == {"file_missing"}


DAMAGES: dict[str, tuple[str, str, set[str]]] = {
    "a household's name": (
        "households",
        "UPDATE households SET head_name = 'X' WHERE id = :hoa_household",
        {"household_differs"},
    ),
    "a household's state": (
        "households",
        "UPDATE households SET state = 'departed' WHERE id = :hoa_household",
        {"household_differs"},
    ),
    "a member": (
        "household_members",
        "DELETE FROM household_members WHERE household_id = :hoa_household",
        {"household_differs"},
    ),
    "an identity number's hash": (
        "person_identifiers",
        "UPDATE person_identifiers SET number_index = 'x'",
        {"household_differs"},
    ),
    "the place of a record": (
        "household_records",
        (
            "UPDATE household_records SET household_id = :hoa_household"
            " WHERE record_id = :namesake"
        ),
        {"record_misplaced", "household_without_record"},
    ),
    "two households that were told apart": (
        "household_records",
        (
            "UPDATE household_records SET household_id = (SELECT household_id FROM"
            " household_records WHERE record_id = :namesake) WHERE record_id IN"
            " (:binh, :binh_again)"
        ),
        {"different_pair_together", "record_misplaced", "household_without_record"},
    ),
    "a record without household": (
        "household_records",
        "DELETE FROM household_records WHERE record_id = :hoa",
        {"record_without_household", "household_without_record"},
    ),
    "a score": (
        "merge_proposals",
        "UPDATE merge_proposals SET score = 0.1",
        {"proposal_differs"},
    ),
    "a lost proposal": (
        "merge_proposals",
        "DELETE FROM merge_proposals",
        {"proposal_differs"},
    ),
}


@pytest.mark.parametrize("what", DAMAGES)
def test_damage_to_what_is_computed_is_found_and_repaired(
    register: dict[str, str], what: str
) -> None:
    table, statement, expected = DAMAGES[what]
    names = {**register, "hoa_household": household_of(register["hoa"])}
    used = {key: value for key, value in names.items() if f":{key}" in statement}
    damage(table, statement, **used)

    assert codes() == expected
    changes = rebuild(by=SYSTEM)

    assert changes
    assert verify() == []
    assert rebuild(by=SYSTEM) == {}


def test_a_stray_household_is_removed(register: dict[str, str]) -> None:
    columns = [column.key for column in HouseholdRow.__table__.columns]
    copied = ", ".join(
        {"id": "'stray'", "code": "'HN-STRAY'"}.get(name, name) for name in columns
    )
    damage(
        "households",
        f"INSERT INTO households ({', '.join(columns)})"
        f" SELECT {copied} FROM households WHERE id = :household_id",
        household_id=household_of(register["hoa"]),
    )

    assert codes() == {"household_without_record"}
    assert rebuild(by=SYSTEM) == {("households", "removed"): 1}
    assert verify() == []


def test_lost_assessments_and_publications_come_back(
    register: dict[str, str],
) -> None:
    damage("assessments", "DELETE FROM assessments")
    damage("publications", "DELETE FROM publications")

    changes = rebuild(by=SYSTEM)

    assert changes["assessments", "added"] > 0
    assert changes["publications", "added"] == 3
    assert verify() == []


def test_overlapping_and_unfounded_statuses_are_found(
    register: dict[str, str],
) -> None:
    damage(
        "poverty_statuses",
        "INSERT INTO poverty_statuses (household_id, standard, category, valid_from,"
        " recorded_at, recognition_id) SELECT household_id, standard, 'NON_POOR',"
        " '2026-12-01', recorded_at, recognition_id FROM poverty_statuses",
    )
    assert codes() == {"statuses_overlap"}

    damage("recognised_households", "DELETE FROM recognised_households")
    assert codes() == {"statuses_overlap", "status_without_recognition"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_events SET actor_name = 'X' WHERE id = :id",
        "DELETE FROM audit_events WHERE id = :id",
    ],
)
def test_a_changed_or_lost_audit_event_is_found(
    register: dict[str, str], statement: str
) -> None:
    event_id = db.session.scalar(
        text("SELECT max(id) FROM audit_events WHERE action = 'record.matched'")
    )
    damage("audit_events", statement, id=event_id)

    assert codes() == {"audit_chain_broken"}


def test_a_judgement_nobody_witnessed_is_found(register: dict[str, str]) -> None:
    left, right = sorted([register["hoa"], register["binh"]])
    damage(
        "judgements",
        "INSERT INTO judgements (left_record_id, right_record_id, verdict, reason, at,"
        " actor_kind, actor_id, actor_name) SELECT :left, :right, 'unsure', '',"
        " min(at), 'user', 1, 'X' FROM judgements",
        left=left,
        right=right,
    )

    assert codes() == {"audit_event_missing"}


def test_a_column_that_phones_must_not_have_is_found(
    register: dict[str, str],
) -> None:
    with transaction() as session:
        row = session.scalars(select(Publication)).first()
        assert row is not None
        row.properties = {**row.properties, "phone": "0912345678"}
        row.properties_hash = properties_hash(row.properties)

    assert codes() == {"published_too_much"}


def test_a_record_still_waiting_to_be_compared_is_no_damage(
    register: dict[str, str],
) -> None:
    record_id = arrive(survey(number=NUMBER), is_matched=False)
    enqueue("record_added", {"record_id": record_id})

    assert verify() == []


def test_every_finding_can_be_said_in_both_languages() -> None:
    assert {invariant for invariant, *_ in SENTENCES.values()} == {
        f"I{number}" for number in range(1, 7)
    }
    for _invariant, vietnamese, english in SENTENCES.values():
        assert vietnamese != english


def run(app: Flask, *words: str) -> Any:
    db.session.remove()
    return app.test_cli_runner().invoke(args=["registry", *words])


def test_verify_exits_with_one_when_a_promise_is_broken(
    app: Flask, register: dict[str, str]
) -> None:
    healthy = run(app, "verify")
    assert (healthy.exit_code, "I1 đến I6" in healthy.output) == (0, True)

    household_id = household_of(register["hoa"])
    damage(
        "households",
        "UPDATE households SET head_name = 'X' WHERE id = :id",
        id=household_id,
    )
    broken = run(app, "verify")
    assert broken.exit_code == 1
    assert household_id in broken.output
    assert "Lê Thị Hoa" not in broken.output


def test_rebuild_says_what_changed(app: Flask, register: dict[str, str]) -> None:
    assert "không có gì thay đổi" in run(app, "rebuild").output

    damage("household_members", "DELETE FROM household_members")
    said = run(app, "rebuild").output

    assert "household_members: thêm 3" in said


def test_long_work_says_how_far_it_is(register: dict[str, str]) -> None:
    seen: list[tuple[str, int, int]] = []

    assert list(check_all(lambda *step: seen.append(step))) == []
    assert ("I1 submissions", 4, 4) in seen
    assert all(done <= total for _what, done, total in seen)
