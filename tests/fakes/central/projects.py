"""Projects."""

from typing import Any

from tests.fakes.central.clock import iso
from tests.fakes.central.verbs import VERBS_OF
from tests.fakes.central.wire import SUCCESS, Reply, Request, missing
from tests.fakes.central.world import Project, World

Json = dict[str, Any]


def list_projects(world: World, request: Request) -> Reply:
    roles = request.actor.roles if request.actor else {}
    seen = [p for p in world.projects.values() if 0 in roles or p.number in roles]
    live = [project for project in seen if project.deleted_at is None]
    return Reply([_project(each) | _listed(each, roles, request) for each in live])


def _listed(project: Project, roles: dict[int, str], request: Request) -> Json:
    """What only the list says: what the one who asks may do, and how much there is."""
    mine = {role for number, role in roles.items() if number in {0, project.number}}
    more: Json = {"verbs": sorted({verb for role in mine for verb in VERBS_OF[role]})}
    if request.is_extended:
        live = [form for form in project.forms if form.deleted_at is None]
        sent = [s.created_at for f in live for s in f.submissions.values()]
        more |= {
            "forms": len(live),
            "lastEntity": None,
            "appUsers": 0,
            "lastSubmission": iso(max(sent, default=None)),
            "datasets": len(project.datasets),
        }
    return more


def add_project(world: World, request: Request) -> Reply:
    given = request.json
    if not given.get("name"):
        raise missing("name")
    project = Project(
        world.next("project"),
        given["name"],
        world.clock.now(),
        description=given.get("description"),
    )
    world.projects[project.number] = project
    return Reply(_project(project) | {"acteeId": world.new_uuid()})


def get_project(world: World, request: Request, project: Project) -> Reply:
    return Reply(_project(project))


def delete_project(world: World, request: Request, project: Project) -> Reply:
    project.deleted_at = world.clock.now()
    return Reply(SUCCESS)


def _project(project: Project) -> Json:
    return {
        "id": project.number,
        "name": project.name,
        "description": project.description,
        "archived": None,
        "keyId": None,
        "createdAt": iso(project.created_at),
        "updatedAt": None,
        "deletedAt": iso(project.deleted_at),
    }
