"""What the page of households without a certain ward sends."""

from marshmallow import Schema, fields, validate


class PlacingSchema(Schema):
    """Ticked households; each has a ward chosen beside it (`ward_<household id>`), and
    `ward` goes before it when one is chosen for all."""

    households = fields.List(
        fields.String(), load_default=list, metadata={"label": "Các hộ"}
    )
    ward = fields.Integer(load_default=None, metadata={"label": "Phường, xã"})
    reason = fields.String(
        load_default="",
        validate=validate.Length(max=1000),
        metadata={"label": "Lý do"},
    )
