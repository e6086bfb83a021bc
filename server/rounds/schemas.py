"""What the pages of rounds send."""

from marshmallow import Schema, fields, validate

LONGEST = 2000


def _text(label: str, longest: int = LONGEST) -> fields.String:
    return fields.String(
        load_default="",
        validate=validate.Length(max=longest),
        metadata={"label": label},
    )


def _day(label: str) -> fields.Date:
    return fields.Date(required=True, metadata={"label": label})


def _count(label: str) -> fields.Integer:
    return fields.Integer(
        required=True,
        validate=validate.Range(min=0, max=100_000),
        metadata={"label": label},
    )


class ChangedRoundSchema(Schema):
    """What a round says of itself and may be put right."""

    name = _text("Tên đợt", 200)
    ends_on = _day("Ngày kết thúc")
    responsible = _text("Người phụ trách", 200)
    upper_level = fields.String(required=True, metadata={"label": "Hỏi ý kiến"})
    note = _text("Ghi chú")


class RoundSchema(ChangedRoundSchema):
    """A new round."""

    kind = fields.String(required=True, metadata={"label": "Loại rà soát"})
    area_id = fields.Integer(required=True, metadata={"label": "Phường, xã"})
    standard = fields.String(required=True, metadata={"label": "Chuẩn nghèo"})
    begins_on = _day("Ngày bắt đầu")


class ReasonSchema(Schema):
    """Why something is undone or given up."""

    reason = _text("Lý do", 1000)


class SheetASchema(Schema):
    """Phiếu A of one household, besides its lines."""

    on = _day("Ngày thực hiện")
    kept_because = _text("Lý do vẫn khảo sát", 1000)


class ListedSchema(Schema):
    """Households that come onto the list: ticked ones, and one by its code."""

    households = fields.List(
        fields.String(), load_default=list, metadata={"label": "Các hộ"}
    )
    code = _text("Mã hộ", 200)
    origin = fields.String(required=True, metadata={"label": "Lý do rà soát"})
    on = _day("Ngày đưa vào danh sách")
    note = _text("Ghi chú")


class ChosenSchema(Schema):
    """Ticked cases, and the day on which something was done for them."""

    cases = fields.List(
        fields.Integer(), load_default=list, metadata={"label": "Các hộ"}
    )
    on = _day("Ngày thực hiện")


class ReasonedSchema(ChosenSchema):
    """The same with a reason: a step left out, a refusal, a household that leaves."""

    reason = _text("Lý do", 1000)


class PostingSchema(ChosenSchema):
    """A list that is put up."""

    place = _text("Nơi niêm yết", 300)
    note = _text("Ghi chú")


class PaperSchema(ChosenSchema):
    """A question to the upper level, or its answer."""

    document_number = _text("Số văn bản", 100)
    note = _text("Ghi chú")


class MeetingSchema(PaperSchema):
    """Minutes of a meeting; what it said of each household stands beside the ticks."""

    place = _text("Nơi họp", 300)
    chair = _text("Chủ trì", 200)
    invited = _count("Số hộ được mời")
    attended = _count("Số hộ có mặt")
    agreed = _count("Số hộ đồng ý")


class DecidedSchema(PaperSchema):
    """A decision of the commune."""

    valid_from = _day("Công nhận từ ngày")
    signer = _text("Người ký", 200)
    confirmation = _text("Xác nhận", 100)


class ComplaintSchema(Schema):
    """Somebody does not agree."""

    on = _day("Ngày nhận khiếu nại")
    who = _text("Người khiếu nại", 200)
    text = _text("Nội dung")


class RecheckSchema(Schema):
    """What the re-check found."""

    on = _day("Ngày phúc tra")
    category = fields.String(required=True, metadata={"label": "Kết quả phúc tra"})
    reason = _text("Căn cứ")
