"""A score table that nobody decreed: invented for the tests, and named so everywhere.

Its points stand for nothing. The real ones of Circular 07/2021 were not found, and no
table is shipped that was not read.
"""

from datetime import date

from server.domain.poverty.completion import completed, read_transcription, source_of
from server.domain.poverty.load import load_pack
from server.domain.poverty.pack import Pack
from server.domain.poverty.score_table import Signature

DOCUMENT = "BẢNG BỊA RA ĐỂ KIỂM THỬ"
ITEMS = 4
# Three single choices and one of several; item 1 has a line worth nothing of its own.
TABLE = """\
mục,tên mục,chọn nhiều,mã lựa chọn,lựa chọn,gợi ý,ThanhThi,NongThon
1,Số người (bịa),,one,Một người,,80,70
1,Số người (bịa),,two,Hai người,,55,60
1,Số người (bịa),,more,Từ ba người,,0,0
2,Mái nhà (bịa),,solid,Mái chắc,"bê tông, ngói",40,20
2,Mái nhà (bịa),,light,Mái nhẹ,,15,15
3,Đồ đạc (bịa),x,television,Ti vi,,10,5
3,Đồ đạc (bịa),x,motorbike,Xe máy,,35,30
4,Điện (bịa),,much,Từ 100 kWh,,25,30
4,Điện (bịa),,little,Dưới 100 kWh,,5,10
"""
PARTIAL = "".join(
    line for line in TABLE.splitlines(keepends=True) if not line.startswith("4,")
)
# What a form's own words are: the options of each item, urban and rural totals.
ANSWERS: list[tuple[dict[str, list[str]], int, int]] = [
    ({"1": ["one"], "2": ["solid"], "3": ["television", "motorbike"], "4": ["much"]}, 190, 155),
    ({"1": ["two"], "2": ["light"], "3": ["motorbike"], "4": ["little"]}, 110, 115),
    ({"1": ["more"], "2": ["none"], "3": ["none"], "4": ["none"]}, 0, 0),
    ({"1": ["one"], "2": ["solid"], "3": ["none"], "4": ["little"]}, 125, 100),
]  # fmt: skip
GIVEN = {
    "document": DOCUMENT, "article": "Phụ lục bịa", "url": "", "stated_items": ITEMS,
    "urban": "ThanhThi", "rural": "NongThon",
}  # fmt: skip


def signature(standard: str = "vn-2022", number: int = 1) -> Signature:
    """Two people who exist only here."""
    return Signature(
        number=number,
        standard=standard,
        transcribed_by="Chị Chép",
        signed_by="Anh Ký",
        signed_on=date(2026, 11, 25),
        urban="ThanhThi",
        rural="NongThon",
    )


def pack_with_table(standard: str = "vn-2022", text: str = TABLE) -> Pack:
    """A standard as it stands when the invented table is signed."""
    pack = load_pack(standard)
    source = source_of(DOCUMENT, "Phụ lục bịa", "")
    found = read_transcription(pack, text.encode(), source, ITEMS)
    return completed(pack, found, signature(standard))
