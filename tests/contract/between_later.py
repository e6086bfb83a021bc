"""As `between.py`: entities, roles, and forms that are deleted and made again."""

import re
import uuid

from tests.contract import forms
from tests.contract.between import STEPS, XFORM, plain, step, wait
from tests.contract.replay import Replay
from tests.contract.scope import IN_SCOPE


@step("50-entities-list", "53c-entity-hard-conflict", "54c-audits-entity-error")
def after_the_worker(replay: Replay, name: str) -> None:
    wait(replay)
    replay.send(name)


@step("53g-resolve", "53h-resolve-again")
def resolve(replay: Replay, name: str) -> None:
    replay.send(name, headers={"Content-Type": "application/json"})


@step("55-offline-branch-second-first")
def offline(replay: Replay, name: str) -> None:
    wait(replay)
    entity = {"uuid": "dde3559e-4ec5-46ac-9445-8e054538fd40", "label": "off"}
    entity["uuid"] = replay.translated(entity["uuid"])
    replay.rest("POST", "projects/2/datasets/households/entities", entity)
    replay.send(name)
    wait(replay)


@step("55c-offline-branch-first")
def offline_first(replay: Replay, name: str) -> None:
    """Recorded with ids that belong together, though the recorder kept one of each."""
    replay.send(name)
    wait(replay)


@step("54b-submission-audits-entity-error")
def failed_entity(replay: Replay, name: str) -> None:
    xml = replay.xml_of("54-update-unknown-entity")
    mine = "478a1381-778e-43d2-b32d-3225d128f0cd"
    begin = xml.index("<instanceID>")
    end = xml.index("</instanceID>")
    replay.submit(f"{xml[:begin]}<instanceID>uuid:{mine}{xml[end:]}")
    wait(replay)
    replay.send(name)


@step("72-race-edits-odata-single")
def race(replay: Replay, name: str) -> None:
    """Two edits of one version that overlap: only a fake can be told to do that."""
    assert replay.fake
    root = "081a4129-ee70-402f-a707-3f06af53b0eb"
    xml = plain(replay.xml_of("81i-resubmit-after-purge"), root)
    replay.submit(xml)
    world = replay.fake.world
    world.late_chance = 1.0
    for letter in "ab":
        old = f"<instanceID>uuid:{root}</instanceID>"
        new = f"<instanceID>uuid:{letter}{root[1:]}</instanceID>"
        gone = f"<deprecatedID>uuid:{root}</deprecatedID>"
        answer = replay.submit(xml.replace(old, new + gone))
        assert answer.status_code == 201, answer.text
    wait(replay)
    replay.send(name)


def as_somebody(replay: Replay, name: str) -> None:
    """As Project Viewer or Manager, whom the recorder had made before."""
    role = name.split("-")[1]
    if f"<{role}>" not in replay.texts:
        email = f"{role}-{uuid.uuid4()}@example.org"
        given = {"email": email, "password": "a long password"}
        made = replay.rest("POST", "users", given)
        replay.rest("POST", f"projects/2/assignments/{role}/{made['id']}")
        replay.texts[f"<{role}>"] = replay.rest("POST", "sessions", given)["token"]
    replay.send(name, token=replay.texts[f"<{role}>"])


STEPS.update({name: as_somebody for name in IN_SCOPE if re.match("71-[vm]", name)})


@step("81-form-delete", "81d-recreate-deleted-form-same-version")
def deleted_form(replay: Replay, name: str) -> None:
    number = 5 if name == "81-form-delete" else 9
    made = replay.rest("POST", "projects", {"name": f"Thử {number}"})
    replay.projects[number] = made["id"]
    place = f"projects/{number}/forms"
    replay.rest(
        "POST", f"{place}?publish=true&ignoreWarnings=true", forms.bulk(), **XFORM
    )
    if number == 5:
        replay.rest("POST", f"{place}/hh_bulk/submissions", purged(replay), **XFORM)
        replay.send(name)
        return
    replay.rest("DELETE", f"{place}/hh_bulk")
    replay.send(name, body=forms.bulk(), headers=XFORM)


@step("81d2-recreate-deleted-form-new-version")
def created_again(replay: Replay, name: str) -> None:
    replay.send(name, body=forms.bulk("2"), headers=XFORM)


@step("81h-after-purge-deletedAt-filter")
def purge(replay: Replay, name: str) -> None:
    assert replay.fake
    project = replay.projects[5]
    gone = replay.fake.world.projects[project].forms[0]
    replay.rest("POST", f"projects/5/forms/{gone.number}/restore")
    root = "uuid:097633b2-0099-46e4-b617-06b2d029b83c"
    replay.rest("DELETE", f"projects/5/forms/hh_bulk/submissions/{root}")
    replay.fake.purge(project, "hh_bulk", replay.translated(root))
    replay.send(name)


def purged(replay: Replay) -> bytes:
    return replay.translated(replay.xml_of("81i-resubmit-after-purge")).encode()
