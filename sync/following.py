"""Which forms of the project there are: the guard before every pull."""

from typing import Any

from server.domain.actor import SYSTEM
from server.mirror import actions, queries
from server.mirror.actions import FormFacts
from server.mirror.seen import UnreadableRow, instant
from sync.central import Central
from sync.problems import broken_answer
from sync.rows import Place


def follow(central: Central, project: int) -> list[Place]:
    """The published forms of a project, those that wait for a person left out.

    A form that was deleted and created anew answers like an empty one: by the day of
    its creation it is told apart before anything is compared. Raises CentralError.
    """
    path = f"projects/{project}/forms"
    told = central.get(path, None, **{"X-Extended-Metadata": "true"})
    if not isinstance(told, list):
        raise broken_answer(f"{central.url}/v1/{path}")
    published = [form for form in told if form.get("publishedAt")]
    facts = [_facts(central, path, form) for form in published]
    names = {each.form_id for each in facts}
    actions.miss_forms(by=SYSTEM, server=central.url, project=project, found=names)
    places = []
    for each in facts:
        form_id = actions.meet_form(
            by=SYSTEM, server=central.url, project=project, facts=each
        )
        form = queries.get_form(form_id)
        if form.stopped_reason is not None:
            continue
        place = Place(project, each.form_id, form_id)
        if form.fields_hash != form.hash:
            _learn_fields(central, place, form.hash)
        places.append(place)
    return places


def _learn_fields(central: Central, place: Place, version_hash: str) -> None:
    told = central.get(f"{place.path}/fields", {"odata": "true"})
    paths = [str(field["path"]).strip("/") for field in told if field.get("binary")]
    actions.know_fields(
        form_id=place.form_id, version_hash=version_hash, file_paths=paths
    )


def _facts(central: Central, path: str, form: dict[str, Any]) -> FormFacts:
    try:
        created_at = instant(form.get("createdAt"))
        published_at = instant(form.get("publishedAt"))
    except UnreadableRow as wrong:
        raise broken_answer(f"{central.url}/v1/{path}") from wrong
    if created_at is None or not form.get("xmlFormId"):
        raise broken_answer(f"{central.url}/v1/{path}")
    return FormFacts(
        form_id=str(form["xmlFormId"]),
        created_at=created_at,
        version=str(form.get("version") or ""),
        hash=str(form.get("hash") or ""),
        published_at=published_at,
    )
