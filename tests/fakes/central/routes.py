"""Which address does what, and what somebody must be allowed to do for it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.fakes.central import (
    accounts,
    app_users,
    datasets,
    drafts,
    entity_views,
    feeds,
    forms,
    phones,
    projects,
    submission_feeds,
    submission_views,
)
from tests.fakes.central.wire import ODATA, Reply, Request, not_found
from tests.fakes.central.world import Form, Project, World

Handler = Callable[..., Reply]
ROLES = [
    {"id": 1, "name": "Administrator", "system": "admin"},
    {"id": 2, "name": "App User", "system": "app-user"},
    {"id": 5, "name": "Project Manager", "system": "manager"},
    {"id": 6, "name": "Project Viewer", "system": "viewer"},
    {"id": 8, "name": "Data Collector", "system": "formfill"},
]


@dataclass(frozen=True)
class Route:
    """`door` is "odata" or "phone" where errors look different there."""

    method: str
    steps: tuple[re.Pattern[str], ...]
    verb: str
    handler: Handler
    door: str = ""

    def match(self, method: str, steps: list[str]) -> dict[str, str] | None:
        if method != self.method or len(steps) != len(self.steps):
            return None
        found: dict[str, str] = {}
        for pattern, step in zip(self.steps, steps, strict=True):
            match = pattern.fullmatch(step)
            if match is None:
                return None
            found |= match.groupdict()
        return found


def _route(line: str, handler: Handler, door: str = "") -> Route:
    method, path, verb = line.split()
    steps = tuple(
        re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(step)), re.DOTALL)
        for step in path.strip("/").split("/")
    )
    return Route(method, steps, verb, handler, door)


P, F = "projects/{project}", "projects/{project}/forms/{form}"
S = f"{F}/submissions/{{instance}}"
D = f"{P}/datasets/{{dataset}}"
SITE_ROUTES = [
    _route("POST sessions -", accounts.sign_in),
    _route("GET sessions/restore -", accounts.restore_session),
    _route("DELETE sessions/{token} any", accounts.sign_out),
    _route("GET users/current any", accounts.current_user),
    _route("GET audits site", submission_views.list_audits),
    _route("GET roles any", lambda world, request: Reply(ROLES)),
    _route("GET projects any", projects.list_projects),
    _route("POST projects site", projects.add_project),
    _route(f"GET {P} read", projects.get_project),
    _route(f"DELETE {P} write", projects.delete_project),
    _route(f"GET {P}/app-users read", app_users.list_all),
    _route(f"POST {P}/app-users write", app_users.add),
    _route(f"PATCH {P}/app-users/{{user}} write", app_users.change),
    _route(f"DELETE {P}/app-users/{{user}} write", app_users.delete),
    _route("POST users site", accounts.add_user),
    _route(f"POST {P}/assignments/{{role}}/{{user}} write", accounts.give_role),
    _route(f"GET {P}/actor-properties read", app_users.list_properties),
    _route(f"POST {P}/actor-properties write", app_users.add_property),
]
FORM_ROUTES = [
    _route(f"GET {P}/forms read", forms.list_forms),
    _route(f"POST {P}/forms write", forms.add_form),
    _route(f"POST {P}/forms/{{number}}/restore write", forms.restore_form),
    _route(f"GET {F}.svc read", submission_feeds.service, "odata"),
    _route(f"GET {F}.xml read", forms.form_xml),
    _route(f"GET {F} read", forms.get_form),
    _route(f"PATCH {F} write", forms.change_form),
    _route(f"DELETE {F} write", forms.delete_form),
    _route(f"GET {F}/fields read", forms.form_fields),
    _route(f"GET {F}/versions read", forms.form_versions),
    _route(f"GET {F}/draft read", drafts.get_draft),
    _route(f"POST {F}/draft write", drafts.put_draft),
    _route(f"DELETE {F}/draft write", drafts.delete_draft),
    _route(f"POST {F}/draft/publish write", drafts.publish),
    _route(f"GET {F}/draft/attachments read", drafts.draft_files),
    _route(f"GET {F}/attachments read", drafts.draft_files),
    _route(f"PATCH {F}/draft/attachments/{{name}} write", drafts.link_file),
    _route(f"POST {F}/draft/attachments/{{name}} write", drafts.link_file),
    _route(f"GET {F}/assignments read", accounts.assignments),
    _route(f"GET {F}/assignments/{{role}} read", accounts.assignments),
    _route(f"POST {F}/assignments/{{role}}/{{user}} write", accounts.assign),
    _route(f"DELETE {F}/assignments/{{role}}/{{user}} write", accounts.assign),
]
SUBMISSION_ROUTES = [
    _route(
        f"GET {F}.svc/Submissions('{{instance}}') read",
        submission_feeds.single,
        "odata",
    ),
    _route(f"GET {F}.svc/{{table}} read", submission_feeds.table, "odata"),
    _route(f"GET {F}/submissions read", submission_views.list_all),
    _route(f"POST {F}/submissions write", submission_views.create),
    _route(f"GET {S}.xml read", submission_views.xml),
    _route(f"GET {S} read", submission_views.get),
    _route(f"PUT {S} write", submission_views.edit),
    _route(f"PATCH {S} write", submission_views.review),
    _route(f"DELETE {S} write", submission_views.delete),
    _route(f"POST {S}/restore write", submission_views.restore),
    _route(f"GET {S}/versions read", submission_views.versions),
    _route(f"GET {S}/versions/{{edited}} read", submission_views.version),
    _route(f"GET {S}/audits read", submission_views.audits),
    _route(f"GET {S}/comments read", submission_views.comments),
    _route(f"POST {S}/comments comment", submission_views.add_comment),
    _route(f"GET {S}/attachments read", submission_views.files),
    _route(f"GET {S}/attachments/{{name}} read", submission_views.file),
    _route(f"POST {S}/attachments/{{name}} write", submission_views.put_file),
    _route(f"DELETE {S}/attachments/{{name}} write", submission_views.put_file),
]
DATASET_ROUTES = [
    _route(f"GET {P}/datasets read", datasets.list_all),
    _route(f"POST {P}/datasets write", datasets.add),
    _route(f"GET {D}.svc/Entities read", entity_views.table, "odata"),
    _route(f"GET {D} read", datasets.get),
    _route(f"PATCH {D} write", datasets.change),
    _route(f"DELETE {D} write", datasets.delete),
    _route(f"POST {D}/properties write", datasets.add_property),
    _route(f"DELETE {D}/properties/{{name}} write", datasets.delete_property),
    _route(f"GET {D}/entities.csv read", entity_views.entities_csv),
    _route(f"GET {D}/entities read", entity_views.list_all),
    _route(f"POST {D}/entities write", entity_views.create),
    _route(f"POST {D}/entities/{{act}} write", entity_views.bulk),
    _route(f"GET {D}/entities/{{key}} read", entity_views.get),
    _route(f"PATCH {D}/entities/{{key}} write", entity_views.change),
    _route(f"DELETE {D}/entities/{{key}} write", entity_views.delete),
    _route(f"POST {D}/entities/{{key}}/restore write", entity_views.restore),
    _route(f"GET {D}/entities/{{key}}/versions read", entity_views.versions),
]
PHONE_ROUTES = [
    _route(f"GET {P}/formList phone", phones.form_list, "phone"),
    _route(f"HEAD {P}/submission phone", phones.announce, "phone"),
    _route(f"POST {P}/submission phone", phones.submit, "phone"),
    _route(f"GET {F}.xml phone", phones.form_xml),
    _route(f"GET {F}/manifest phone", phones.manifest, "phone"),
    _route(f"GET {F}/attachments/{{name}} phone", phones.form_file),
    _route(f"GET {P}/datasets/{{name}}/integrity phone", phones.integrity, "phone"),
]
ROUTES = [*SITE_ROUTES, *FORM_ROUTES, *SUBMISSION_ROUTES, *DATASET_ROUTES]


def find_route(request: Request, steps: list[str]) -> tuple[Route, dict[str, str]]:
    """The first that fits; a phone's key also tries what only people may do."""
    tried = [*PHONE_ROUTES, *ROUTES] if request.is_key else ROUTES
    for route in tried:
        found = route.match(request.method, steps)
        if found is not None:
            return route, found
    raise not_found()


def answer(
    world: World, request: Request, route: Route, given: dict[str, str]
) -> Reply:
    """Do what a route says for somebody who may."""
    arguments: dict[str, Any] = dict(given)
    project: Project | None = None
    if "project" in given:
        project = _project(world, given["project"])
        arguments["project"] = project
    number = project.number if project else 0
    if route.verb == "phone":
        if request.actor.project != number:
            raise not_found()
    elif route.verb == "any":
        accounts.demand_signed_in(request.actor)
    elif route.verb != "-":
        accounts.demand(request.actor, route.verb, number)
    if project and "form" in given:
        arguments["form"] = _form(project, given["form"], request)
    if project and "dataset" in given:
        arguments["dataset"] = entity_views.find(project, given["dataset"])
    _drop_unwanted(route.handler, arguments)
    return route.handler(world, request, **arguments)


def check_feed(request: Request) -> None:
    feeds.check(request)


def odata_headers(route: Route) -> dict[str, str]:
    return dict(ODATA) if route.door == "odata" else {}


def _drop_unwanted(handler: Handler, arguments: dict[str, Any]) -> None:
    names = handler.__code__.co_varnames[: handler.__code__.co_argcount]
    for name in set(arguments) - set(names):
        del arguments[name]


def _project(world: World, number: str) -> Project:
    project = world.projects.get(int(number)) if number.isdecimal() else None
    if project is None:
        raise not_found()
    return project


def _form(project: Project, form_id: str, request: Request) -> Form:
    for form in project.forms:
        if form.form_id == form_id and form.deleted_at is None:
            needs_publication = ".svc" in request.path or "submissions" in request.path
            if needs_publication and not form.published:
                raise not_found()
            return form
    raise not_found()
