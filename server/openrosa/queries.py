"""Released forms, what a phone may see, and the phones of some areas."""

from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import Select, func, select

from server import clock
from server.accounts.queries import areas_of, users
from server.accounts.tables import Phone, User
from server.areas.queries import current_area, descendants
from server.db import db
from server.domain.actor import Scope
from server.domain.people.names import fold
from server.domain.survey.forms import as_released
from server.openrosa.form_library import file_questions
from server.openrosa.tables import ReleasedForm

# Between the version of a workbook and the number of its form with score tables. Such
# versions come behind their workbook's, and before that of the next one.
VARIANT = "-"


def newest_forms() -> list[ReleasedForm]:
    """The newest version of every form ever released, in a stable order.

    Versions are a date and a counter and compare as text, as everywhere.
    """
    newest: dict[str, ReleasedForm] = {}
    for form in db.session.scalars(
        select(ReleasedForm).order_by(ReleasedForm.form_id, ReleasedForm.version)
    ):
        if form.form_id not in newest or form.version > newest[form.form_id].version:
            newest[form.form_id] = form
    return list(newest.values())


def find_form(form_id: str, version: str) -> ReleasedForm | None:
    """One version, however old: phones use it until they were online again."""
    return db.session.get(ReleasedForm, (form_id, version))


def find_xform(form_id: str, version: str) -> bytes | None:
    """The XForm of one version as phones have it, whatever ODK Central calls it."""
    form = find_form(form_id, version) or find_form(*as_released(form_id, version))
    return form.xform if form is not None else None


def find_file_questions(form_id: str, version: str) -> frozenset[str] | None:
    """Which answers of a released version are files; None when it was not released.

    Asked for each submission, so each XForm is read once: its bytes never change.
    """
    known: dict[tuple[str, str], frozenset[str]]
    known = current_app.extensions.setdefault("file_questions", {})
    if (form_id, version) not in known:
        form = find_form(form_id, version)
        if form is None:
            return None
        known[form_id, version] = file_questions(form.xform)
    return known[form_id, version]


def is_workbook_known(sha256: str) -> bool:
    """Whether this Excel file has been released already."""
    known = select(ReleasedForm.form_id).where(ReleasedForm.workbook_sha256 == sha256)
    return db.session.scalar(known.limit(1)) is not None


def get_form_of(workbook_sha256: str) -> ReleasedForm | None:
    """The form that was made of this Excel file."""
    made = ReleasedForm.workbook_sha256 == workbook_sha256
    return db.session.scalar(
        select(ReleasedForm).where(made).order_by(ReleasedForm.version).limit(1)
    )


def newest_of_workbook(base: ReleasedForm) -> ReleasedForm | None:
    """The newest version made of the workbook of `base`, with or without score tables;
    None where phones have one of a later workbook."""
    newest = next(each for each in newest_forms() if each.form_id == base.form_id)
    return newest if newest.version.partition(VARIANT)[0] == base.version else None


def tables_changed_at() -> datetime | None:
    """When phones were last given other score tables; None when they never were."""
    return db.session.scalar(
        select(func.max(ReleasedForm.released_at)).where(
            ReleasedForm.version.contains(VARIANT, autoescape=True)
        )
    )


def scope_of_phone(phone: Phone) -> Scope:
    """The areas given to the person who carries it, with all below them.

    Also for an administrator: a phone is lost more easily than a password, so it holds
    only areas that somebody assigned.
    """
    assigned = set(areas_of(phone.user_id))
    return Scope(frozenset(assigned | descendants(assigned)))


def area_of_submission(ward_code: str, phone: Phone) -> int | None:
    """Whose inbox a submission belongs to: the ward it names, or else the carrier's."""
    area, _is_certain = current_area(ward_code, clock.today())
    if area is not None:
        return area.id
    assigned = areas_of(phone.user_id)
    return assigned[0] if len(assigned) == 1 else None


def phones(scope: Scope) -> Select[Phone, User]:
    """Phones with those who carry them, as far as all their areas lie in `scope`."""
    in_sight = users(scope).with_only_columns(User.id)
    return (
        select(Phone, User)
        .join(User, User.id == Phone.user_id)
        .where(User.id.in_(in_sight))
    )


def find_phone(phone_id: int, scope: Scope) -> tuple[Phone, User] | None:
    """One phone with its carrier; None when it is out of sight."""
    row = db.session.execute(phones(scope).where(Phone.id == phone_id)).one_or_none()
    return None if row is None else (row[0], row[1])


def carriers(scope: Scope) -> list[User]:
    """Active people who may be given a phone by somebody who sees `scope`.

    All their areas lie in it: whoever prints a card could use it.
    """
    in_use = users(scope).where(User.is_active)
    return list(db.session.scalars(in_use.order_by(User.name_folded, User.id)))


def in_state(statement: Select[Any], state: str) -> Select[Any]:
    """Only phones that are "active" or "revoked"."""
    is_revoked = Phone.revoked_at.is_not(None)
    return statement.where(is_revoked if state == "revoked" else ~is_revoked)


def matching(statement: Select[Any], text: str) -> Select[Any]:
    """Only phones whose own name, user name or carrier has every word."""
    for word in fold(text).split():
        statement = statement.where(
            func.lower(Phone.name).contains(word, autoescape=True)
            | Phone.username.contains(word, autoescape=True)
            | User.name_folded.contains(word, autoescape=True)
        )
    return statement
