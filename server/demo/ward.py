"""The synthetic ward: its residential groups, its staff and its phones.

Set up through the same actions that an administrator's screens call.
"""

import secrets
from dataclasses import dataclass

from server import clock
from server.accounts import actions as accounts
from server.accounts.phones import add_phone
from server.accounts.queries import find_user_by_login
from server.areas import actions as areas
from server.areas.queries import area_on, groups_of
from server.db import transaction
from server.domain.actor import SYSTEM, Actor

WARD_CODE = "00235"  # phường Đống Đa since 2025-07-01
GROUPS = 12
STAFF = (
    ("quantri", "Quản trị (dữ liệu mẫu)", "admin"),
    ("phuong", "Đỗ Thị Phường", "ward"),
)
ENUMERATORS = (
    ("tran.thi.ra", "Trần Thị Rà"),
    ("le.van.soat", "Lê Văn Soát"),
    ("pham.minh.ho", "Phạm Minh Hộ"),
    ("bui.thi.to", "Bùi Thị Tổ"),
    ("vu.duc.xa", "Vũ Đức Xa"),
)


@dataclass(frozen=True, slots=True)
class Enumerator:
    """One enumerator's phone and the numbers of the groups it visits."""

    name: str
    server_url: str
    device_id: str
    groups: range


@dataclass(frozen=True, slots=True)
class Ward:
    """The ward as set up. `passwords` are shown once, when the demo starts."""

    area_id: int
    code: str
    enumerators: tuple[Enumerator, ...]
    passwords: dict[str, str]

    def group_code(self, number: int) -> str:
        """The code of residential group `number`, from 1."""
        return f"{self.code}-{number:02}"


def find_ward() -> int | None:
    """The id of the demo's ward account, when the demo was set up before."""
    user = find_user_by_login(STAFF[1][0])
    return user.id if user else None


def actor_of_the_ward() -> Actor:
    """The officer in whose name the demo's ward decides."""
    user = find_user_by_login(STAFF[1][0])
    if user is None:
        raise LookupError("the demo is not set up")
    return Actor("user", user.id, user.name)


def set_up(base_url: str) -> Ward:
    """Groups, staff with passwords, enumerators with phones."""
    with transaction():
        areas.load_areas(by=SYSTEM)
        ward = area_on(WARD_CODE, clock.today())
        if ward is None:
            raise LookupError(f"area {WARD_CODE} is not loaded")
        names = [f"Tổ {number}" for number in range(1, GROUPS + 1)]
        if not groups_of(ward.id):
            areas.add_groups(by=SYSTEM, ward_id=ward.id, names=names)
        passwords = {}
        for login, name, role in STAFF:
            passwords[login] = secrets.token_urlsafe(9)
            area_ids = [] if role == "admin" else [ward.id]
            _, token = accounts.add_user(
                by=SYSTEM, login=login, name=name, role=role, area_ids=area_ids
            )
            accounts.accept_invitation(token=token, password=passwords[login])
        phones = []
        share = GROUPS / len(ENUMERATORS)
        for number, (login, name) in enumerate(ENUMERATORS):
            user, _ = accounts.add_user(
                by=SYSTEM, login=login, name=name, role="enumerator", area_ids=[ward.id]
            )
            phone = add_phone(by=SYSTEM, user_id=user.id, name=f"Điện thoại {name}")
            first, last = round(number * share) + 1, round((number + 1) * share)
            phones.append(
                Enumerator(
                    name=name,
                    server_url=f"{base_url}/key/{phone.secrets['token']}",
                    device_id=f"collect:demo{number:012}",
                    groups=range(first, last + 1),
                )
            )
    return Ward(ward.id, ward.code, tuple(phones), passwords)
