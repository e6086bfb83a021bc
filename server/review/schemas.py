"""What the review screens send."""

from marshmallow import Schema, fields, validate

from server.domain.matching.judgement import Verdict


class Decision(Schema):
    """A verdict on a pair; `replaces` is the judgement that was shown, if any."""

    verdict = fields.Enum(
        Verdict, by_value=True, required=True, metadata={"label": "Phán quyết"}
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
