"""A made-up list to look at and to try with: two families, with every kind of column.

Its headings are the names that the columns have in `columns.yaml`, so it is read as it
stands. The ward is one of whoever asks, and the names say that they are a sample.
"""

from collections.abc import Callable

from werkzeug.wrappers import Response

from server import clock
from server.areas.queries import wards
from server.domain.actor import Scope
from server.domain.register.columns import register_columns
from server.web.listing import Column
from server.web.workbook import send_table

# A key of columns.yaml, with what stands behind its name where there are several such.
HEADINGS = (
    "household_code", "full_name", "relation_to_head", "sex", "birth", "identity_number",
    "ethnicity", "ward", "address", "review_date", "category", "b1_score", "b2_score",
    "lacks:Bảo hiểm y tế", "lacks:Nhà tiêu hợp vệ sinh", "reasons:Thiếu lao động",
    "support:Tín dụng", "support:Bảo hiểm y tế", "children:đang đi học", "transition",
    "note",
)  # fmt: skip


_SEVERAL = {
    "lacks": "Thiếu hụt",
    "reasons": "Nguyên nhân nghèo",
    "support": "Hỗ trợ",
    "children": "Trẻ em",
}
_PEOPLE: tuple[dict[str, str], ...] = (
    {"household_code": "MAU-1", "full_name": "Nguyễn Văn Mẫu", "relation_to_head": "Chủ hộ",
     "sex": "Nam", "birth": "1958", "address": "12 ngõ 4 phố Mẫu", "category": "Hộ nghèo",
     "b1_score": "120", "b2_score": "30", "lacks:Bảo hiểm y tế": "x",
     "lacks:Nhà tiêu hợp vệ sinh": "x", "reasons:Thiếu lao động": "x",
     "support:Bảo hiểm y tế": "x", "children:đang đi học": "1",
     "transition": "Hộ nghèo cũ"},
    {"household_code": "MAU-1", "full_name": "Trần Thị Mẫu", "relation_to_head": "Vợ",
     "sex": "Nữ", "birth": "02/09/1961"},
    {"household_code": "MAU-1", "full_name": "Nguyễn Thị Mẫu Con", "relation_to_head": "Con",
     "sex": "Nữ", "birth": "15/05/2014"},
    {"household_code": "MAU-2", "full_name": "Lê Thị Thử", "relation_to_head": "Chủ hộ",
     "sex": "Nữ", "birth": "1949", "address": "số 7 phố Mẫu", "category": "Hộ cận nghèo",
     "b1_score": "150", "b2_score": "20", "lacks:Nhà tiêu hợp vệ sinh": "x",
     "support:Tín dụng": "x", "transition": "Phát sinh mới", "note": "Sống một mình"},
)  # fmt: skip


def send_sample(scope: Scope) -> Response:
    """The list as a workbook."""
    found = wards(scope)
    of_all = {
        "ethnicity": "Kinh",
        "ward": found[0].name if found else "",
        "review_date": f"{clock.today():%d/%m/%Y}",
    }
    columns = [Column(key, _heading(key), _cell(key)) for key in HEADINGS]
    return send_table(
        "danh-sach-mau", "xlsx", columns, [of_all | person for person in _PEOPLE]
    )


def _heading(key: str) -> str:
    kind, _colon, one = key.partition(":")
    return f"{_SEVERAL[kind]}: {one}" if one else register_columns()[kind].vi


def _cell(key: str) -> Callable[[dict[str, str]], str]:
    return lambda person: person.get(key, "")
