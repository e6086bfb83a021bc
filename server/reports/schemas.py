"""What the pages of reports send."""

from marshmallow import Schema, fields, validate


class ResidentTotalSchema(Schema):
    """How many live in an area, by which document."""

    area_id = fields.Integer(required=True, metadata={"label": "Địa bàn"})
    on = fields.Date(required=True, metadata={"label": "Tính đến ngày"})
    households = fields.Integer(
        required=True,
        validate=validate.Range(min=1, max=10_000_000),
        metadata={"label": "Tổng số hộ dân cư"},
    )
    persons = fields.Integer(
        load_default=None,
        validate=validate.Range(min=1, max=50_000_000),
        metadata={"label": "Tổng số nhân khẩu"},
    )
    source = fields.String(
        load_default="",
        validate=validate.Length(max=300),
        metadata={"label": "Theo văn bản"},
    )


class FreezeSchema(Schema):
    """A remark on a report that is kept."""

    note = fields.String(
        load_default="",
        validate=validate.Length(max=500),
        metadata={"label": "Ghi chú"},
    )


class ReportWithdrawalSchema(Schema):
    """Why a report no longer counts."""

    reason = fields.String(
        load_default="",
        validate=validate.Length(max=1000),
        metadata={"label": "Lý do"},
    )
