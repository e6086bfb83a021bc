"""What the review screens send."""

from marshmallow import Schema, fields, validate

from server.domain.matching.judgement import Verdict
from server.domain.matching.pricing import HIGHEST
from server.review.tables import REASONS

# The key s: two households, of which one is a family that left the other.
SPLIT = "split"


class Decision(Schema):
    """A verdict on a pair; `replaces` is the judgement that was shown, if any."""

    verdict = fields.String(
        required=True,
        validate=validate.OneOf(("same", "different", "unsure", SPLIT)),
        metadata={"label": "Phán quyết"},
    )
    reason_code = fields.String(
        load_default="",
        validate=validate.OneOf(("", *REASONS)),
        metadata={"label": "Vì sao"},
    )
    reason = fields.String(
        load_default="",
        validate=validate.Length(max=1000),
        metadata={"label": "Lý do"},
    )
    ask = fields.String(
        load_default="",
        validate=validate.OneOf(("", "A", "B")),
        metadata={"label": "Hỏi tại hộ"},
    )
    replaces = fields.Integer(load_default=None, allow_none=True)
    shown = fields.String(load_default="", validate=validate.Length(max=64))


class HouseholdChange(Schema):
    """What is changed about a household, and why. Which of the fields count depends on
    the kind."""

    kind = fields.String(
        required=True,
        validate=validate.OneOf(("split", "transfer", "new_head", "moved_value")),
        metadata={"label": "Việc cần làm"},
    )
    record_ids = fields.List(fields.String(), load_default=list)
    member_key = fields.String(load_default="", metadata={"label": "Thành viên"})
    to_code = fields.String(load_default="", metadata={"label": "Mã hộ chuyển đến"})
    former_relation = fields.String(
        load_default="other", metadata={"label": "Chủ hộ cũ là"}
    )
    correction_id = fields.Integer(load_default=0)
    reason = fields.String(
        required=True,
        validate=validate.Length(min=1, max=500),
        metadata={"label": "Lý do"},
    )


class BatchDecision(Schema):
    """A verdict on all pairs of a class that were previewed."""

    verdict = fields.Enum(
        Verdict, by_value=True, required=True, metadata={"label": "Phán quyết"}
    )
    proposal_ids = fields.List(fields.Integer(), load_default=list)
    reason = fields.String(
        required=True,
        validate=validate.Length(min=1, max=1000),
        metadata={"label": "Lý do"},
    )


class BlindAnswer(Schema):
    """What somebody says who does not know what was decided."""

    proposal_id = fields.Integer(required=True)
    verdict = fields.Enum(
        Verdict, by_value=True, required=True, metadata={"label": "Phán quyết"}
    )


class TakingBack(Schema):
    """Why a judgement is taken back."""

    reason = fields.String(
        load_default="",
        validate=validate.Length(max=1000),
        metadata={"label": "Lý do"},
    )


def _bits(label: str) -> fields.Float:
    return fields.Float(
        load_default=None,
        allow_none=True,
        validate=validate.Range(-HIGHEST, HIGHEST),
        metadata={"label": label},
    )


class ThresholdChoice(Schema):
    """Two thresholds in bits, to be priced; what is left out stays as it is."""

    auto_from = _bits("Tự gộp từ")
    propose_from = _bits("Hỏi người từ")


class ThresholdDecision(Schema):
    """Two thresholds in bits, and why."""

    auto_from = fields.Float(required=True, metadata={"label": "Tự gộp từ"})
    propose_from = fields.Float(required=True, metadata={"label": "Hỏi người từ"})
    reason = fields.String(
        required=True,
        validate=validate.Length(min=1, max=1000),
        metadata={"label": "Lý do"},
    )
