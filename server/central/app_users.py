"""What each phone is at ODK Central, and what it should be.

Nothing here talks to Central: `wanted` says how things should be, and whoever goes there
writes down what it did. What is still to be done follows from the difference, so a phone
that was lost while Central was away is shut out when it is back, however late.
"""

from dataclasses import dataclass, field
from datetime import datetime

from flask import current_app
from sqlalchemy import ColumnElement, exists, or_, select

from server import clock
from server.accounts.queries import areas_by_user
from server.accounts.tables import Phone, User
from server.areas.queries import descendants
from server.audit import actions as audit
from server.central.places import Codes, Places, places_of
from server.central.tables import AppUser
from server.db import db, serialise, transaction
from server.domain.actor import Actor, Scope


@dataclass(frozen=True, slots=True)
class WantedAppUser:
    """A phone as it should be at one project, and what is known of it there."""

    phone_id: int
    name: str
    mark: str  # what its name at Central ends with, and no other's does
    is_wanted: bool  # False: it is to be shut out
    codes: Codes = field(default_factory=dict)
    wards: tuple[str, ...] = ()  # also those of which it has some groups only
    is_begun: bool = False
    actor_id: int | None = None
    told: Codes = field(default_factory=dict)
    revoked_at: datetime | None = None

    @property
    def is_due(self) -> bool:
        """Whether somebody has to go to Central about it."""
        if self.revoked_at is not None:
            return False
        if not self.is_wanted:
            return True
        return self.actor_id is None or self.told != self.codes


def wanted(server: str, project: int) -> list[WantedAppUser]:
    """Every phone that should have an app user, or has one that must go."""
    statement = (
        select(Phone, User, AppUser)
        .join(User, User.id == Phone.user_id)
        .outerjoin(
            AppUser,
            (AppUser.phone_id == Phone.id)
            & (AppUser.server == server)
            & (AppUser.project == project),
        )
        .where(or_(_in_use(), AppUser.id.is_not(None)))
        .order_by(Phone.id)
    )
    db.session.rollback()
    rows = db.session.execute(statement).all()
    places = places_of({user.id for _phone, user, _row in rows})
    return [_wanted(phone, user, row, places[user.id]) for phone, user, row in rows]


def is_due(server: str, project: int) -> bool:
    """Whether something is to be done at a project that this installation made ready;
    nothing ever is at one it did not."""
    db.session.rollback()
    if not is_made_ready(server, project):
        return False
    return any(each.is_due for each in wanted(server, project))


def scope_of_phones() -> Scope:
    """All areas of all phones in use."""
    carriers = select(Phone.user_id).join(User, User.id == Phone.user_id)
    user_ids = sorted(set(db.session.scalars(carriers.where(_in_use()))))
    own = {area for some in areas_by_user(user_ids).values() for area in some}
    return Scope(frozenset(own | descendants(own)))


def begin(*, by: Actor, server: str, project: int, phone_id: int) -> None:
    """An app user is about to be asked for: written down before, so that it is looked
    for and shut out even if nobody hears Central's answer."""
    with transaction() as session:
        serialise("central app users")
        if _find(server, project, phone_id) is None:
            row = AppUser(
                server=server,
                project=project,
                phone_id=phone_id,
                codes={},
                created_at=clock.now(),
            )
            session.add(row)
            session.flush()


def made(
    *, by: Actor, server: str, project: int, phone_id: int, actor_id: int, token: str
) -> None:
    """Central has it. Of two that were made at the same moment the first stays, since
    its card may have been printed."""
    with transaction():
        serialise("central app users")
        row = _get(server, project, phone_id)
        if row.actor_id is None:
            row.actor_id, row.token = actor_id, token
            _record(by, "app_user.made", row)


def told(*, by: Actor, server: str, project: int, phone_id: int, codes: Codes) -> None:
    """Central knows whose households it may see."""
    with transaction():
        row = _get(server, project, phone_id)
        if row.codes != codes:
            row.codes = codes
            _record(by, "app_user.told", row, codes=codes)


def revoked(*, by: Actor, server: str, project: int, phone_id: int) -> None:
    """Central was seen to accept nothing more from it."""
    with transaction():
        row = _get(server, project, phone_id)
        if row.revoked_at is None:
            row.revoked_at = clock.now()
            _record(by, "app_user.revoked", row)


def place() -> tuple[str, int] | None:
    """The Central and the project of the settings; None without."""
    url = str(current_app.config["CENTRAL_URL"])
    project = int(current_app.config["CENTRAL_PROJECT"])
    return (url, project) if url and project else None


def find_app_user(phone_id: int) -> AppUser | None:
    """What a phone is at the project of the settings."""
    here = place()
    return _find(*here, phone_id) if here else None


def waiting_phones() -> set[int]:
    """Phones that are shut out here, and not yet at Central."""
    here = place()
    if here is None:
        return set()
    statement = (
        select(AppUser.phone_id)
        .join(Phone, Phone.id == AppUser.phone_id)
        .join(User, User.id == Phone.user_id)
        .where(
            AppUser.server == here[0],
            AppUser.project == here[1],
            AppUser.revoked_at.is_(None),
            ~_in_use(),
        )
    )
    return set(db.session.scalars(statement))


def cards_of(server: str, project: int) -> list[tuple[Phone, User, str]]:
    """Phones that a project lets in, with who carries them and their keys."""
    rows = db.session.execute(
        select(Phone, User, AppUser)
        .join(User, User.id == Phone.user_id)
        .join(AppUser, AppUser.phone_id == Phone.id)
        .where(
            AppUser.server == server,
            AppUser.project == project,
            AppUser.revoked_at.is_(None),
            AppUser.token.is_not(None),
            _in_use(),
        )
        .order_by(User.name_sort, Phone.id)
    )
    return [(phone, user, row.token or "") for phone, user, row in rows]


def _wanted(
    phone: Phone,
    user: User,
    row: AppUser | None,
    places: Places,
) -> WantedAppUser:
    return WantedAppUser(
        phone_id=phone.id,
        name=f"{user.name} – {phone.name}",
        mark=f"[{phone.username}]",
        is_wanted=phone.revoked_at is None and user.is_active,
        codes=places.codes,
        wards=places.wards,
        is_begun=row is not None,
        actor_id=row.actor_id if row else None,
        told=row.codes if row else {},
        revoked_at=row.revoked_at if row else None,
    )


def _in_use() -> ColumnElement[bool]:
    return Phone.revoked_at.is_(None) & User.is_active


def is_made_ready(server: str, project: int) -> bool:
    """Whether this installation gave phones to a project."""
    mine = (AppUser.server == server) & (AppUser.project == project)
    return bool(db.session.scalar(select(exists().where(mine))))


def _find(server: str, project: int, phone_id: int) -> AppUser | None:
    return db.session.scalar(
        select(AppUser).where(
            AppUser.server == server,
            AppUser.project == project,
            AppUser.phone_id == phone_id,
        )
    )


def _get(server: str, project: int, phone_id: int) -> AppUser:
    row = _find(server, project, phone_id)
    if row is None:
        raise LookupError(f"phone {phone_id} was not begun")
    return row


def _record(by: Actor, action: str, row: AppUser, **details: object) -> None:
    audit.record(
        by=by,
        action=action,
        subject_kind="phone",
        subject_id=row.phone_id,
        details={"project": row.project, "actor": row.actor_id, **details},
    )
