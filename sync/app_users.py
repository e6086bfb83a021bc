"""App users at ODK Central: one for each phone, with its wards, and none for a lost one.

An app user is found again by the end of its name, which is the sign-in name of its phone;
so one whose making was answered into the void is taken over instead of made twice. What
somebody revoked at Central stays revoked.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from server.central import app_users
from server.central.app_users import WantedAppUser
from server.central.places import GROUP, WARD, Codes
from server.domain.actor import SYSTEM
from server.domain.problems import Problem
from server.web.i18n import _
from sync.central import part
from sync.lists import ListAt
from sync.problems import CentralError
from sync.steps import Steps, without_secret

EXTENDED = {"X-Extended-Metadata": "true"}
# Each further ward is one more rule that Central weighs for every household.
MOST_PLACES = 40
ROLE = "app-user"

Json = dict[str, Any]


class AppUsers:
    """The app users of one project, beside the phones of this installation."""

    def __init__(self, steps: Steps, project: int | None) -> None:
        self.steps = steps
        self.central = steps.central
        self.project = project
        self.path = f"projects/{project}/app-users"

    def shut_out(self) -> None:
        """Revoke whoever must not send any more. Raises CentralError."""
        self.steps.settle(self._shut_out)

    def align(self, *, has_filters: bool) -> None:
        """Make an app user for each phone, and tell Central their wards."""
        self.steps.settle(lambda: self._align(has_filters=has_filters))

    def wanted(self) -> list[WantedAppUser]:
        """How it should be."""
        return app_users.wanted(self.central.url, self.project or 0)

    def assign(
        self, given: Mapping[str, Collection[int]], left: Collection[str] = ()
    ) -> None:
        """Give each form to its phones, and take it from all others of ours. Those that
        are `left` from earlier are only taken."""
        ours = {
            each.actor_id: each
            for each in self.wanted()
            if each.actor_id is not None and each.revoked_at is None
        }
        for number, form_id in enumerate(given):
            self.steps.look(form_id, number, len(given))
            is_left = form_id in left
            wanted = given[form_id]
            self.steps.settle(
                partial(self._assign, form_id, wanted, ours, is_left=is_left)
            )

    def _shut_out(self) -> None:
        found = self._found()
        for each in self.wanted():
            for told in _surplus(each, found[each.mark]):
                self._revoke(each, told)
            if not each.is_wanted and each.revoked_at is None and not self.steps.is_dry:
                self._note(app_users.revoked, each)

    def _align(self, *, has_filters: bool) -> None:
        wanted = [each for each in self.wanted() if each.is_wanted]
        found = self._found()
        for number, each in enumerate(wanted):
            self.steps.look(_("Điện thoại ở ODK Central"), number, len(wanted))
            if each.revoked_at is not None:
                continue
            told = _own(each, found[each.mark])
            if told is None and each.actor_id is not None:
                self._note_revoked_there(each)
                continue
            if told is None:
                told = self._make(each)
            elif each.actor_id is None and not self.steps.is_dry:
                self._keep(each, told)
            if told is not None:
                self._tell_codes(each, told, has_filters=has_filters)

    def _found(self) -> Mapping[str, list[Json]]:
        """Everybody at Central by the end of the name."""
        found: dict[str, list[Json]] = defaultdict(list)
        if self.project is None:
            return found
        for told in self.central.get(self.path, None, **EXTENDED):
            name = str(told.get("displayName") or "")
            found[f"[{name.rpartition('[')[2]}"].append(told)
        return found

    def _make(self, each: WantedAppUser) -> Json | None:
        name = f"{each.name} {each.mark}"

        def do() -> Json:
            self._note(app_users.begin, each)
            told: Json = self.central.send("POST", self.path, {"displayName": name})
            self._keep(each, told)
            return told

        return self.steps.take("app_users", _("lập thẻ cho {name}", name=each.name), do)

    def _keep(self, each: WantedAppUser, told: Json) -> None:
        self._note(app_users.begin, each)
        actor = {"actor_id": int(told["id"]), "token": str(told["token"])}
        self._note(app_users.made, each, **actor)

    def _tell_codes(
        self, each: WantedAppUser, told: Json, *, has_filters: bool
    ) -> None:
        """Whose households it may see: at Central by properties, where it knows them."""
        if has_filters:
            properties = properties_of(each.codes)
            now: Json = told.get("properties") or {}
            gone = dict.fromkeys(_ours(now) - properties.keys())
            if gone or any(now.get(name) != said for name, said in properties.items()):
                path = f"{self.path}/{part(told['id'])}"
                body = {"properties": {**gone, **properties}}
                self.steps.take(
                    "app_users",
                    _("báo địa bàn của {name}", name=each.name),
                    lambda: self.central.send("PATCH", path, body),
                )
        if each.told != each.codes and not self.steps.is_dry:
            self._note(app_users.told, each, codes=each.codes)

    def _revoke(self, each: WantedAppUser, told: Json) -> None:
        token = str(told["token"])

        def do() -> None:
            try:
                self.central.send("DELETE", f"sessions/{part(token)}")
            except CentralError as error:
                raise without_secret(error, part(token)) from None

        self.steps.take("app_users", _("thu hồi {name}", name=told["displayName"]), do)

    def _note_revoked_there(self, each: WantedAppUser) -> None:
        self.steps.note(
            _(
                "{name} đã bị thu hồi ở ODK Central; muốn dùng lại, hãy tạo thẻ mới.",
                name=each.name,
            )
        )
        if not self.steps.is_dry:
            self._note(app_users.revoked, each)

    def _assign(
        self,
        form_id: str,
        phone_ids: Collection[int],
        ours: Mapping[int, WantedAppUser],
        *,
        is_left: bool,
    ) -> None:
        path = f"projects/{self.project}/forms/{part(form_id)}/assignments/{ROLE}"
        told = {int(actor["id"]) for actor in self.central.get(path)}
        for actor_id, each in ours.items():
            has, should = actor_id in told, each.phone_id in phone_ids
            if has == should or (is_left and not has):
                continue
            what = _("giao biểu mẫu {form} cho {name}", form=form_id, name=each.name)
            if has:
                what = _(
                    "thôi giao biểu mẫu {form} cho {name}", form=form_id, name=each.name
                )
            method = "DELETE" if has else "POST"
            do = partial(self.central.send, method, f"{path}/{actor_id}")
            self.steps.take("assignments", what, do)

    def _note(self, action: Any, each: WantedAppUser, **given: Any) -> None:
        action(
            by=SYSTEM,
            server=self.central.url,
            project=self.project,
            phone_id=each.phone_id,
            **given,
        )


def open_filter(steps: Steps, at: ListAt, needed: int) -> None:
    """Let Central show each app user the households of its own wards and groups only.

    A property holds one value, so somebody with three wards needs three of each, and the
    list as many rules, of which one that fits is enough. Raises CentralError.
    """
    steps.settle(lambda: _open_filter(steps, at, needed))


def _open_filter(steps: Steps, at: ListAt, needed: int) -> None:
    names = [_slot(kind, n) for n in range(needed) for kind in (WARD, GROUP)]
    path = f"projects/{at.project}/actor-properties"
    known = {str(each["name"]) for each in at.central.get(path)}
    for name in names:
        if name not in known:
            what = _("lập thuộc tính “{name}” của điện thoại", name=name)
            do = partial(at.central.send, "POST", path, {"name": name})
            steps.take("filters", what, do)
    rules = [
        {"datasetProperty": kind, "actorProperty": _slot(kind, n)}
        for n in range(needed)
        for kind in (WARD, GROUP)
    ]
    told = (at.central.get(at.path).get("accessFilter")) or {}
    have = {
        (rule.get("datasetProperty"), rule.get("actorProperty"))
        for rule in told.get("rules") or ()
    }
    asked = {(rule["datasetProperty"], rule["actorProperty"]) for rule in rules}
    if have >= asked:
        return
    body = {"accessFilter": {"type": "property", "rules": rules}}
    steps.take(
        "filters",
        _(
            "chỉ cho mỗi điện thoại thấy hộ của địa bàn mình trong “{list}”",
            list=at.name,
        ),
        lambda: at.central.send("PATCH", at.path, body),
    )


def properties_of(codes: Codes) -> dict[str, str]:
    """The properties that say some wards and groups."""
    return {
        _slot(kind, number): code
        for kind, some in codes.items()
        for number, code in enumerate(some[:MOST_PLACES])
    }


def slots_needed(wanted: Iterable[WantedAppUser]) -> int:
    """How many wards, or groups, one phone has at most."""
    counts = [len(some) for each in wanted for some in each.codes.values()]
    return min(max([1, *counts]), MOST_PLACES)


def too_many_places(wanted: Sequence[WantedAppUser]) -> list[tuple[str, Problem]]:
    """Phones of which Central cannot be told every ward."""
    return [
        (
            each.name,
            Problem(
                "central_places_too_many",
                "",
                {"value": each.name, "count": len(some), "limit": MOST_PLACES},
            ),
        )
        for each in wanted
        for some in each.codes.values()
        if each.is_wanted and len(some) > MOST_PLACES
    ]


def _slot(kind: str, number: int) -> str:
    return kind if number == 0 else f"{kind}_{number + 1}"


def _ours(properties: Json) -> set[str]:
    return {n for n in properties if n.partition("_")[0] in {WARD, GROUP}}


def _own(each: WantedAppUser, told: Sequence[Json]) -> Json | None:
    """The one that is this phone: ours by number, or else the eldest that lives."""
    living = sorted(
        (one for one in told if one.get("token")), key=lambda one: int(one["id"])
    )
    for one in living:
        if each.actor_id in {None, int(one["id"])}:
            return one
    return None


def _surplus(each: WantedAppUser, told: Sequence[Json]) -> list[Json]:
    """Those that live and should not: all of a lost phone, or the second of two that
    were made at the same moment."""
    own = _own(each, told) if each.is_wanted and each.revoked_at is None else None
    return [one for one in told if one.get("token") and one is not own]
