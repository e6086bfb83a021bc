"""What the pages of standards send."""

from marshmallow import Schema, fields, validate


def _text(label: str, longest: int = 300) -> fields.String:
    return fields.String(
        load_default="",
        validate=validate.Length(max=longest),
        metadata={"label": label},
    )


class ProposalSchema(Schema):
    """Where the print is; the transcription is a file."""

    document = _text("Văn bản")
    article = _text("Phụ lục, điều")
    url = _text("Địa chỉ")
    stated_items = fields.Integer(
        load_default=None,
        allow_none=True,
        validate=validate.Range(min=1, max=99),
        metadata={"label": "Số mục của bảng gốc"},
    )
    province_code = _text("Dùng ở đâu", 10)
    applies_from = fields.Date(
        load_default=None,
        allow_none=True,
        metadata={"label": "Cho các phiếu từ ngày"},
    )
    urban = _text("Cột dùng cho phường, thị trấn", 40)
    rural = _text("Cột dùng cho xã", 40)


class SignatureSchema(Schema):
    """The beginning of the checksum."""

    checksum = _text("8 ký tự đầu của mã kiểm", 64)


class EndSchema(Schema):
    """Why."""

    reason = _text("Lý do", 1000)
