"""What the pages of imports send."""

from marshmallow import Schema, fields, validate

from server.domain.register.grouping import LAYOUTS
from server.domain.register.headings import MOST_DEEP


def _text(label: str, longest: int = 200) -> fields.String:
    return fields.String(
        load_default="",
        validate=validate.Length(max=longest),
        metadata={"label": label},
    )


def _day(label: str) -> fields.Date:
    return fields.Date(load_default=None, metadata={"label": label})


class GivenSchema(Schema):
    """What holds for the whole list; the columns come beside it, one field each
    (`column_<sheet>_<place>`)."""

    layout = fields.String(
        required=True,
        validate=validate.OneOf(LAYOUTS),
        metadata={"label": "Mỗi dòng là"},
    )
    ward = _text("Phường, xã", 20)
    review_date = _day("Ngày rà soát")
    document_number = _text("Số quyết định", 100)
    decided_on = _day("Ngày ký")
    valid_from = _day("Công nhận từ ngày")
    signer = _text("Người ký")
    standard = _text("Chuẩn nghèo", 50)
    names_everybody = fields.Boolean(
        load_default=False,
        metadata={"label": "Danh sách ghi đủ mọi người của mỗi hộ"},
    )


class HeadingSchema(Schema):
    """Which row of a sheet is its heading, counted as in the file."""

    sheet = fields.Integer(required=True, metadata={"label": "Trang tính"})
    row = fields.Integer(required=True, metadata={"label": "Hàng tiêu đề"})
    deep = fields.Integer(
        load_default=1,
        validate=validate.Range(1, MOST_DEEP),
        metadata={"label": "Tiêu đề gồm"},
    )


class StartSchema(Schema):
    """What to import, and what was looked at."""

    with_statuses = fields.Boolean(
        load_default=False, metadata={"label": "Nhập cả kết quả công nhận"}
    )
    again = fields.Boolean(load_default=False, metadata={"label": "Nhập lần nữa"})
    confirmation = _text("Xác nhận", 100)


class UndoSchema(Schema):
    """Why an import is taken back."""

    reason = _text("Lý do", 1000)
