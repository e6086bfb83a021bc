"""What the review screens send."""

from marshmallow import Schema, fields, validate

from server.review.tables import REASONS

# The key s: two households, of which one is a family that left the other.
SPLIT = "split"


class Decision(Schema):
    """A verdict on a pair; `replaces` is the judgement that was shown, if any."""

    verdict = fields.String(
        required=True,
        validate=validate.OneOf(("same", "different", "unsure", SPLIT)),
        metadata={"label": "Phán quyết"},
    )
    reason_code = fields.String(
        load_default="",
        validate=validate.OneOf(("", *REASONS)),
        metadata={"label": "Vì sao"},
    )
    reason = fields.String(
        load_default="",
        validate=validate.Length(max=1000),
        metadata={"label": "Lý do"},
    )
    replaces = fields.Integer(load_default=None, allow_none=True)
    shown = fields.String(load_default="", validate=validate.Length(max=64))


class TakingBack(Schema):
    """Why a judgement is taken back."""

    reason = fields.String(
        load_default="",
        validate=validate.Length(max=1000),
        metadata={"label": "Lý do"},
    )
