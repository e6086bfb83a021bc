"""What the pages about phones accept."""

from marshmallow import Schema, fields, validate


class AddPhone(Schema):
    """Who gets a phone, and what it is called in lists."""

    user_id = fields.Integer(required=True, metadata={"label": "Người mang máy"})
    name = fields.String(
        required=True,
        validate=validate.Length(min=1, max=80),
        metadata={"label": "Tên điện thoại"},
    )
