"""What the pages about accounts accept."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from server.accounts.api_tokens import LASTS
from server.accounts.passwords import LONGEST
from server.accounts.tables import ROLES

_LONGEST_NAME = 80


def _password(label: str) -> fields.String:
    return fields.String(
        required=True,
        validate=validate.Length(max=LONGEST),
        metadata={"label": label},
    )


def _name() -> fields.String:
    return fields.String(
        required=True,
        validate=validate.Length(min=1, max=_LONGEST_NAME),
        metadata={"label": "Họ và tên"},
    )


def _login() -> fields.String:
    return fields.String(
        required=True,
        validate=validate.Length(min=1, max=_LONGEST_NAME),
        metadata={"label": "Tên đăng nhập"},
    )


class SignIn(Schema):
    """Name and password."""

    login = _login()
    password = _password("Mật khẩu")


class _TypedTwice(Schema):
    password = _password("Mật khẩu mới")
    repeat = _password("Nhập lại mật khẩu mới")

    @validates_schema
    def _agree(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("password") != data.get("repeat"):
            raise ValidationError("password_repeat_differs", "repeat")


class ChosenPassword(_TypedTwice):
    """A first password."""


class NewAdmin(_TypedTwice):
    """The first account of an installation."""

    login = _login()
    name = _name()


class OtherPassword(_TypedTwice):
    """Another password in place of the current one."""

    current = _password("Mật khẩu hiện tại")


class ChangeUser(Schema):
    """What can be changed of an account."""

    name = _name()
    role = fields.String(
        required=True,
        validate=validate.OneOf(ROLES),
        metadata={"label": "Vai trò"},
    )
    area_ids = fields.List(
        fields.Integer(strict=False),
        load_default=list,
        metadata={"label": "Địa bàn"},
    )


class AddUser(ChangeUser):
    """A new account."""

    login = _login()


class NewApiToken(Schema):
    """What a program is called, how long it may come in, and what it may do."""

    name = fields.String(
        required=True,
        validate=validate.Length(min=1, max=_LONGEST_NAME),
        metadata={"label": "Tên chương trình"},
    )
    days = fields.Integer(
        required=True,
        validate=validate.OneOf(LASTS),
        metadata={"label": "Có hạn"},
    )
    may_write = fields.Boolean(
        load_default=False, metadata={"label": "Được ghi quyết định"}
    )
