"""What people may send from the sync pages."""

from marshmallow import Schema, fields, validate

_REASON = {"label": "Lý do"}


class Decision(Schema):
    """Why, and that the person has looked."""

    reason = fields.String(
        required=True, validate=validate.Length(min=1, max=1000), metadata=_REASON
    )
    confirmed = fields.Boolean(load_default=False)


class Losses(Decision):
    """Of how many submissions the person was told."""

    expected = fields.Integer(required=True)


class Choice(Schema):
    """Which of several edits counts, and how one knows."""

    submission_id = fields.Integer(load_default=None)
    reason = fields.String(
        required=True, validate=validate.Length(min=1, max=1000), metadata=_REASON
    )


class Side(Schema):
    """Whose word holds at Central."""

    choice = fields.String(
        required=True,
        validate=validate.OneOf(["ours", "theirs"]),
        metadata={"label": "Lựa chọn"},
    )
