"""The list that the demo's ward kept in Excel before: three invented families of a ward
that was divided since, so that nobody knows yet where they live now."""

from server.demo.keeping import kept
from server.demo.ward import actor_of_the_ward
from server.imports import actions
from server.imports.queries import counts_of
from server.imports.reading import store
from server.web.listing import Column
from server.web.workbook import write_xlsx

FILE = "ho-ngheo-2019 (dữ liệu mẫu).xlsx"
WARD = "Quang Trung"
HEADINGS = (
    "Mã hộ", "Họ và tên", "Quan hệ với chủ hộ", "Giới tính", "Ngày sinh", "Dân tộc",
    "Phường", "Địa chỉ", "Ngày rà soát", "Phân loại hộ",
)  # fmt: skip
_PEOPLE = (
    ("1", "Nguyễn Văn Mẫu Một", "Chủ hộ", "Nam", "1950", "12 ngõ 46 phố Mẫu", "Hộ nghèo"),
    ("1", "Trần Thị Mẫu Một", "Vợ", "Nữ", "1952", "", ""),
    ("2", "Lê Thị Mẫu Hai", "Chủ hộ", "Nữ", "1944", "số 7 phố Mẫu", "Hộ cận nghèo"),
    ("3", "Phạm Văn Mẫu Ba", "Chủ hộ", "Nam", "mùa xuân", "số 9 phố Mẫu", "Hộ nghèo"),
)  # fmt: skip


def old_list_is_brought() -> int:
    """Bring the file, as its page does; the import's number. It is read by a job."""
    columns = [
        Column(heading, heading, lambda row, place=place: row[place])
        for place, heading in enumerate(HEADINGS)
    ]
    with write_xlsx(columns, [_row(*person) for person in _PEOPLE]) as book:
        file = kept(FILE, book.read(), store())
    return actions.bring(by=actor_of_the_ward(), file=file).id


def old_list_is_imported(import_id: int) -> None:
    """Import whom the program understood; a birthday in spring stays aside."""
    if counts_of(import_id).get("ready"):
        actions.start(by=actor_of_the_ward(), import_id=import_id, with_statuses=False)


def _row(
    code: str,
    name: str,
    relation: str,
    sex: str,
    born: str,
    address: str,
    category: str,
) -> tuple[str, ...]:
    place = (WARD, address, "15/12/2019", category)
    return (f"MAU-{code}", name, relation, sex, born, "Kinh", *place)
