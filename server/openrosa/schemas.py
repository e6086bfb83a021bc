"""What the pages about phones accept."""

from marshmallow import Schema, fields, validate


class AddPhone(Schema):
    """Who gets a phone, and what it is called in lists."""

    user_id = fields.Integer(required=True)
    name = fields.String(required=True, validate=validate.Length(min=1, max=80))
