"""What the pages about areas accept."""

from marshmallow import Schema, fields, validate


class GroupList(Schema):
    """A pasted list of residential groups; `step` says whether to keep it yet."""

    groups = fields.String(
        load_default="",
        validate=validate.Length(max=50_000),
        metadata={"label": "Danh sách tổ"},
    )
    step = fields.String(
        load_default="preview", validate=validate.OneOf(("preview", "keep", "edit"))
    )


class EndGroup(Schema):
    """The first day on which a group is no more."""

    on = fields.Date(required=True, metadata={"label": "Không còn từ ngày"})
