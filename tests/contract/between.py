"""What was done between the recorded exchanges without being recorded, and where a
recorded request has to be told anew: workbooks and pictures were not kept, passwords and
keys are this run's own. One function for one recording, called in its place."""

import time
from collections.abc import Callable
from urllib.parse import quote

from tests.contract import forms
from tests.contract.replay import UUID, Replay

Step = Callable[[Replay, str], None]
XFORM = {"Content-Type": "application/xml"}
PHOTO = b"\xff\xd8\xff\xe0 a photo"
AUDIT = b"event,node,start,end\nform start,,1574000000000,\n"
STEPS: dict[str, Step] = {}
OTHERS = (
    "f2478f57-8b94-40e7-90d1-7da2c3775054",
    "f85e7fca-03dd-4c84-89f7-745cf88cf326",
    "9da25849-859c-44e8-8319-6f52adf1a5b0",
    "77281f46-b0d4-4ba6-a2bd-a6b304ad9db4",
    "3e89a347-fd66-4240-bedf-2553933c0f46",
    "c57c36da-dbf7-4a06-8dfa-0821d6c70b67",
)
SECOND = "d0cbf796-8ad8-4b1a-9832-aaa4c5a01cbc"


def step(*names: str) -> Callable[[Step], Step]:
    def register(function: Step) -> Step:
        STEPS.update(dict.fromkeys(names, function))
        return function

    return register


@step("01-login")
def sign_in(replay: Replay, name: str) -> None:
    replay.token = replay.send(name, token="").json()["token"]


@step("01b-login-bad")
def sign_in_badly(replay: Replay, name: str) -> None:
    body = f'{{"email": "{replay.email}", "password": "a wrong password"}}'
    replay.send(name, body=body.encode(), token="")


@step("01e-basic-over-http")
def basic(replay: Replay, name: str) -> None:
    replay.send(name, headers={"Authorization": "Basic YTpi"})


@step("01g-no-auth")
def nobody(replay: Replay, name: str) -> None:
    replay.send(name, token="")


@step("01h-bad-token")
def bad_token(replay: Replay, name: str) -> None:
    replay.send(name, token="x" * 64)


@step("02-project-create")
def project(replay: Replay, name: str) -> None:
    replay.projects[2] = replay.send(name).json()["id"]


@step("03b-form-create-xlsx", "03d-form-create-duplicate")
def register_form(replay: Replay, name: str) -> None:
    replay.send(name, body=forms.register(), headers=XFORM)


@step("05-form-review-create")
def review_form(replay: Replay, name: str) -> None:
    replay.send(name, body=forms.review(), headers=XFORM)


@step("06-appuser-create")
def app_user(replay: Replay, name: str) -> None:
    made = replay.send(name).json()
    replay.key = made["token"]
    replay.texts["app-user/15"] = f"app-user/{made['id']}"
    replay.texts["submitterId eq 15"] = f"submitterId eq {made['id']}"
    replay.texts["submitterId eq '15'"] = f"submitterId eq '{made['id']}'"


@step("07-openrosa-formlist")
def more_forms(replay: Replay, name: str) -> None:
    place = "projects/2/forms?publish=true&ignoreWarnings=true"
    replay.rest("POST", place, forms.bulk(), **XFORM)
    for form in ("hh_review", "hh_bulk"):
        user = replay.texts["app-user/15"]
        replay.rest("POST", f"projects/2/forms/{form}/assignments/{user}")
    replay.send(name)


@step("07g-openrosa-bad-key")
def unknown_key(replay: Replay, name: str) -> None:
    place = replay.recorded[name]["path"].replace("<APPUSER-TOKEN>", "a" * 64)
    replay.send(name, path=place)


@step("07h-openrosa-malformed-key")
def malformed_key(replay: Replay, name: str) -> None:
    place = replay.recorded[name]["path"].replace("<APPUSER-TOKEN>", "not-a-key")
    replay.send(name, path=place)


@step("10d-submit-attachments-second-post", "12j-submit-unicode-attachment-name")
def with_files(replay: Replay, name: str) -> None:
    xml = replay.xml_of("10-submit-new-no-attachments")
    files = {"1574.jpg": PHOTO, "audit.csv": AUDIT}
    if name.startswith("12j"):
        xml = xml.replace("1574.jpg", "ảnh nhà.jpg").replace("audit.csv", "")
        xml = without_entities(xml, "4dc58572-4409-4485-9c72-29fa6f131f78")
        files = {"ảnh nhà.jpg": PHOTO}
    body, kind = multipart(replay.translated(xml), files)
    replay.send(name, body=body, headers={"Content-Type": kind})


@step(
    "10f-odata-if-none-match-stale",
    "36-if-none-match",
    "41d-etag-304-after-schema-change",
    "46e-attachment-if-none-match",
    "59b-entities-csv-304",
)
def known_already(replay: Replay, name: str) -> None:
    earlier = {
        "10f": "10c-odata-table-etag-before-attachments",
        "41d": "41c-odata-after-new-version",
        "46e": "46d-attachment-get-etag",
        "59b": "59-entities-csv-etag",
    }.get(name[:3].rstrip("-"))
    if earlier is None:
        place = replay.path(replay.recorded[name]["path"])
        sent = {"Authorization": f"Bearer {replay.token}"}
        etag = replay.ask("GET", place, None, sent).headers["ETag"]
    else:
        etag = replay.done[earlier].answer.headers["ETag"]
    replay.send(name, headers={"If-None-Match": etag})


@step("14-submissions-list")
def more_submissions(replay: Replay, name: str) -> None:
    """Six more, and the ids that the server made up for those that had none."""
    for other in OTHERS:
        replay.submit(without_entities(replay.xml_of("13-submit-second"), other))
    feed = replay.rest("GET", "projects/2/forms/hh_register.svc/Submissions")["value"]
    ids = [row["__id"] for row in reversed(feed)]
    for recorded, ours in zip(
        ("4b25ca6a-9f0f-4181-9840-71d5378264c1", "e918e446-589e-4681-9012-35c3da5758cd",
         "8e214468-b08a-4d6f-aa30-f75f5e10d349"), ids[1:4], strict=True,
    ):  # fmt: skip
        replay.ids[recorded] = ours
    stamps = {row["__id"]: row["__system"]["submissionDate"] for row in feed}
    seventh = stamps[replay.translated(f"uuid:{OTHERS[0]}")]
    last = stamps[replay.translated(f"uuid:{OTHERS[-1]}")]
    for old, new in (
        ("2026-11-23T20:58:07.392500Z", seventh.replace("Z", "500Z")),
        ("2026-11-23T20:58:07.392Z", seventh),
        ("2026-11-24T03:58:07.446+07:00", last.replace("Z", "+00:00")),
        ("2026-11-23T20%3A58%3A07.392Z", quote(seventh)),
    ):
        replay.texts[old] = new
    replay.send(name)


@step("22-repeat-ids-are-positional")
def edited_member(replay: Replay, name: str) -> None:
    root = "b076e10c-96ef-4c3f-ae18-dafb0c06a233"
    xml = without_entities(replay.xml_of("10-submit-new-no-attachments"), root)
    xml = xml.replace("1574.jpg", "").replace("audit.csv", "")
    replay.submit(xml)
    begin, end = xml.index("<members>"), xml.index("</members>") + len("</members>")
    edited = xml[:begin] + xml[end:]
    edited = edited.replace(
        f"<instanceID>uuid:{root}</instanceID>",
        "<instanceID>uuid:faca6422-9962-4aca-8458-48baa07537f7</instanceID>"
        f"<deprecatedID>uuid:{root}</deprecatedID>",
    )
    replay.submit(edited)
    replay.send(name)


@step("23k-resubmit-deleted")
def deleted_before(replay: Replay, name: str) -> None:
    replay.submit(replay.xml_of(name))
    here = "projects/2/forms/hh_register/submissions"
    replay.rest("DELETE", f"{here}/uuid:49f3f63c-89fe-42d5-9682-6e1d59e18c2a")
    replay.send(name)


@step("32b-follow-nextlink", "32k-orderby-follow-nextlink", "34b-subtable-next")
def next_page(replay: Replay, name: str) -> None:
    """On the next link, put on our own base address."""
    earlier = {
        "32b": "32-top2",
        "32k": "32j-orderby-asc-top",
        "34b": "34-subtable-members",
    }[name[:3]]
    link = replay.done[earlier].answer.json()["@odata.nextLink"]
    place = replay.recorded[name]["path"]
    begin = place.index("skiptoken=")
    replay.send(name, path=place[:begin] + link[link.index("skiptoken=") :])


@step("41-new-draft", "41e-publish-same-version-again")
def second_version(replay: Replay, name: str) -> None:
    replay.send(name, body=forms.register("2026112302"), headers=XFORM)


@step("41i-edit-v1-with-v2")
def edited_with_newer(replay: Replay, name: str) -> None:
    root = "cb4cb1fc-d519-43fb-9a6e-ff5470390aca"
    replay.submit(without_entities(replay.xml_of("13-submit-second"), root))
    replay.send(name)


@step("42-draft-token")
def draft_is_dropped(replay: Replay, name: str) -> None:
    replay.send(name)
    replay.rest("DELETE", "projects/2/forms/hh_register/draft")


@step("44-revoke-appuser-session")
def lost_phone(replay: Replay, name: str) -> None:
    made = replay.rest("POST", "projects/2/app-users", {"displayName": "Tạm thời"})
    place = f"projects/2/forms/hh_register/assignments/app-user/{made['id']}"
    replay.rest("POST", place)
    replay.texts["<LOST>"] = made["token"]
    replay.send(name, path=f"/v1/sessions/{quote(made['token'], safe='')}")


@step("44b-submit-with-revoked-token")
def post_from_lost_phone(replay: Replay, name: str) -> None:
    place = replay.recorded[name]["path"].replace("<APPUSER-TOKEN>", "<LOST>")
    replay.send(name, path=place)


@step("45-logout", "45b-after-logout")
def sign_out(replay: Replay, name: str) -> None:
    if name == "45-logout":
        given = {"email": replay.email, "password": replay.password}
        replay.texts["<SESSION>"] = replay.rest("POST", "sessions", given)["token"]
    replay.send(name, token=replay.texts["<SESSION>"])


@step("46-attachment-post-unexpected-name")
def awaited_photo(replay: Replay, name: str) -> None:
    root = "a896b0d2-94d7-48d0-b6f4-bb105a35dfc5"
    xml = without_entities(replay.xml_of("10-submit-new-no-attachments"), root)
    replay.submit(xml.replace("1574.jpg", "p.jpg").replace("audit.csv", ""))
    replay.send(name, body=PHOTO)


@step("46b-attachment-post", "46c-attachment-replace")
def photo(replay: Replay, name: str) -> None:
    replay.send(name, body=PHOTO + name.encode())


def multipart(xml: str, files: dict[str, bytes]) -> tuple[bytes, str]:
    line = "----recorded"
    parts: list[tuple[str, bytes]] = [("xml_submission_file", xml.encode())]
    body = b""
    for name, content in [*parts, *files.items()]:
        head = f'Content-Disposition: form-data; name="{name}"; filename="{name}"'
        body += f"--{line}\r\n{head}\r\n\r\n".encode() + content + b"\r\n"
    return body + f"--{line}--\r\n".encode(), f"multipart/form-data; boundary={line}"


def without_entities(xml: str, instance: str) -> str:
    """Another submission out of one: own id, and entities that nobody else has."""
    begin = xml.index("<instanceID>") + len("<instanceID>")
    end = xml.index("</instanceID>")
    other = UUID.sub(lambda m: f"{m[0][:8]}-{instance[9:13]}-4{m[0][15:]}", xml[:begin])
    return f"{other}uuid:{instance}{xml[end:]}"


def plain(xml: str, instance: str) -> str:
    begin = xml.index("<instanceID>") + len("<instanceID>")
    return f"{xml[:begin]}uuid:{instance}{xml[xml.index('</instanceID>') :]}"


def wait(replay: Replay) -> None:
    """Until the worker that makes entities has come round."""
    if replay.fake:
        replay.fake.settle()
    else:
        time.sleep(30)
