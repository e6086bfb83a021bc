"""Making ODK Central ready for phones: project, lists, forms, app users, assignments.

Lost phones are shut out before anything else, so that no form Central does not like keeps
one alive. Everything is compared with what Central has: whoever comes second, or after
somebody who was killed, does only what is left.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app

from server.central import app_users
from server.central.runs import last_done
from server.domain.problems import Problem
from server.domain.survey.forms import as_released
from server.openrosa.queries import tables_changed_at
from server.web.i18n import _
from sync.app_users import AppUsers, open_filter, slots_needed, too_many_places
from sync.central import part
from sync.form_versions import WantedForm, deploy_form
from sync.forms_for_phones import forms_for_all, forms_for_wards
from sync.lists import ListAt, filters_supported, list_name
from sync.problems import CentralError
from sync.pull import Progress
from sync.retiring import close_variants, tell_of_lists
from sync.rounds import Office, Outcome
from sync.steps import Steps

# The next round tries again.
ATTEMPTS_OF_LOOP = 2
# Under which the sync page keeps what was done.
PLACE = ""
WORK = "app_users"
PROJECT_NAME = "Rà soát hộ nghèo, hộ cận nghèo"
_KEPT_BY = "Máy chủ Rà Soát lập và giữ dự án này; xin đừng xoá. Mã: {mark}"


@dataclass(slots=True)
class Deployed:
    """What Central has now; no project where one was only to be made."""

    project: int | None
    problems: list[tuple[str, Problem]]


def deploy(steps: Steps, project: int) -> Deployed:
    """Make everything ready in a project, or in one of our own for 0.

    Raises CentralError. A form that Central refuses does not keep the others back.
    """
    number = steps.settle(lambda: _find_project(steps, project))
    users = AppUsers(steps, number)
    users.shut_out()
    has_filters = number is None or filters_supported(steps.central, number)
    wanted = users.wanted()
    problems = too_many_places(wanted) if has_filters else []
    if has_filters:
        forms = {form.form_id: (form, _in_use(users)) for form in forms_for_all()}
        _prepare(steps, number, None, slots_needed(wanted))
    else:
        forms = _by_ward(steps, users, number)
    for form, _phones in forms.values():
        problems += _deploy_form(steps, number, form)
    users.align(has_filters=has_filters)
    if number is not None:
        refused = {form_id for form_id, _problem in problems}
        there = _ours_there(steps, number, forms)
        given = {f: forms[f][1] if f in forms else set() for f in sorted(there)}
        given = {f: ids for f, ids in given.items() if f not in refused}
        if has_filters:
            old = _variants(there, forms, users)
            close_variants(steps, number, [f for f in old if there[f] == "open"])
            users.assign(given | old, old)
            tell_of_lists(steps, number)
        else:
            users.assign(given)
    return Deployed(number, problems)


def is_deploy_due(office: Office) -> bool:
    """Whether phones have changed since a project was made ready for them, or the form
    that asks the signed score tables has."""
    url, project = office.central.url, office.project
    return app_users.is_due(url, project) or _is_form_due(url, project)


def _is_form_due(url: str, project: int) -> bool:
    changed = tables_changed_at()
    if changed is None or not app_users.is_made_ready(url, project):
        return False
    done = last_done(WORK)
    return done is None or done < changed


def deploy_all(office: Office, progress: Progress) -> Outcome:
    """The same from within the loop, which tells what it does by numbers only.

    Raises nothing: pulling must not wait for a form that Central does not like.
    """
    steps = Steps(
        office.central,
        tell=lambda _sentence: None,
        progress=progress,
        sleep=office.central.pause,
        attempts=ATTEMPTS_OF_LOOP,
    )
    outcome = Outcome()
    is_form_due = _is_form_due(office.central.url, office.project)
    try:
        outcome.problems += deploy(steps, office.project).problems
    except CentralError as error:
        outcome.problems.append(("", error.problem))
    outcome.counts[PLACE] = Counter(steps.counts)
    if is_form_due and not outcome.problems and not steps.counts["forms"]:
        # Somebody did it from a terminal: kept, so that no round looks again.
        outcome.counts[PLACE]["forms_current"] = 1
    return outcome


def _ours_there(
    steps: Steps, number: int, forms: Mapping[str, tuple[WantedForm, set[int]]]
) -> dict[str, str]:
    """The state of each form of ours at Central, also of those nobody needs any more."""
    told = steps.settle(lambda: steps.central.get(f"projects/{number}/forms"))
    ours = {as_released(form_id, "")[0] for form_id in forms}
    return {
        str(each["xmlFormId"]): str(each.get("state") or "open")
        for each in told
        if each.get("publishedAt")
        and as_released(str(each["xmlFormId"]), "")[0] in ours
    }


def _variants(
    there: Iterable[str], forms: Collection[str], users: AppUsers
) -> dict[str, set[int]]:
    """The phones of the ward of each variant that is not needed any more: one that was
    offline brings what it filled in."""
    living = [each for each in users.wanted() if each.is_wanted]
    return {
        form_id: {e.phone_id for e in living if form_id.rpartition("_")[2] in e.wards}
        for form_id in there
        if form_id not in forms
    }


def _by_ward(
    steps: Steps, users: AppUsers, number: int | None
) -> dict[str, tuple[WantedForm, set[int]]]:
    phones: dict[str, set[int]] = {}
    for each in users.wanted():
        for code in each.wards if each.is_wanted else ():
            phones.setdefault(code, set()).add(each.phone_id)
    found: dict[str, tuple[WantedForm, set[int]]] = {}
    for code, forms in forms_for_wards(sorted(phones)).items():
        _prepare(steps, number, code, 0)
        found |= {form.form_id: (form, phones[code]) for form in forms}
    return found


def _in_use(users: AppUsers) -> set[int]:
    return {each.phone_id for each in users.wanted() if each.is_wanted}


def _find_project(steps: Steps, number: int) -> int | None:
    """The project of the settings, or the one that carries our mark."""
    if number:
        _check(steps.central.get(f"projects/{number}"))
        return number
    if found := _ours(steps):
        return found
    body = {"name": PROJECT_NAME, "description": _KEPT_BY.format(mark=_mark())}
    what = _("lập dự án “{name}”", name=PROJECT_NAME)
    made = steps.take(
        "projects", what, lambda: steps.central.send("POST", "projects", body)
    )
    if made is None:
        return None
    first = _ours(steps)
    if first and first != int(made["id"]):
        # Somebody was faster; what was made a moment ago is empty.
        steps.central.send("DELETE", f"projects/{part(made['id'])}")
    return first or int(made["id"])


def _ours(steps: Steps) -> int | None:
    """The eldest project that carries our mark."""
    told = steps.central.get("projects")
    ours = [each for each in told if _mark() in str(each.get("description") or "")]
    if not ours:
        return None
    first = min(ours, key=lambda each: int(each["id"]))
    _check(first)
    return int(first["id"])


def _check(project: dict[str, Any]) -> None:
    values = {"value": project.get("name"), "number": project.get("id")}
    if project.get("deletedAt"):
        raise CentralError(Problem("central_project_deleted", "", values))
    if project.get("keyId") is not None:
        raise CentralError(Problem("central_project_encrypted", "", values))


def _mark() -> str:
    """Tells our project from that of another installation beside us."""
    key = str(current_app.config["SEALING_KEY"])
    return hashlib.sha256(f"central project {key}".encode()).hexdigest()[:12]


def _prepare(steps: Steps, number: int | None, ward: str | None, slots: int) -> None:
    """The list of a ward, or of all with a filter."""
    name = list_name(ward)
    what = _("lập danh sách hộ “{name}” với mọi cột của nó", name=name)
    if number is None:
        steps.take("lists", what, lambda: None)
        return
    at = ListAt(steps.central, number, name)
    steps.look(name)
    if not steps.settle(at.is_prepared):
        steps.take("lists", what, at.prepare)
    if ward is None and not (steps.is_dry and not at.is_prepared()):
        open_filter(steps, at, slots)


def _deploy_form(
    steps: Steps, number: int | None, form: WantedForm
) -> list[tuple[str, Problem]]:
    steps.look(form.form_id)
    try:
        steps.settle(lambda: deploy_form(steps, number, form))
    except CentralError as error:
        if error.passing:
            raise
        return [(form.form_id, error.problem)]
    return []
