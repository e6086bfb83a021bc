"""Phones: ODK Collect in the hands of one person, with secrets of its own."""

import secrets
from datetime import datetime, timedelta

from flask import current_app

from server import clock
from server.accounts.queries import get_user
from server.accounts.tables import Phone
from server.accounts.tokens import new_token, new_typed_secret
from server.audit.actions import record
from server.columns import blind_index
from server.db import db, transaction
from server.domain.actor import Actor
from server.domain.problems import Problem, Refused
from server.jobs.actions import enqueue

# A phone asks several times in one breath; staff read days.
SEEN_EVERY = timedelta(minutes=1)
_LONGEST = 200


def add_phone(*, by: Actor, user_id: int, name: str) -> Phone:
    """Give somebody a phone; its secrets are random and never change."""
    with transaction() as session:
        user = get_user(user_id)
        if not user.is_active:
            raise Refused(Problem("user_disabled", "", {"name": user.name}))
        token = new_token()
        phone = Phone(
            name=name.strip() or user.name,
            user_id=user.id,
            username=f"{user.login}-{secrets.token_hex(3)}",
            secrets={"token": token, "password": new_typed_secret()},
            token_index=blind_index(token),
            created_at=clock.now(),
        )
        session.add(phone)
        session.flush()
        _record(by, "phone.added", phone)
        tell_central()
        return phone


def revoke_phone(*, by: Actor, phone_id: int) -> None:
    """Shut a phone out at once and for ever. What it sent stays."""
    with transaction() as session:
        phone = session.get(Phone, phone_id)
        if phone is None:
            raise Refused(Problem("phone_gone", "", {"value": phone_id}), status=404)
        if phone.revoked_at is None:
            phone.revoked_at = clock.now()
            _record(by, "phone.revoked", phone)
            tell_central()


def tell_central() -> None:
    """Phones, or what they may see, have changed: whoever goes to ODK Central makes it
    so there, too. Only a hint to do so soon: what is to be done is compared anew."""
    if current_app.config["CENTRAL_URL"]:
        enqueue("central_app_users_changed", {})


def see_phone(phone_id: int, device_id: str | None, version: str | None) -> None:
    """Remember that a phone called, at most once a minute."""
    seen = {
        name: value[:_LONGEST]
        for name, value in (("device_id", device_id), ("collect_version", version))
        if value
    }
    if _is_known(db.session.get(Phone, phone_id), seen):
        return
    with transaction() as session:
        phone = session.get_one(Phone, phone_id)
        phone.last_seen_at = clock.now()
        for name, value in seen.items():
            setattr(phone, name, value)


def seen_elsewhere(*, phone_id: int, at: datetime) -> None:
    """A phone was heard of at ODK Central."""
    with transaction() as session:
        phone = session.get_one(Phone, phone_id)
        if phone.last_seen_at is None or phone.last_seen_at < at:
            phone.last_seen_at = at


def _is_known(phone: Phone | None, seen: dict[str, str]) -> bool:
    if phone is None or phone.last_seen_at is None:
        return phone is None
    is_recent = clock.now() - phone.last_seen_at < SEEN_EVERY
    return is_recent and all(getattr(phone, name) == seen[name] for name in seen)


def _record(by: Actor, action: str, phone: Phone) -> None:
    record(
        by=by,
        action=action,
        subject_kind="phone",
        subject_id=phone.id,
        details={"user_id": phone.user_id, "username": phone.username},
    )
