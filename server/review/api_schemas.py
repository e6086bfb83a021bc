"""What programs send about pairs."""

from marshmallow import Schema, fields, validate

from server.review.tables import REASONS, VERDICTS


class ProposalQuery(Schema):
    """The filters of the queue, as in its address; `after` is the `next` of a page."""

    state = fields.String(metadata={"description": "open (default), decided or stale"})
    q = fields.String(metadata={"description": "name, address, code or full number"})
    ward = fields.String(metadata={"description": "number of the area"})
    enumerator = fields.String(metadata={"description": "number of the person"})
    band = fields.String(metadata={"description": "certain, high, medium or low"})
    evidence = fields.String(metadata={"description": "code of a piece of evidence"})
    age = fields.String(metadata={"description": "days it waits at least: 7, 30, 90"})
    sort = fields.String(metadata={"description": "-place (default), score, since"})
    after = fields.String()


class JudgementQuery(Schema):
    """The filters of the list of judgements."""

    q = fields.String()
    verdict = fields.String(metadata={"description": "same, different or unsure"})
    by = fields.String(metadata={"description": "staff or system"})
    held = fields.String(metadata={"description": "live or undone"})
    sort = fields.String(metadata={"description": "-at (default) or at"})
    after = fields.String()


class ChosenValue(Schema):
    """A value against the default: that of a side, or one of the caller's own."""

    path = fields.String(required=True, validate=validate.Length(max=200))
    side = fields.String(validate=validate.OneOf(("A", "B")))
    value = fields.String(validate=validate.Length(max=300))


class ChosenPerson(Schema):
    """Whether somebody belongs to the household, against the default."""

    key = fields.String(required=True, validate=validate.Length(max=200))
    stays = fields.Boolean(required=True)


class DecisionSent(Schema):
    """A verdict on a pair as it was `shown`. `split`: the other household is a family
    that left this one, and `leaving` are those who went."""

    verdict = fields.String(
        required=True, validate=validate.OneOf((*VERDICTS, "split"))
    )
    shown = fields.String(required=True, validate=validate.Length(max=64))
    replaces = fields.Integer(load_default=None, allow_none=True)
    ask = fields.String(
        load_default="",
        validate=validate.OneOf(("", "A", "B")),
        metadata={"description": "with unsure: have this side's family asked"},
    )
    reason_code = fields.String(
        load_default="", validate=validate.OneOf(("", *REASONS))
    )
    reason = fields.String(load_default="", validate=validate.Length(max=1000))
    values = fields.List(fields.Nested(ChosenValue), load_default=list)
    people = fields.List(fields.Nested(ChosenPerson), load_default=list)
    leaving = fields.List(fields.String(), load_default=list)


class UndoSent(Schema):
    """Why a judgement is taken back."""

    reason = fields.String(load_default="", validate=validate.Length(max=1000))
