"""What the pages of decisions send."""

from marshmallow import Schema, fields


class DecisionSchema(Schema):
    """A decision about ticked households; each tick has a category of its own beside it
    (`category_<household id>`)."""

    document_number = fields.String(
        load_default="", metadata={"label": "Số quyết định"}
    )
    decided_on = fields.Date(required=True, metadata={"label": "Ngày ký"})
    valid_from = fields.Date(required=True, metadata={"label": "Công nhận từ ngày"})
    signer = fields.String(load_default="", metadata={"label": "Người ký"})
    standard = fields.String(required=True, metadata={"label": "Chuẩn nghèo"})
    area_id = fields.Integer(required=True, metadata={"label": "Phường, xã"})
    note = fields.String(load_default="", metadata={"label": "Ghi chú"})
    confirmation = fields.String(load_default="", metadata={"label": "Xác nhận"})
    households = fields.List(
        fields.String(), load_default=list, metadata={"label": "Các hộ"}
    )


class WithdrawalSchema(Schema):
    """Why a decision no longer counts."""

    reason = fields.String(load_default="", metadata={"label": "Lý do"})


class ProposalSchema(Schema):
    """For which ward, standard and day the households of a decision are proposed."""

    ward = fields.Integer(load_default=None, metadata={"label": "Phường, xã"})
    standard = fields.String(load_default="", metadata={"label": "Chuẩn nghèo"})
    valid_from = fields.Date(load_default=None, metadata={"label": "Công nhận từ ngày"})
    every = fields.Boolean(load_default=False, metadata={"label": "Chọn hết"})
