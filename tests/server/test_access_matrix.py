"""Every address with every role, and every address of one ward asked for by another.

The addresses come from the application itself, so a new page is tested the day it is
added. A new kind of id in an address has to be added to `world` below; a new page for
everybody, to `PUBLIC`.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from server import clock
from server.accounts.actions import add_phone
from server.accounts.api_tokens import create_token
from server.accounts.sessions import start_session
from server.accounts.tables import ROLES, User
from server.areas.tables import Area
from server.db import db, transaction
from server.dispatch.tables import EntityLink, EntityList
from server.domain.actor import EVERYWHERE, SYSTEM
from server.domain.matching.judgement import Verdict
from server.domain.plans.plan import Plan, Target
from server.domain.reporting.definition import catalogue
from server.domain.scenarios.scenario import NamedScenario
from server.inbox.file_store import FileStore, ReceivedFile
from server.mirror.tables import MirroredForm, MirroredSubmission, MirroredVersion
from server.plans.actions import enter_plan
from server.registry.actions import correct, record_departure
from server.registry.queries import golden_of, household_of
from server.registry.tables import Correction, HouseholdEvent, HouseholdRow
from server.reports.actions import enter_residents, freeze
from server.reports.official_asked import asked
from server.review.actions import change_household, decide
from server.review.tables import JudgementRow, MergeProposal
from server.rounds.queries import every_step
from server.rounds.tables import RoundAct
from server.scenarios.actions import enter_scenario
from server.scenarios.queries import Moment
from server.scenarios.taking import take_register
from server.status.actions import assess
from server.status.arrivals import note_arrival
from tests.browsing import Browser
from tests.factories import make_area, make_user
from tests.journeys.posts import release_real_form
from tests.server.inbox.arrivals import receive
from tests.server.review.surveys import arrive, ask_about_everything, survey
from tests.server.rounds.reviews import listed, open_round
from tests.server.status.households import TODAY, make_household, make_ward, recognise

pytestmark = pytest.mark.sqlite_only

FILES = {"static", "bootstrap.static"}
# What people who are not signed in may open; phones sign in by themselves.
PUBLIC = {
    "web.switch_language",
    "accounts.sign_in",
    "accounts.accept_invitation",
    "server.healthz",
    "server.readyz",
    "server.openapi",
    "rounds.check_certificate",
    "rounds.check_sheet",
    "openrosa.form_list",
    "openrosa.form",
    "openrosa.manifest",
    "openrosa.media_list",
    "openrosa.integrity",
    "openrosa.submission",
}
# Parts of an address that lead to nothing of one ward alone.
FREE: dict[str, Any] = {
    "step": "meeting",
    "area_id": 4711,  # areas are public
    "job_id": 4711,  # for administrators only
    "model_id": 4711,
    "thresholds_id": 4711,
    "token_id": 4711,  # of whoever made it
    "import_id": 4711,  # of whoever brought it
    "placement_id": 4711,  # of whoever made it
    "mirrored_form_id": 4711,  # a form is of no ward
    "token": "none",
    "mark": "none",
    "standard": "vn-2022",
    "standard_id": "vn-2022",
    "completion_id": 4711,  # for administrators only
    "name": "photo.jpg",
    "form_id": "none",
    "key": "none",  # of a class of evidence, which holds pairs of one's own areas only
    "version": "1",
    # An official table is of whatever lies in sight of who asks.
    "code": "summary",
    "question": "x",
    "row": "total",
    "column": "poor",
    "kind": "counted",
    "question_key": "vn-2022~~~2026-01-01~",  # so is a past day
    "category": "POOR",
}
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
Door = tuple[Rule, str]


def doors(app: Flask) -> Iterator[Door]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in FILES:
            for method in sorted((rule.methods or set()) & METHODS):
                yield rule, method


def policy(app: Flask, rule: Rule) -> frozenset[str] | None:
    found: frozenset[str] | None = app.view_functions[rule.endpoint].policy  # type: ignore[attr-defined]
    return found


def knock(client: Browser, door: Door, ids: dict[str, Any]) -> Any:
    rule, method = door
    built = rule.build({name: ids[name] for name in rule.arguments})
    assert built is not None
    headers = {"Accept": "application/json"}
    if is_for_programs(door):
        headers |= client.program
    return client.open(built[1], method=method, headers=headers)


def is_for_programs(door: Door) -> bool:
    return door[0].rule.startswith("/api/")


def is_turned_away(answer: Any) -> bool:
    """Whether the person, and not what they asked for, was the reason."""
    said = answer.json if answer.is_json and isinstance(answer.json, dict) else {}
    codes = {problem["code"] for problem in said.get("problems", ())}
    return bool(codes & {"page_sign_in_needed", "page_not_yours"})


def sign_in(client: Browser, user: User, *, is_program: bool = False) -> None:
    """Let the client open pages by a cookie, or what is for programs by a token."""
    if not is_program:
        client.set_cookie("ra_soat_session", start_session(user=user))
        return
    _, text = create_token(
        by=SYSTEM, user_id=user.id, name="sổ huyện", days=30, may_write=True
    )
    client.program = {"Authorization": f"Bearer {text}"}


def absent(app: Flask) -> dict[str, Any]:
    """A value for every part of every address that is nowhere in the database."""
    ids = dict(FREE)
    for rule, _ in doors(app):
        for name in rule.arguments - FREE.keys():
            is_number = "int:" in rule.rule and f"<int:{name}>" in rule.rule
            ids[name] = 4711 if is_number else str(uuid4())
    return ids


def test_nothing_but_the_listed_pages_is_for_everybody(app: Flask) -> None:
    public = {rule.endpoint for rule, _ in doors(app) if policy(app, rule) is None}

    assert public == PUBLIC


def test_who_is_not_signed_in_gets_nowhere(app: Flask, client: Browser) -> None:
    ids = absent(app)
    closed = [door for door in doors(app) if policy(app, door[0]) is not None]

    let_in = [d for d in closed if knock(client, d, ids).status_code != 401]

    assert closed
    assert let_in == []


def test_a_number_that_no_database_holds_is_absent(app: Flask, client: Browser) -> None:
    make_user(role="admin", password_hash="x")
    numbered = [
        door for door in doors(app) if "<int:" in door[0].rule and door[1] == "GET"
    ]
    sign_in(client, make_user(role="admin"))

    found = {
        answer.status_code
        for rule, _ in numbered
        for number in ("2147483648", "9" * 30)
        if (answer := client.get(re.sub("<int:[a-z_]+>", number, _plain(rule.rule))))
    }

    assert numbered
    assert found == {404}


@pytest.mark.sqlite_only
def test_a_null_character_in_an_address_leads_nowhere(
    app: Flask, client: Browser
) -> None:
    sign_in(client, make_user(role="admin"))

    answers = [
        client.get(f"/{path}", headers={"Accept": "application/json"})
        for path in ("households/%00", "households/found/%00", "inbox/1/files/a%00")
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert {a.json["problems"][0]["code"] for a in answers} == {"page_not_found"}


def _plain(rule: str) -> str:
    return re.sub("<(path:)?[a-z_]+>", "x", rule)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_exactly_what_is_declared(
    app: Flask, client: Browser, role: str
) -> None:
    user = make_user(role=role, areas=[make_area()])
    make_user(role="admin", password_hash="x")
    ids = absent(app)
    wrong = []

    for door in doors(app):
        allowed = policy(app, door[0])
        if allowed is None:
            continue
        sign_in(client, user, is_program=is_for_programs(door))
        answer = knock(client, door, ids)
        may = role in allowed
        if answer.status_code >= 500 or is_turned_away(answer) == may:
            wrong.append((door[0].rule, door[1], answer.status_code))
        if not may and answer.status_code != 403:
            wrong.append((door[0].rule, door[1], answer.status_code))

    assert wrong == []


def at_central(submission_id: int, household_id: str) -> dict[str, int]:
    """A submission that came from ODK Central, and a household of a list there."""
    place = {"server": "https://odk.example.vn", "project": 1}
    with transaction() as session:
        form = MirroredForm(**place, form_id="f", created_at=clock.now(), file_paths=[])
        session.add(form)
        session.flush()
        mirrored = MirroredSubmission(
            form_id=form.id, central_id="uuid:a", mark="", submitted_at=clock.now()
        )
        session.add(mirrored)
        session.flush()
        session.add(
            MirroredVersion(
                mirrored_id=mirrored.id,
                instance_id="uuid:a",
                content_sha256="",
                submission_id=submission_id,
                seen_at=clock.now(),
                is_raced=True,
            )
        )
        households = EntityList(**place, name="households")
        session.add(households)
        session.flush()
        link = EntityLink(
            server=place["server"],
            list_id=households.id,
            uuid=household_id,
            household_id=household_id,
            made_at=clock.now(),
            sent_hashes=[],
        )
        session.add(link)
        session.flush()
        return {"mirrored_id": mirrored.id, "link_id": link.id}


def reports_of(ward: Area) -> dict[str, Any]:
    """A number of residents, a kept report and a plan of one ward."""
    total = enter_residents(
        by=SYSTEM,
        area_id=ward.id,
        on=date(2026, 1, 1),
        households=100,
        persons=None,
        source="1/BC",
    )
    wanted = asked({"unit": str(ward.id)}, EVERYWHERE)
    kept = freeze(
        by=SYSTEM,
        definition=catalogue().tables["summary"],
        question=wanted.question,
        unit=wanted.unit,
        unit_name=ward.name,
    )
    plan = Plan(
        key="plan-of-a-ward",
        number="1/KH-UBND",
        title="Kế hoạch",
        issuer="",
        signed_on=None,
        area_code=ward.code,
        standard="vn-2022",
        standard_quality="official",
        start=date(2026, 1, 1),
        end=date(2026, 12, 31),
        source="1/KH-UBND",
        targets=(Target("POOR", 1),),
    )
    plan_key = enter_plan(by=SYSTEM, plan=plan).key
    supposed = enter_scenario(
        by=SYSTEM,
        scenario=NamedScenario("Thử", "vn-2022", date(2026, 1, 1)),
        area_id=ward.id,
    )
    take_register(moment=Moment("vn-2022", date(2026, 1, 1)))
    return {
        "total_id": total.id,
        "frozen_id": kept.id,
        "plan_key": plan_key,
        "scenario_key": supposed.key,
    }


def a_round(ward: Area, row: HouseholdRow, scan: str) -> dict[str, int]:
    """A round with a case, and minutes with a scan that say nothing of anybody."""
    review = open_round(ward)
    (case,) = listed(review, row)
    with transaction() as session:
        act = RoundAct(
            round_id=review.id, kind="meeting", on=TODAY, invited=1, attended=1, agreed=1, file_sha256=scan, file_name="a", document_number="", place="",
            chair="", note="", at=clock.now(), actor_kind="user", actor_id=1,
            actor_name="A",
        )  # fmt: skip
        session.add(act)
        session.flush()
    (step,) = every_step(case.id)
    return {
        "round_id": review.id,
        "case_id": case.id,
        "act_id": act.id,
        "step_id": step.id,
    }


def pairs_of(ward: Area) -> tuple[MergeProposal, JudgementRow, HouseholdRow]:
    """Two households that look alike and wait, and two that were judged, with one of
    these."""
    code = {"ward_code": ward.code}
    ask_about_everything()
    arrive(survey("Nguyễn Văn Bình", "1960", **code))
    arrive(survey("Nguyễn Văn Bình", "1960-03-02", **code))
    waiting = db.session.scalars(select(MergeProposal)).one()
    one = arrive(survey("Trần Thị Hoa", "1955", **code))
    arrive(survey("Trần Thị Hoa", "1955-02-01", **code))
    alike = db.session.scalars(
        select(MergeProposal).where(MergeProposal.id != waiting.id)
    ).one()
    decide(
        by=SYSTEM, proposal_id=alike.id, verdict=Verdict.DIFFERENT, reason="hai người"
    )
    judged = db.session.scalars(
        select(JudgementRow).where(JudgementRow.verdict == "different")
    ).one()
    return waiting, judged, household_of(one)


def changes_of(found: HouseholdRow, judged: JudgementRow) -> dict[str, Any]:
    """A household that was assessed, corrected, changed with another one, and left."""
    assess(household_ids=[found.id])
    correct(
        by=SYSTEM,
        household_id=found.id,
        path="address.street",
        value="Khâm Thiên",
        reason="ghi nhầm",
    )
    beside = household_of(judged.right_record_id).id
    if beside == found.id:
        beside = household_of(judged.left_record_id).id
    moved = change_household(
        by=SYSTEM,
        kind="transfer",
        household_id=found.id,
        member_key=golden_of(found).household.members[0].key,
        to_id=beside,
        reason="về ở với con",
    )
    record_departure(
        by=SYSTEM,
        household_id=found.id,
        kind="moved_out",
        on=date(2026, 11, 1),
        reason="chuyển đi",
    )
    corrected = select(Correction.id).where(Correction.path == "address.street")
    return {
        "household_id": found.id,
        "correction_id": db.session.scalars(corrected).one(),
        "change_id": moved.id,
        "event_id": db.session.scalars(select(HouseholdEvent.id)).one(),
    }


@pytest.fixture
def world(app: Flask) -> dict[str, Any]:
    """One of each kind of thing in one ward, by what addresses call its id."""
    ward = make_ward(code="01", name="Phường Láng")
    enumerator = make_user(role="enumerator", areas=[ward])
    waiting, judged, found = pairs_of(ward)
    store = FileStore(app.config["DATA_DIR"] / "files")
    with store.incoming() as incoming:
        incoming.write(b"a drawing")
        file = ReceivedFile(FREE["name"], *incoming.keep(), "text/plain")
    sent = receive(files=[file], area_id=ward.id)
    release_real_form()
    left = make_household(ward)
    arrival = note_arrival(
        by=SYSTEM, household_id=left.id, kind="moved_in", on=TODAY, reason=""
    )
    return {
        **FREE,
        **changes_of(found, judged),
        **at_central(sent.submission_id, found.id),
        "ward": ward,
        "proposal_id": waiting.id,
        "judgement_id": judged.id,
        "recognition_id": recognise(ward, [(left, "POOR")]).id,
        **reports_of(ward),
        **a_round(ward, left, file.sha256),
        "arrival_id": arrival.id,
        "submission_id": sent.submission_id,
        "user_id": enumerator.id,
        "phone_id": add_phone(by=SYSTEM, user_id=enumerator.id, name="Máy").id,
    }


def of_a_ward(app: Flask) -> list[Door]:
    """Addresses of something that lies in a ward."""
    return [
        door
        for door in doors(app)
        if door[0].endpoint not in PUBLIC and door[0].arguments - FREE.keys()
    ]


def test_this_page_knows_every_kind_of_id(app: Flask, world: dict[str, Any]) -> None:
    named = {name for door in of_a_ward(app) for name in door[0].arguments}

    assert named - world.keys() == set()


def test_what_lies_in_another_ward_looks_absent(
    app: Flask, client: Browser, world: dict[str, Any]
) -> None:
    elsewhere = [make_area()]
    missing = absent(app)
    wrong = []

    for door in of_a_ward(app):
        for role in sorted((policy(app, door[0]) or frozenset()) - {"admin"}):
            user = make_user(role=role, areas=elsewhere)
            sign_in(client, user, is_program=is_for_programs(door))
            there, nowhere = (knock(client, door, ids) for ids in (world, missing))
            if there.status_code != nowhere.status_code or there.json != nowhere.json:
                wrong.append((door[0].rule, door[1], role, there.json, nowhere.json))
            if door[1] == "GET" and there.status_code != 404:
                wrong.append((door[0].rule, door[1], role, there.status_code))

    assert wrong == []


def test_the_same_pages_open_in_the_own_ward(
    app: Flask, client: Browser, world: dict[str, Any]
) -> None:
    wrong = []
    user = make_user(role="ward", areas=[world["ward"]])
    for is_program in (False, True):
        sign_in(client, user, is_program=is_program)
    for door in of_a_ward(app):
        if door[1] != "GET" or "ward" not in (policy(app, door[0]) or ()):
            continue
        answer = knock(client, door, world)
        if answer.status_code != 200:
            wrong.append((door[0].rule, answer.status_code, answer.text[:200]))

    assert wrong == []
