"""What the forms about households send."""

from marshmallow import Schema, fields, validate

from server.registry.tables import EVENT_KINDS

LONGEST_REASON = 500


class SearchSchema(Schema):
    """What was typed into the search, with the filters beside it."""

    q = fields.String(load_default="", validate=validate.Length(max=200))
    ward = fields.String(load_default="")
    group = fields.String(load_default="")
    state = fields.String(load_default="")
    sort = fields.String(load_default="")


class ReasonSchema(Schema):
    """Why something is put right."""

    reason = fields.String(
        required=True,
        validate=validate.Length(min=1, max=LONGEST_REASON),
        metadata={"label": "Lý do"},
    )


class DepartureSchema(ReasonSchema):
    """When and how a household left."""

    kind = fields.String(
        required=True,
        validate=validate.OneOf(EVENT_KINDS),
        metadata={"label": "Việc đã xảy ra"},
    )
    on = fields.Date(required=True, metadata={"label": "Ngày"})
