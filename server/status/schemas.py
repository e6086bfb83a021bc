"""What the pages of decisions send."""

from marshmallow import Schema, fields, validate


def _text(label: str, longest: int) -> fields.String:
    """What a paper may say there; blank when it does not."""
    return fields.String(
        load_default="",
        validate=validate.Length(max=longest),
        metadata={"label": label},
    )


class DecisionSchema(Schema):
    """A decision about ticked households; each tick has a category of its own beside it
    (`category_<household id>`)."""

    document_number = _text("Số quyết định", 100)
    decided_on = fields.Date(required=True, metadata={"label": "Ngày ký"})
    valid_from = fields.Date(required=True, metadata={"label": "Công nhận từ ngày"})
    signer = _text("Người ký", 200)
    standard = fields.String(required=True, metadata={"label": "Chuẩn nghèo"})
    area_id = fields.Integer(required=True, metadata={"label": "Phường, xã"})
    note = _text("Ghi chú", 2000)
    confirmation = _text("Xác nhận", 100)
    households = fields.List(
        fields.String(), load_default=list, metadata={"label": "Các hộ"}
    )


class WithdrawalSchema(Schema):
    """Why a decision no longer counts."""

    reason = _text("Lý do", 1000)


class ProposalSchema(Schema):
    """For which ward, standard and day the households of a decision are proposed."""

    ward = fields.Integer(load_default=None, metadata={"label": "Phường, xã"})
    standard = fields.String(load_default="", metadata={"label": "Chuẩn nghèo"})
    valid_from = fields.Date(load_default=None, metadata={"label": "Công nhận từ ngày"})
    every = fields.Boolean(load_default=False, metadata={"label": "Chọn hết"})


class ArrivalSchema(Schema):
    """How a household came with its status."""

    kind = fields.String(required=True, metadata={"label": "Hộ đến như thế nào"})
    on = fields.Date(required=True, metadata={"label": "Ngày"})
    from_code = _text("Mã của hộ gốc", 100)
    reason = _text("Ghi chú", 1000)
